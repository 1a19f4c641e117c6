package strongroom.node;

import java.util.List;
import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.barrier.BarrierFault;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;

/**
 * Opens the barrier by what protected the root key before a move, and makes the record of what
 * protects it after. Writes nothing: the whole move is the caller's one commit of that record, so
 * that one that is cut off was done or was never begun.
 */
final class Migrator {
  private final NodeParts parts;

  Migrator(NodeParts parts) {
    this.parts = parts;
  }

  /**
   * The key that is shared out: the unseal key before a move to seals is the recovery key after it,
   * and the other way round.
   */
  record SharedKey(SecretBytes key, Split split) {}

  /**
   * Opens the barrier by what the shares given combine to, and by the seals where these hold the
   * root key.
   *
   * @throws WrongSharesException where {@code key} is not the one that decides
   * @throws SealFault where a seal that is needed fails
   */
  Barrier open(Migration migration, SecretBytes key) throws WrongSharesException {
    SealRecord record = migration.record();
    Optional<WrappedKey> kept = migration.copyOfShares();
    if (kept.isPresent()) {
      return openKept(kept.get(), key);
    }
    Protection source = migration.source().orElseThrow(() -> missing(migration));
    try {
      if (source instanceof Protection.ByItself seals) {
        requireRecoveryKey(seals, record, key);
        return keys(seals).openBarrier(record, Optional.empty());
      }
      return keys(source).openBarrier(record, Optional.of(key));
    } catch (SealFault e) {
      throw e.saying(
          migration.origin()
              + ", which the root key is to leave, has to open it once more: "
              + e.getMessage());
    }
  }

  /**
   * Opens by a copy from the time of key shares, which needs no seal: that may be lost, and be why
   * somebody goes back. When root key or recovery key are replaced these copies are dropped, so who
   * opens one holds the present recovery key.
   */
  private Barrier openKept(WrappedKey copy, SecretBytes key) throws WrongSharesException {
    try (ShamirSeal shares = new ShamirSeal(key, parts.clock(), parts.random());
        SecretBytes rootKey = shares.unwrap(Seal.Purpose.ROOT_KEY, copy.wrapped())) {
      return Barrier.open(parts.storage(), rootKey, parts.barrier());
    } catch (SealFault.Data e) {
      throw new WrongSharesException();
    } catch (BarrierFault.WrongRootKey e) {
      throw new SealFault.Data(copy + " does not hold the root key that protects the keyring", e);
    }
  }

  private void requireRecoveryKey(Protection.ByItself source, SealRecord record, SecretBytes key)
      throws WrongSharesException {
    try (SecretBytes recoveryKey = keys(source).unwrapRecovery(source, record)) {
      if (!recoveryKey.contentEquals(key)) {
        throw new WrongSharesException();
      }
    }
  }

  private static SealFault missing(Migration migration) {
    return new SealFault.Configuration(migration.instruction(), null);
  }

  /**
   * The record of {@code rootKey} protected by {@code to}. Each seal proves itself first, and makes
   * its key where it is missing and may be made; each new copy has been opened again and compared.
   *
   * @param shared the key that is shared out; empty where there are no recovery keys
   * @throws SealFault where any seal fails: all or none
   */
  SealRecord protect(
      Protection to, SealRecord record, SecretBytes rootKey, Optional<SharedKey> shared) {
    for (SealRace.Answer<Boolean> answer : prove(to.enabled())) {
      if (answer instanceof SealRace.Answer.Failed<Boolean> failed) {
        throw SealRace.together(List.of(failed));
      }
    }
    SealRotation.apply(to, record);
    List<WrappedKey> roots =
        keys(to)
            .wrap(record.rootNumber() + 1, rootKey, shared.map(SharedKey::key), RootKeys.Quota.ALL);
    Optional<Split> split = shared.map(SharedKey::split);
    SealRecord next = record.withRotation(Optional.empty());
    if (to.takesShares()) {
      return next.withRootKeys(roots, split).withoutRecoveryShares();
    }
    next = next.withRootKeys(roots, Optional.empty());
    if (shared.isEmpty()) {
      return next;
    }
    return next.withRecoveryKeys(
        keys(to).wrapRecovery(record.recoveryNumber() + 1, shared.get().key(), RootKeys.Quota.ALL),
        split);
  }

  /** Asks each seal to do its work once. Several are asked at the same time. */
  private static List<SealRace.Answer<Boolean>> prove(List<Seal> seals) {
    return SealRace.all(
        seals,
        seal -> {
          seal.prove(true);
          return true;
        });
  }

  /**
   * The key that is shared out, by a kept copy of it, to go back without asking its holders.
   *
   * @throws SealFault where no copy opens by {@code seals}
   */
  SecretBytes keptSharedKey(SealRecord record, List<Seal> seals) {
    Protection.ByItself all = new Protection.ByItself(seals, List.of());
    return keys(all).unwrapNewestRecovery(all, record);
  }

  /**
   * Whether {@code key} opens {@code copy}, as {@code by} asks for it, which takes shares, and the
   * root key is in it.
   */
  boolean opens(Protection by, WrappedKey copy, SecretBytes key, Barrier barrier) {
    try (SecretBytes rootKey = keys(by).unwrapWithShares(copy.wrapped(), Optional.of(key))) {
      return barrier.isRootKey(rootKey);
    } catch (WrongSharesException e) {
      return false;
    }
  }

  private RootKeys keys(Protection protection) {
    return new RootKeys(parts.with(protection));
  }
}
