package strongroom.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.barrier.BarrierFault;
import strongroom.logical.Refusal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * Moves the node between sealed, standby and active. The caller holds the state's lock, always.
 * Whatever goes wrong on the way up ends in a state that names it, with all keys closed.
 */
final class Opener {
  private static final Logger log = LoggerFactory.getLogger(Opener.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final SealRecords records;
  private final BreakGlassStore breakGlass;
  private final SealKeyRegister sealKeys;
  private final BarrierOpening opening;
  private volatile Optional<Duration> lastUnseal = Optional.empty();

  Opener(
      NodeParts parts,
      StateCell cell,
      BarrierOpening opening,
      SealRecords records,
      BreakGlassStore breakGlass,
      SealKeyRegister sealKeys) {
    this.opening = opening;
    this.records = records;
    this.sealKeys = sealKeys;
    this.breakGlass = breakGlass;
    this.parts = parts;
    this.cell = cell;
  }

  /** Reads from storage whether there is an installation, while that is not known. */
  void look() {
    boolean open =
        switch (cell.state()) {
          case NodeState.Starting _, NodeState.Uninitialized _ -> true;
          case NodeState.Sealed _,
              NodeState.Unsealing _,
              NodeState.Damaged _,
              NodeState.Active _,
              NodeState.Standby _ ->
              false;
        };
    if (!open) {
      return;
    }
    try {
      Optional<SealRecord> found = records.load().or(parts.leadership()::recordToJoin);
      breakGlass.refresh();
      found.ifPresentOrElse(this::sealedAtFirst, () -> cell.set(new NodeState.Uninitialized()));
    } catch (StorageFault.Damaged e) {
      damaged(e);
    } catch (StorageFault e) {
      Obstacle.Kind kind = Obstacle.Kind.STORAGE_UNAVAILABLE;
      cell.set(
          new NodeState.Starting(
              new Obstacle(kind, String.valueOf(e.getMessage()), parts.clock().instant())));
    }
  }

  /** Unseals by the seal alone. How it went is the state afterwards. */
  void openByItself(SealRecord record) {
    try {
      open(record, now -> opening.asProtected(now, Optional.empty()));
    } catch (WrongSharesException e) {
      throw new IllegalStateException("a seal that unseals by itself takes no shares", e);
    } catch (SealFault e) {
      sealed(record, SealRefusal.kind(e), e.getMessage() + withoutSeal(e));
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
      open(record, now -> opening.asProtected(now, Optional.of(unsealKey)));
    } catch (WrongSharesException e) {
      sealedForShares(record);
      throw Refusal.invalid(
          "unseal failed: the key shares are not the right ones, or not all of one set; progress"
              + " starts anew");
    } catch (SealFault e) {
      sealed(record, SealRefusal.kind(e), e.getMessage() + withoutSeal(e));
      throw SealRefusal.of(e);
    }
    requireOpened();
  }

  private void requireOpened() {
    if (cell.state() instanceof NodeState.Sealed(var _, Obstacle obstacle)) {
      throw Refusal.unavailable("unseal failed: " + obstacle.message());
    }
  }

  /** How long the last unsealing took that succeeded. */
  Optional<Duration> lastUnseal() {
    return lastUnseal;
  }

  /**
   * Unseals by the root key out of the break-glass copy. Where the configuration asks for seals of
   * another kind than the record, they are given the root key at once: its holders have shown more
   * than a move takes. There are no recovery keys after that.
   *
   * @throws WrongSharesException where it is another; the node is sealed as before
   */
  void openByBreakGlass(SealRecord record, Obstacle before, SecretBytes rootKey)
      throws WrongSharesException {
    if (Migration.needed(parts.protection(), record).isPresent()) {
      requireLead();
    }
    try {
      open(record, now -> Optional.of(opening.byBreakGlass(now, rootKey)));
    } catch (WrongSharesException e) {
      cell.set(new NodeState.Sealed(record, before));
      throw e;
    } catch (SealFault e) {
      cell.set(new NodeState.Sealed(record, before));
      throw SealRefusal.of("not unsealed, all is as before: ", e);
    }
    requireOpened();
  }

  /** What can be done while the seal does not answer, for those who have recovery keys in hand. */
  private String withoutSeal(SealFault fault) {
    boolean lasting = fault instanceof SealFault.Data || fault instanceof SealFault.Configuration;
    boolean away = fault instanceof SealFault.Away;
    if (!lasting && !away) {
      return "";
    }
    return breakGlass.known().isPresent()
        ? "; recovery keys cannot unseal it; where the seal's key is lost for good, break-glass"
            + " shares can: operator recovery unseal"
        : "; recovery keys alone cannot decrypt, and there is no break-glass copy: this node"
            + " unseals by its seal only";
  }

  /**
   * Moves the root key to the seals that are configured, in one commit, and unseals.
   *
   * @throws strongroom.logical.RefusedException where the shares are wrong or a seal fails: the
   *     record is as before, and the node sealed
   */
  void migrate(SealRecord record, Migrator.SharedKey shared) {
    requireLead();
    try {
      open(record, now -> Optional.of(opening.migrated(now, shared)));
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

  /** Nobody leads a cluster of several nodes that are sealed, so nothing can be written. */
  private void requireLead() {
    if (!parts.leadership().isLeader()) {
      throw Refusal.invalid(
          "the seal of several nodes is migrated while they are unsealed, at the node that leads:"
              + " start this one with the seal that it had before");
    }
  }

  interface Way {
    /** Empty where the root key has to be moved first, which takes what {@code this} has not. */
    Optional<BarrierOpening.Opened> of(SealRecord record) throws WrongSharesException;
  }

  /** Unseals in a {@code way}. How it went is the state afterwards. */
  void open(SealRecord known, Way way) throws WrongSharesException {
    long start = System.nanoTime();
    cell.set(new NodeState.Unsealing(known, waiting()));
    SealRecord record = known;
    Optional<Barrier> barrier = Optional.empty();
    try {
      // Another node, or a commit that was cut off, may have replaced it.
      record = records.load().orElse(known);
      breakGlass.refresh();
      SealRotation.apply(parts.protection(), record);
      Optional<BarrierOpening.Opened> opened = way.of(record);
      if (opened.isEmpty()) {
        sealedAtFirst(record);
        return;
      }
      record = opened.get().record();
      barrier = Optional.of(opened.get().barrier());
      NodeState.Cluster cluster = ClusterRecord.load(barrier.get());
      Unsealed unsealed = new Unsealed(record, barrier.get(), cluster, opened.get().byBreakGlass());
      parts.leadership().enter(unsealed.barrier());
      leadOrFollow(unsealed);
      lastUnseal = Optional.of(Duration.ofNanos(System.nanoTime() - start));
    } catch (StorageFault.Damaged e) {
      closeAgain(barrier);
      damaged(e);
    } catch (StorageFault e) {
      closeAgain(barrier);
      unknown(record, e);
    } catch (SealFault e) {
      closeAgain(barrier);
      throw e;
    } catch (RuntimeException e) {
      closeAgain(barrier);
      log.error("the services could not be opened", e);
      sealed(
          record,
          Obstacle.Kind.SERVICE_FAILED,
          "the services could not be opened; the log says why");
    }
  }

  /** What is told while a seal is asked, which may hang: what kept it sealed, or since when. */
  private Obstacle waiting() {
    Instant now = parts.clock().instant();
    return cell.state() instanceof NodeState.Sealed(var _, Obstacle before)
            && before.kind() == Obstacle.Kind.SEAL_UNREACHABLE
        ? before
        : new Obstacle(
            Obstacle.Kind.STARTING,
            "it is being unsealed since " + now + ", which has not ended",
            now);
  }

  private void closeAgain(Optional<Barrier> barrier) {
    barrier.ifPresent(
        opened -> {
          parts.leadership().leave();
          opened.close();
        });
  }

  /** Whether this node leads may change at any moment; who no longer does is a standby. */
  private void leadOrFollow(Unsealed unsealed) {
    if (!parts.leadership().isLeader()) {
      follow(unsealed);
      return;
    }
    try {
      activate(unsealed);
    } catch (StorageFault.Unavailable e) {
      if (parts.leadership().isLeader()) {
        throw e;
      }
      follow(unsealed);
    }
  }

  /** Where a move may have been written or not, storage is read again before anything else. */
  private void unknown(SealRecord record, StorageFault fault) {
    String message = String.valueOf(fault.getMessage());
    Obstacle.Kind kind = Obstacle.Kind.STORAGE_UNAVAILABLE;
    if (Migration.needed(parts.protection(), record).isPresent()) {
      cell.set(new NodeState.Starting(new Obstacle(kind, message, parts.clock().instant())));
    } else {
      sealed(record, kind, message);
    }
  }

  private void activate(Unsealed unsealed) {
    Storage leading = parts.leadership().lead(unsealed.barrier());
    sealKeys.remember(unsealed.record(), unsealed.barrier());
    breakGlass.follow(unsealed.barrier(), unsealed.record(), Optional.empty());
    Service service = parts.services().open(leading);
    log.info("unsealed and active");
    NodeState.Active active =
        new NodeState.Active(unsealed, leading, service, parts.clock().instant());
    cell.set(active);
    new Warnings(parts.protection(), breakGlass.known()).of(active).forEach(log::warn);
    if (!breakGlass.isGenuine(unsealed.barrier())) {
      log.error(
          "the break-glass copy in storage is missing, damaged, or not the one that was made here:"
              + " delete it (operator recovery delete), and create it anew");
    }
  }

  private void follow(Unsealed unsealed) {
    log.info("unsealed; another node leads");
    parts.leadership().follow();
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
      breakGlass.refresh();
      SealRotation.apply(parts.protection(), unsealed.record());
      unsealed.barrier().refresh();
      leadOrFollow(unsealed);
    } catch (BarrierFault.WrongRootKey e) {
      leave(unsealed);
      sealedAtFirst(unsealed.record());
    } catch (RuntimeException e) {
      leave(unsealed);
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
        leave(active.unsealed());
      }
      case NodeState.Standby standby -> {
        sealed(standby.unsealed().record(), kind, message);
        leave(standby.unsealed());
      }
      case NodeState.Sealed(SealRecord record, Obstacle _) -> sealed(record, kind, message);
      case NodeState.Unsealing _,
          NodeState.Starting _,
          NodeState.Uninitialized _,
          NodeState.Damaged _ -> {}
    }
  }

  /** Takes part no longer, and closes the keys. */
  void leave(Unsealed unsealed) {
    parts.leadership().leave();
    unsealed.barrier().close();
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
