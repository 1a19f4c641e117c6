package strongroom.node;

import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.barrier.RootKey;
import strongroom.ceremony.CeremonyEvent;
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
  private final Ceremony ceremony;

  KeyReplacement(
      NodeParts parts,
      StateCell cell,
      RootKeys rootKeys,
      SealRecords records,
      BreakGlassStore breakGlass,
      Ceremony ceremony) {
    this.ceremony = ceremony;
    this.parts = parts;
    this.cell = cell;
    this.rootKeys = rootKeys;
    this.records = records;
    this.breakGlass = breakGlass;
  }

  /**
   * Protects the keyring by a new root key: the old shares and copies open nothing from then on.
   *
   * @param event what is recorded of it
   * @param unsealKey what the new shares combine to, where the protection takes shares
   */
  void replaceRootKey(
      CeremonyEvent event, Optional<SecretBytes> unsealKey, Optional<Split> shares) {
    ceremony.record(
        () -> event.with("new_root_key", record().rootNumber() + 1L),
        batch -> replaceRootKey(unsealKey, shares, batch));
  }

  private SealRecord record() {
    return cell.requireActive().unsealed().record();
  }

  private void replaceRootKey(
      Optional<SecretBytes> unsealKey, Optional<Split> shares, Batch batch) {
    cell.lock().lock();
    try (SecretBytes rootKey = RootKey.random(parts.random())) {
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
      batch.put(SealRecords.PATH, next.toBytes());
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
  void replaceRecoveryKey(CeremonyEvent event, SecretBytes recoveryKey, Split shares) {
    ceremony.record(
        () -> event.with("new_recovery_key", record().recoveryNumber() + 1L),
        batch -> replaceRecoveryKey(recoveryKey, shares, batch));
  }

  private void replaceRecoveryKey(SecretBytes recoveryKey, Split shares, Batch batch) {
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
      records.replace(next, batch);
      cell.set(active.with(next));
    } catch (SealFault e) {
      throw SealRefusal.of(e);
    } finally {
      cell.lock().unlock();
    }
  }
}
