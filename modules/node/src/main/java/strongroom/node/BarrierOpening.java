package strongroom.node;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;

/**
 * The ways to an open barrier: by what protects the root key, by a move to what is configured, by
 * break-glass. The caller holds the state's lock, and that of ceremonies where it may come to a
 * move.
 */
final class BarrierOpening {
  private static final Logger log = LoggerFactory.getLogger(BarrierOpening.class);

  private final NodeParts parts;
  private final RootKeys rootKeys;
  private final SealRecords records;
  private final BreakGlassStore breakGlass;
  private final Ceremony ceremony;
  private final Migrator migrator;

  BarrierOpening(
      NodeParts parts,
      RootKeys rootKeys,
      SealRecords records,
      BreakGlassStore breakGlass,
      Ceremony ceremony) {
    this.parts = parts;
    this.rootKeys = rootKeys;
    this.records = records;
    this.breakGlass = breakGlass;
    this.ceremony = ceremony;
    this.migrator = new Migrator(parts);
  }

  /** An open barrier, the record of what protects it now, and whether it took break-glass. */
  record Opened(SealRecord record, Barrier barrier, boolean byBreakGlass) {}

  /** By what protects the root key now; {@code unsealKey} where that takes shares. */
  Optional<Opened> asProtected(SealRecord record, Optional<SecretBytes> unsealKey)
      throws WrongSharesException {
    if (Migration.needed(parts.protection(), record).isPresent()) {
      return Optional.empty();
    }
    Optional<SecretBytes> key = parts.protection().takesShares() ? unsealKey : Optional.empty();
    return Optional.of(new Opened(record, rootKeys.openBarrier(record, key), false));
  }

  /** By what protected it before, after which it is protected as configured. */
  Opened migrated(SealRecord record, Migrator.SharedKey shared) throws WrongSharesException {
    Optional<Migration> migration = Migration.needed(parts.protection(), record);
    if (migration.isEmpty()) {
      // Another node was quicker.
      return asProtected(record, Optional.of(shared.key())).orElseThrow();
    }
    return moved(record, migrator.open(migration.get(), shared.key()), Optional.of(shared));
  }

  /** Closes {@code barrier} where it fails. */
  private Opened moved(SealRecord record, Barrier barrier, Optional<Migrator.SharedKey> shared) {
    try (SecretBytes rootKey = barrier.copyRootKey()) {
      SealRecord next = migrator.protect(parts.protection(), record, rootKey, shared);
      ceremony.record(
          new Unsealed(record, barrier, ClusterRecord.load(barrier), shared.isEmpty()),
          Ceremony.moved(Migration.Kind.of(record), parts.protection())
              .with("by", shared.isEmpty() ? "break-glass shares" : "key shares"),
          batch -> records.replace(next, batch));
      breakGlass.follow(barrier, next, shared.map(Migrator.SharedKey::key));
      log.info("the root key is protected by {} now", parts.protection().type());
      return new Opened(next, barrier, false);
    } catch (RuntimeException e) {
      barrier.close();
      throw e;
    }
  }

  /**
   * By the root key out of the break-glass copy.
   *
   * @throws WrongSharesException where it is another
   */
  Opened byBreakGlass(SealRecord record, SecretBytes rootKey) throws WrongSharesException {
    Barrier barrier = rootKeys.openBarrierBy(rootKey);
    return Migration.needed(parts.protection(), record).isPresent()
        ? moved(record, barrier, Optional.empty())
        : new Opened(record, barrier, true);
  }

  /**
   * By the root key that opened what was stored before something else was restored.
   *
   * @throws WrongSharesException where it is another now
   */
  Opened byRootKey(SealRecord record, SecretBytes rootKey) throws WrongSharesException {
    return new Opened(record, rootKeys.openBarrierBy(rootKey), false);
  }
}
