package strongroom.node;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.barrier.BarrierFault;
import strongroom.logical.Refusal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.StorageFault;

/**
 * Moves the node between sealed, standby and active. The caller holds the state's lock, always.
 * Whatever goes wrong on the way up ends in a state that names it, with all keys closed.
 */
final class Opener {
  private static final Logger log = LoggerFactory.getLogger(Opener.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final RootKeys rootKeys;
  private final SealRecords records;
  private final Migrator migrator;

  Opener(NodeParts parts, StateCell cell, RootKeys rootKeys, SealRecords records) {
    this.records = records;
    this.parts = parts;
    this.cell = cell;
    this.rootKeys = rootKeys;
    this.migrator = new Migrator(parts);
  }

  /** Unseals by the seal alone. How it went is the state afterwards. */
  void openByItself(SealRecord record) {
    try {
      open(record, Optional.empty());
    } catch (WrongSharesException e) {
      throw new IllegalStateException("a seal that unseals by itself takes no shares", e);
    } catch (SealFault e) {
      sealed(record, SealRefusal.kind(e), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Unseals by key shares.
   *
   * @throws strongroom.logical.RefusedException where they are wrong, or the seal that goes with
   *     them is away; the node is sealed as before
   */
  void openByShares(SealRecord record, SecretBytes unsealKey) {
    try {
      open(record, Optional.of(unsealKey));
    } catch (WrongSharesException e) {
      sealedForShares(record);
      throw Refusal.invalid(
          "unseal failed: the key shares are not the right ones, or not all of one set; progress"
              + " starts anew");
    } catch (SealFault e) {
      sealed(record, SealRefusal.kind(e), String.valueOf(e.getMessage()));
      throw SealRefusal.of(e);
    }
    if (cell.state() instanceof NodeState.Sealed(var _, Obstacle obstacle)) {
      throw Refusal.unavailable("unseal failed: " + obstacle.message());
    }
  }

  /**
   * Moves the root key to the seals that are configured, in one commit, and unseals.
   *
   * @throws strongroom.logical.RefusedException where the shares are wrong or a seal fails: the
   *     record is as before, and the node sealed
   */
  void migrate(SealRecord record, Migrator.SharedKey shared) {
    try {
      open(record, Optional.empty(), Optional.of(shared));
    } catch (WrongSharesException e) {
      sealedAtFirst(record);
      throw Refusal.invalid(
          "seal migration failed, all is as before: the key shares are not the right ones, or not"
              + " all of one set; progress starts anew");
    } catch (SealFault e) {
      sealedAtFirst(record);
      throw SealRefusal.of("seal migration failed, all is as before: ", e);
    }
    switch (cell.state()) {
      case NodeState.Sealed(var _, Obstacle obstacle) ->
          throw Refusal.unavailable("unseal failed: " + obstacle.message());
      case NodeState.Starting(Obstacle obstacle) ->
          throw Refusal.unavailable(
              "whether the seal was migrated cannot be told before storage answers: "
                  + obstacle.message());
      case NodeState.Damaged(Obstacle obstacle) -> throw Refusal.unavailable(obstacle.message());
      case NodeState.Uninitialized _,
          NodeState.Unsealing _,
          NodeState.Active _,
          NodeState.Standby _ -> {}
    }
  }

  private void open(SealRecord known, Optional<SecretBytes> unsealKey) throws WrongSharesException {
    open(known, unsealKey, Optional.empty());
  }

  /** {@code shared}: what the shares combine to that were given to migrate. */
  private void open(
      SealRecord known, Optional<SecretBytes> unsealKey, Optional<Migrator.SharedKey> shared)
      throws WrongSharesException {
    cell.set(new NodeState.Unsealing(known));
    SealRecord record = known;
    Optional<Barrier> barrier = Optional.empty();
    try {
      // Another node, or a commit that was cut off, may have replaced it.
      record = records.load().orElse(known);
      SealRotation.apply(parts.protection(), record);
      Optional<Migration> migration = Migration.needed(parts.protection(), record);
      if (migration.isPresent()) {
        if (shared.isEmpty()) {
          sealedAtFirst(record);
          return;
        }
        barrier = Optional.of(migrator.open(migration.get(), shared.get().key()));
        record = migrated(record, barrier.get(), shared.get());
      } else {
        Optional<SecretBytes> key =
            parts.protection().takesShares()
                ? unsealKey.or(() -> shared.map(Migrator.SharedKey::key))
                : Optional.empty();
        barrier = Optional.of(rootKeys.openBarrier(record, key));
      }
      NodeState.Cluster cluster = ClusterRecord.load(barrier.get());
      Unsealed unsealed = new Unsealed(record, barrier.get(), cluster);
      if (parts.leadership().isLeader()) {
        activate(unsealed);
      } else {
        follow(unsealed);
      }
    } catch (StorageFault.Damaged e) {
      barrier.ifPresent(Barrier::close);
      damaged(e);
    } catch (StorageFault e) {
      barrier.ifPresent(Barrier::close);
      if (shared.isPresent()) {
        // The move may have been written or not: storage is read again before anything else.
        cell.set(
            new NodeState.Starting(
                new Obstacle(
                    Obstacle.Kind.STORAGE_UNAVAILABLE,
                    String.valueOf(e.getMessage()),
                    parts.clock().instant())));
      } else {
        sealed(record, Obstacle.Kind.STORAGE_UNAVAILABLE, String.valueOf(e.getMessage()));
      }
    } catch (SealFault e) {
      barrier.ifPresent(Barrier::close);
      throw e;
    } catch (RuntimeException e) {
      barrier.ifPresent(Barrier::close);
      log.error("the services could not be opened", e);
      sealed(
          record,
          Obstacle.Kind.SERVICE_FAILED,
          "the services could not be opened; the log says why");
    }
  }

  private SealRecord migrated(SealRecord record, Barrier barrier, Migrator.SharedKey shared) {
    try (SecretBytes rootKey = barrier.copyRootKey()) {
      SealRecord next = migrator.protect(parts.protection(), record, rootKey, Optional.of(shared));
      records.replace(next);
      log.info("the root key is protected by {} now", parts.protection().type());
      return next;
    }
  }

  private void activate(Unsealed unsealed) {
    Service service = parts.services().open(unsealed.barrier());
    log.info("unsealed and active");
    cell.set(new NodeState.Active(unsealed, service, parts.clock().instant()));
  }

  private void follow(Unsealed unsealed) {
    log.info("unsealed; another node leads");
    cell.set(new NodeState.Standby(unsealed, parts.leadership().leaderAddress()));
  }

  /** Opens or closes the services as the node has won or lost the lead. */
  void followLeadership() {
    boolean leads = parts.leadership().isLeader();
    switch (cell.state()) {
      case NodeState.Standby standby when leads -> takeOver(standby.unsealed());
      case NodeState.Standby standby -> {
        Optional<String> address = parts.leadership().leaderAddress();
        if (!address.equals(standby.leaderAddress())) {
          cell.set(new NodeState.Standby(standby.unsealed(), address));
        }
      }
      case NodeState.Active active when !leads -> {
        follow(active.unsealed());
        active.service().close();
      }
      case NodeState.Active _,
          NodeState.Starting _,
          NodeState.Uninitialized _,
          NodeState.Sealed _,
          NodeState.Unsealing _,
          NodeState.Damaged _ -> {}
    }
  }

  private void takeOver(Unsealed standby) {
    Unsealed unsealed = standby;
    try {
      // What the leader before this one has replaced must be known before anything is written.
      unsealed = standby.with(records.load().orElse(standby.record()));
      SealRotation.apply(parts.protection(), unsealed.record());
      unsealed.barrier().refresh();
      activate(unsealed);
    } catch (BarrierFault.WrongRootKey e) {
      unsealed.barrier().close();
      sealedAtFirst(unsealed.record());
    } catch (RuntimeException e) {
      unsealed.barrier().close();
      log.error("the services could not be opened on taking the lead", e);
      sealed(unsealed.record(), Obstacle.Kind.SERVICE_FAILED, "the services could not be opened");
    }
  }

  /** Closes services and keys, where there are any, and stays sealed for {@code kind}. */
  void close(Obstacle.Kind kind, String message) {
    switch (cell.state()) {
      case NodeState.Active active -> {
        sealed(active.unsealed().record(), kind, message);
        active.service().close();
        active.unsealed().barrier().close();
      }
      case NodeState.Standby standby -> {
        sealed(standby.unsealed().record(), kind, message);
        standby.unsealed().barrier().close();
      }
      case NodeState.Sealed(SealRecord record, Obstacle _) -> sealed(record, kind, message);
      case NodeState.Unsealing _,
          NodeState.Starting _,
          NodeState.Uninitialized _,
          NodeState.Damaged _ -> {}
    }
  }

  /** Storage holds something that cannot be right. */
  void damaged(StorageFault.Damaged fault) {
    String message = String.valueOf(fault.getMessage());
    log.error("storage is damaged: {}", message);
    Obstacle.Kind kind = Obstacle.Kind.STORAGE_DAMAGED;
    cell.set(new NodeState.Damaged(new Obstacle(kind, message, parts.clock().instant())));
  }

  /** Sealed, waiting for what the protection asks for. */
  void sealedAtFirst(SealRecord record) {
    Optional<Migration> migration = Migration.needed(parts.protection(), record);
    if (migration.isPresent()) {
      sealed(record, Obstacle.Kind.SEAL_MIGRATION, migration.get().instruction());
    } else if (parts.protection().takesShares()) {
      sealedForShares(record);
    } else {
      sealed(record, Obstacle.Kind.STARTING, "the seal has not been asked yet");
    }
  }

  private void sealedForShares(SealRecord record) {
    sealed(
        record,
        Obstacle.Kind.NEEDS_KEY_SHARES,
        "give "
            + record.unsealShares().map(s -> s.threshold()).orElse(0)
            + " key shares to sys/unseal");
  }

  private void sealed(SealRecord record, Obstacle.Kind kind, String message) {
    boolean same =
        cell.state() instanceof NodeState.Sealed(var _, Obstacle now) && now.kind() == kind;
    if (!same) {
      log.info("sealed: {}: {}", kind.code(), message);
    }
    cell.set(new NodeState.Sealed(record, new Obstacle(kind, message, parts.clock().instant())));
  }
}
