package strongroom.node;

import java.util.List;
import java.util.Optional;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;

/**
 * Who may do what takes a quorum: holders of recovery keys where the seal unseals by itself,
 * otherwise holders of unseal keys.
 */
final class Quorum {
  private final NodeParts parts;
  private final RootKeys rootKeys;

  Quorum(NodeParts parts, RootKeys rootKeys) {
    this.parts = parts;
    this.rootKeys = rootKeys;
  }

  /** How the key that decides is shared out. */
  Split split(SealRecord record) {
    Optional<Split> split =
        parts.protection().takesShares() ? record.unsealShares() : record.recoveryShares();
    return split.orElseThrow(
        () ->
            Refusal.invalid(
                "this installation has no recovery keys, which this takes; it was initialized with"
                    + " recovery_shares=0"));
  }

  /** Refuses {@code shares} unless they are right. They stay open. */
  void check(NodeState.Active active, List<SecretBytes> shares) {
    SealRecord record = active.unsealed().record();
    try (SecretBytes key = KeyShares.combine(split(record), shares)) {
      boolean right =
          switch (parts.protection()) {
            case Protection.ByItself several -> isRecoveryKey(several, active, key);
            case Protection.Shares _, Protection.SealAndShares _ -> opensRootKey(active, key);
          };
      if (!right) {
        throw wrong();
      }
    } catch (SealFault e) {
      throw SealRefusal.of("the key shares cannot be checked without what keeps their key: ", e);
    }
  }

  private boolean isRecoveryKey(
      Protection.ByItself several, NodeState.Active active, SecretBytes key) {
    Unsealed unsealed = active.unsealed();
    try (SecretBytes recoveryKey =
        rootKeys.unwrapRecovery(several, unsealed.record(), unsealed.barrier())) {
      return recoveryKey.contentEquals(key);
    }
  }

  private boolean opensRootKey(NodeState.Active active, SecretBytes key) {
    byte[] wrapped = active.unsealed().record().rootKeys().getFirst().wrapped();
    try (SecretBytes rootKey = rootKeys.unwrapWithShares(wrapped, Optional.of(key))) {
      return active.unsealed().barrier().isRootKey(rootKey);
    } catch (WrongSharesException e) {
      return false;
    }
  }

  static RefusedException wrong() {
    return Refusal.invalid(
        "the key shares are not the right ones, or not all of one set; progress starts anew");
  }
}
