package strongroom.node;

import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.logical.Refusal;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;

/**
 * Replaces the keys that the seal record holds. What is new is wrapped and unwrapped before it is
 * written, and read back before it counts; older copies stay behind it.
 */
final class KeyReplacement {
  private final NodeParts parts;
  private final StateCell cell;
  private final RootKeys rootKeys;
  private final SealRecords records;
  private final BreakGlassStore breakGlass;

  KeyReplacement(
      NodeParts parts,
      StateCell cell,
      RootKeys rootKeys,
      SealRecords records,
      BreakGlassStore breakGlass) {
    this.parts = parts;
    this.cell = cell;
    this.rootKeys = rootKeys;
    this.records = records;
    this.breakGlass = breakGlass;
  }

  /**
   * Protects the keyring by a new root key: the old shares and copies open nothing from then on.
   *
   * @param unsealKey what the new shares combine to, where the protection takes shares
   */
  void replaceRootKey(Optional<SecretBytes> unsealKey, Optional<Split> shares) {
    cell.lock().lock();
    try (SecretBytes rootKey = SecretBytes.random(ShamirSeal.KEY_LENGTH, parts.random())) {
      NodeState.Active active = cell.requireActive();
      SealRecord before = active.unsealed().record();
      requireMatching(before);
      if (shares.isPresent() != parts.protection().takesShares()) {
        throw Refusal.unavailable("the seal was migrated meanwhile; start again");
      }
      SealRecord next =
          withoutSharesCopies(before)
              .withRootKeys(
                  rootKeys.wrap(before.rootNumber() + 1, rootKey, unsealKey, RootKeys.Quota.ANY),
                  shares);
      Batch batch = new Batch().put(SealRecords.PATH, next.toBytes());
      Barrier barrier = active.unsealed().barrier();
      Optional<BreakGlassCopy> copy =
          breakGlass.renewInto(batch, barrier, rootKey, next.rootNumber());
      barrier.changeRootKey(rootKey, batch);
      breakGlass.renewed(copy);
      records.requireHeld(next);
      cell.set(active.with(next));
    } catch (SealFault e) {
      throw SealRefusal.of(e);
    } finally {
      cell.lock().unlock();
    }
  }

  /** A node whose configuration is behind a migration must not undo it by replacing a key. */
  private void requireMatching(SealRecord record) {
    if (Migration.needed(parts.protection(), record).isPresent()) {
      throw Refusal.unavailable(
          "the seal was migrated, and this node's configuration does not say so yet");
    }
  }

  /**
   * Without what key shares opened before a move to seals: the holders of a key that is replaced
   * shall open nothing any more.
   */
  private SealRecord withoutSharesCopies(SealRecord record) {
    return parts.protection().takesShares()
        ? record
        : record.withoutKeptRootKeysBy(ShamirSeal.TYPE);
  }

  /** Makes {@code recoveryKey} the one that decides. */
  void replaceRecoveryKey(SecretBytes recoveryKey, Split shares) {
    cell.lock().lock();
    try {
      NodeState.Active active = cell.requireActive();
      SealRecord before = active.unsealed().record();
      requireMatching(before);
      if (parts.protection().takesShares()) {
        throw Refusal.unavailable("the seal was migrated meanwhile; start again");
      }
      SealRecord next =
          withoutSharesCopies(before)
              .withRecoveryKeys(
                  rootKeys.wrapRecovery(
                      before.recoveryNumber() + 1, recoveryKey, RootKeys.Quota.ANY),
                  Optional.of(shares));
      breakGlass.keepRecoveryKey(active.unsealed().barrier(), next.recoveryNumber(), recoveryKey);
      records.replace(next);
      cell.set(active.with(next));
    } catch (SealFault e) {
      throw SealRefusal.of(e);
    } finally {
      cell.lock().unlock();
    }
  }
}
