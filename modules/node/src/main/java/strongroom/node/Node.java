package strongroom.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * A node: one {@link NodeState} and what moves it. {@link #state} and {@link #status} answer from
 * memory; everything else may block for as long as the seal's deadline and a commit take.
 */
public final class Node implements AutoCloseable {
  /** The node's own entries that seal wrap is for: a signing key, and the recovery key. */
  public static final Set<String> SEAL_WRAPPED = Set.of(Ceremony.KEY, RecoveryKeyCopy.PATH);

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final SealRecords records;
  private final Opener opener;
  private final Initialization initialization;
  private final Unsealing unsealing;
  private final RootGeneration rootGeneration;
  private final Rekey barrierRekey;
  private final Rekey recoveryRekey;
  private final MissingCopies missingCopies;
  private final SealRotation sealRotation;
  private final SealPruning sealPruning;
  private final SealRewrap sealRewrap;
  private final SealKeyRegister sealKeys;
  private final BreakGlassStore breakGlassStore;
  private final BreakGlass breakGlass;
  private final SealMigration sealMigration;
  private final Ceremony ceremony;
  private final Restoration restoration;
  private final LifeLoop loop;

  /** A node that has not started. */
  public Node(NodeParts parts) {
    this.parts = parts;
    this.cell = new StateCell(starting("storage has not been read yet"));
    this.records = new SealRecords(parts.storage());
    RootKeys rootKeys = new RootKeys(parts);
    Quorum quorum = new Quorum(parts, rootKeys);
    this.breakGlassStore =
        new BreakGlassStore(
            parts.storage(),
            () -> new BreakGlassCopy.Source(parts.clock().instant(), parts.random()));
    this.sealKeys = new SealKeyRegister(parts, cell);
    this.ceremony = new Ceremony(parts, cell);
    BarrierOpening opening =
        new BarrierOpening(parts, rootKeys, records, breakGlassStore, ceremony);
    this.opener = new Opener(parts, cell, opening, records, breakGlassStore, sealKeys);
    this.initialization = new Initialization(parts, rootKeys, ceremony);
    this.rootGeneration = new RootGeneration(parts, cell, quorum);
    KeyReplacement replacement =
        new KeyReplacement(parts, cell, rootKeys, records, breakGlassStore, ceremony);
    this.sealRewrap = new SealRewrap(parts, cell);
    WrapKeyCreation wrapKey = new WrapKeyCreation(parts, cell, replacement, sealRewrap);
    this.unsealing = new Unsealing(parts, cell, opener, wrapKey);
    this.barrierRekey = new Rekey(Rekey.Target.BARRIER, parts, cell, quorum, replacement);
    this.recoveryRekey = new Rekey(Rekey.Target.RECOVERY, parts, cell, quorum, replacement);
    this.missingCopies = new MissingCopies(parts, cell, rootKeys, records);
    this.sealRotation = new SealRotation(parts, cell, rootKeys, records, sealKeys, ceremony);
    this.sealPruning = new SealPruning(parts, cell, rootKeys, records, sealKeys);
    this.breakGlass =
        new BreakGlass(parts, cell, breakGlassStore, quorum, opener, rootKeys, ceremony);
    this.sealMigration =
        new SealMigration(
            parts, cell, rootKeys, records, breakGlassStore, ceremony, this::forgetAttempts);
    Reopening reopening = new Reopening(parts, cell, opener, opening);
    this.restoration = new Restoration(parts, cell, reopening, this::forgetAttempts, this::wake);
    this.loop =
        new LifeLoop(
            parts,
            new LifeSteps(
                parts,
                cell,
                opener,
                reopening,
                List.of(
                    missingCopies::makeWhenDue,
                    sealRotation::resumeWhenDue,
                    wrapKey::makeWhenDue)));
  }

  /** Reads storage and begins to unseal, on a thread of its own. */
  public void start() {
    loop.start();
  }

  /** Where the node is now. */
  public NodeState state() {
    return cell.state();
  }

  /** What anybody may know, from memory. */
  public NodeStatus status() {
    return new StatusView(parts.protection(), unsealing.progress()).of(cell.state());
  }

  /** Each seal with its health, from memory; key shares are one. */
  public List<SealView> seals() {
    return new SealViews(parts.protection()).seals(cell.state());
  }

  /** Each wrapped key that the active node's seal record holds, newest first. */
  public List<SealCopy> sealCopies() {
    SealRecord record = cell.requireActive().unsealed().record();
    return new SealViews(parts.protection()).copies(record);
  }

  /**
   * The same of a record as storage holds it.
   *
   * @throws SealFault.Data where it is damaged
   */
  public List<SealCopy> sealCopies(byte[] stored) {
    return new SealViews(parts.protection()).copies(SealRecord.fromBytes(stored));
  }

  /** How long the last unsealing took, from the seal being asked to the services being open. */
  public Optional<Duration> lastUnseal() {
    return opener.lastUnseal();
  }

  /** Which node leads. */
  public Leadership leadership() {
    return parts.leadership();
  }

  /** Who leads may have changed, or there is a cluster to join: does not wait to notice it. */
  public void wake() {
    loop.wake();
  }

  /** The record of what was done to the keys. */
  public Ceremony ceremony() {
    return ceremony;
  }

  /** The moving of a seal to another key of its HSM. */
  public SealRotation sealRotation() {
    return sealRotation;
  }

  /** The moving of the root key to other seals. */
  public SealMigration sealMigration() {
    return sealMigration;
  }

  /** The dropping of kept copies. */
  public SealPruning sealPruning() {
    return sealPruning;
  }

  /** The sealing anew of what is sealed twice. */
  public SealRewrap sealRewrap() {
    return sealRewrap;
  }

  /** The keys of HSMs that protect the root key, or have done so, from memory. */
  public SealKeyNames sealKeyNames() {
    return sealKeys.names();
  }

  /** The copy of the root key for when the seal is lost. */
  public BreakGlass breakGlass() {
    return breakGlass;
  }

  /** What operators should be told loudly, from memory; empty where all is well. */
  public List<String> warnings() {
    return new Warnings(parts.protection(), breakGlassStore.known()).of(cell.state());
  }

  /** The making of further root tokens. */
  public RootGeneration rootGeneration() {
    return rootGeneration;
  }

  /** The replacing of the root key and of what protects it. */
  public Rekey barrierRekey() {
    return barrierRekey;
  }

  /** The replacing of the recovery key. */
  public Rekey recoveryRekey() {
    return recoveryRekey;
  }

  /**
   * Makes a new installation, all of it in one commit or nothing, and unseals where the seal does
   * so by itself.
   *
   * @throws RefusedException where the request cannot be, there is an installation, or the seal
   *     does not work; storage is then as before
   */
  public InitResult init(InitRequest request) {
    InitPlan plan = InitPlan.of(request, parts.protection(), parts.clock().instant());
    cell.lock().lock();
    try {
      requireUninitialized();
      Initialization.Made made = commitInit(plan);
      log.info("initialized");
      opener.sealedAtFirst(made.record());
      if (!parts.protection().takesShares()) {
        opener.openByItself(made.record());
      }
      return made.result();
    } finally {
      cell.lock().unlock();
      loop.wake();
    }
  }

  private Initialization.Made commitInit(InitPlan plan) {
    try (Transaction transaction = new Transaction(parts.storage())) {
      Initialization.Made made = initialization.prepare(plan, transaction);
      try {
        transaction.commit();
      } catch (StorageFault.OutcomeUnknown e) {
        if (!records.holds(made.record())) {
          cell.set(starting("an initialization was cut off: " + e.getMessage()));
          throw e;
        }
      }
      records.requireHeld(made.record());
      return made;
    } catch (SealFault e) {
      throw SealRefusal.of(e);
    }
  }

  private void requireUninitialized() {
    opener.look();
    switch (cell.state()) {
      case NodeState.Uninitialized _ -> {}
      case NodeState.Starting(Obstacle obstacle) ->
          throw Refusal.unavailable("cannot initialize yet: " + obstacle.message());
      case NodeState.Damaged(Obstacle obstacle) ->
          throw Refusal.invalid(
              "storage is not empty and cannot be initialized: " + obstacle.message());
      case NodeState.Sealed _, NodeState.Unsealing _, NodeState.Active _, NodeState.Standby _ ->
          throw Refusal.invalid("Vault is already initialized");
    }
  }

  /**
   * Takes a key share, which this closes, and unseals with the last one.
   *
   * @param migrate whether the shares are given to move to the seal that the configuration names
   * @throws RefusedException where no share is wanted, or they turn out wrong, which forgets all
   */
  public NodeStatus unseal(SecretBytes share, boolean migrate) {
    unsealing.add(share, migrate);
    return status();
  }

  /** Takes a key share to unseal by what protects the root key now. */
  public NodeStatus unseal(SecretBytes share) {
    return unseal(share, false);
  }

  /** Forgets the key shares given so far. */
  public NodeStatus resetUnseal() {
    unsealing.reset();
    return status();
  }

  /** Closes services and keys. With a seal that unseals by itself it takes a restart to go on. */
  public void seal() {
    cell.lock().lock();
    try {
      cell.requireActive();
      opener.close(
          Obstacle.Kind.SEALED_BY_OPERATOR,
          parts.protection().takesShares()
              ? "an operator sealed the node; give key shares to sys/unseal"
              : "an operator sealed the node; restart it to unseal it");
    } finally {
      cell.lock().unlock();
    }
    // A share given while the last one was being tried would count for the next unsealing.
    unsealing.reset();
    forgetAttempts();
  }

  /**
   * Takes what the configuration asks for now: at once where no key has to move for it, or the node
   * is not unsealed; otherwise as what {@link #sealMigration} may move to.
   */
  public void configure(Protection configured) {
    cell.lock().lock();
    try {
      boolean unsealed =
          cell.state() instanceof NodeState.Active || cell.state() instanceof NodeState.Standby;
      boolean moves = unsealed && Migration.changes(parts.protection(), configured);
      if (!moves && !configured.equals(parts.protection())) {
        parts.protectionCell().set(configured);
        // What was given so far was given for another configuration.
        unsealing.reset();
      }
      sealMigration.offer(moves ? Optional.of(configured) : Optional.empty());
    } finally {
      cell.lock().unlock();
    }
  }

  /**
   * Tries again what waits for somebody to change something: to be called once the configuration
   * has been read again, and where the PIN was refused only once it has changed.
   */
  public void reload() {
    cell.lock().lock();
    try {
      switch (cell.state()) {
        case NodeState.Sealed(SealRecord record, Obstacle obstacle)
            when obstacle.kind() != Obstacle.Kind.SEALED_BY_OPERATOR
                && obstacle.kind() != Obstacle.Kind.STOPPING ->
            opener.sealedAtFirst(record);
        case NodeState.Damaged _ -> cell.set(starting("storage is to be read again"));
        case NodeState.Sealed _,
            NodeState.Starting _,
            NodeState.Uninitialized _,
            NodeState.Unsealing _,
            NodeState.Active _,
            NodeState.Standby _ -> {}
      }
    } finally {
      cell.lock().unlock();
    }
    missingCopies.wake();
    loop.wake();
  }

  /** The change to what a snapshot has. */
  public Restoration restoration() {
    return restoration;
  }

  /** What snapshots need of the barrier. */
  public SnapshotKeys snapshotKeys() {
    return new SnapshotKeys(cell);
  }

  /** The data keys of the open barrier. */
  public DataKeys dataKeys() {
    return new DataKeys(cell, ceremony);
  }

  /** Ends services and threads and zeroes the keys. Leaves storage and seal to their owners. */
  @Override
  public void close() {
    loop.close();
    cell.lock().lock();
    try {
      opener.close(Obstacle.Kind.STOPPING, "the server is stopping");
    } finally {
      cell.lock().unlock();
    }
    unsealing.reset();
    forgetAttempts();
  }

  /** Their locks are taken before the state's, so never while holding that. */
  private void forgetAttempts() {
    rootGeneration.cancel();
    barrierRekey.cancel();
    recoveryRekey.cancel();
    breakGlass.forget();
    sealMigration.reset();
  }

  private NodeState.Starting starting(String message) {
    Instant now = parts.clock().instant();
    return new NodeState.Starting(new Obstacle(Obstacle.Kind.STARTING, message, now));
  }
}
