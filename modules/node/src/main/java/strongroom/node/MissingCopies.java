package strongroom.node;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.seal.Seal;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.secret.SecretBytes;

/**
 * Gives each enabled seal that has none a copy of the keys: one that was added to the
 * configuration, or was away while a key was replaced. Where the node was unsealed by break-glass,
 * a copy counts only once its seal has opened it since: the key that made it may be gone. Wrapping
 * is done without the state's lock; one attempt at a time, with pauses that grow while it fails.
 */
final class MissingCopies {
  private static final Logger log = LoggerFactory.getLogger(MissingCopies.class);
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

  private final NodeParts parts;
  private final StateCell cell;
  private final RootKeys rootKeys;
  private final SealRecords records;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile Instant next = Instant.MIN;
  private volatile Duration pause = PAUSE_MIN;

  /** The barrier that break-glass has opened, and the seals that have opened a copy of it since. */
  private volatile Proven proven = new Proven(Optional.empty(), Set.of());

  private record Proven(Optional<Barrier> barrier, Set<String> seals) {}

  MissingCopies(NodeParts parts, StateCell cell, RootKeys rootKeys, SealRecords records) {
    this.parts = parts;
    this.cell = cell;
    this.rootKeys = rootKeys;
    this.records = records;
  }

  /** The enabled seals that could not open what counts in {@code record} now. */
  static List<Seal> of(Protection protection, SealRecord record) {
    if (Migration.needed(protection, record).isPresent()) {
      return List.of();
    }
    return switch (protection) {
      case Protection.Shares _, Protection.SealAndShares _ -> List.of();
      case Protection.ByItself(List<Seal> enabled, List<Seal> _) ->
          enabled.stream().filter(seal -> lacks(seal, record)).toList();
    };
  }

  private static boolean lacks(Seal seal, SealRecord record) {
    return noneBy(seal, record.currentRootKeys())
        || (!record.recoveryKeys().isEmpty() && noneBy(seal, record.currentRecoveryKeys()));
  }

  private static boolean noneBy(Seal seal, List<WrappedKey> copies) {
    return copies.stream().noneMatch(copy -> copy.isBy(seal.type(), seal.name()));
  }

  /** Tries at once, whatever failed before. */
  void wake() {
    pause = PAUSE_MIN;
    next = Instant.MIN;
  }

  /** Starts to make what is missing, on a thread of its own, where it is time to. */
  void makeWhenDue() {
    if (cell.state() instanceof NodeState.Active active
        && !parts.clock().instant().isBefore(next)
        && !lacking(active).isEmpty()
        && running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("seal-copies").start(() -> make(active));
    }
  }

  private void make(NodeState.Active active) {
    boolean all = true;
    try {
      List<Seal> without = of(parts.protection(), active.unsealed().record());
      for (Seal seal : lacking(active)) {
        boolean done =
            (!without.contains(seal) && opensItsCopy(seal, active)) || makeFor(seal, active);
        if (done) {
          prove(seal, active.unsealed().barrier());
        }
        all &= done;
      }
    } finally {
      if (all) {
        wake();
      } else {
        next = parts.clock().instant().plus(pause);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(PAUSE_MAX) < 0 ? longer : PAUSE_MAX;
      }
      running.set(false);
    }
  }

  /** Those without a copy, and after break-glass those whose copy has not opened since. */
  private List<Seal> lacking(NodeState.Active active) {
    Unsealed unsealed = active.unsealed();
    List<Seal> without = of(parts.protection(), unsealed.record());
    if (!unsealed.byBreakGlass() || parts.protection().takesShares()) {
      return without;
    }
    return parts.protection().enabled().stream()
        .filter(seal -> without.contains(seal) || !isProven(seal, unsealed.barrier()))
        .toList();
  }

  private boolean isProven(Seal seal, Barrier barrier) {
    Proven now = proven;
    return now.barrier().filter(one -> one == barrier).isPresent()
        && now.seals().contains(seal.name());
  }

  private void prove(Seal seal, Barrier barrier) {
    Proven now = proven;
    Set<String> seals = new HashSet<>();
    if (now.barrier().filter(one -> one == barrier).isPresent()) {
      seals.addAll(now.seals());
    }
    seals.add(seal.name());
    proven = new Proven(Optional.of(barrier), Set.copyOf(seals));
  }

  private static boolean opensItsCopy(Seal seal, NodeState.Active active) {
    return active.unsealed().record().currentRootKeys().stream()
        .filter(copy -> copy.isBy(seal.type(), seal.name()))
        .anyMatch(copy -> BreakGlass.opens(seal, copy, active));
  }

  private boolean makeFor(Seal seal, NodeState.Active active) {
    SealRecord record = active.unsealed().record();
    try (SecretBytes rootKey = active.unsealed().barrier().copyRootKey()) {
      WrappedKey root = rootKeys.wrapBy(seal, Seal.Purpose.ROOT_KEY, record.rootNumber(), rootKey);
      Optional<WrappedKey> recovery = recoveryCopy(seal, record);
      commit(root, recovery, rootKey);
      log.info("seal {} has a copy of the root key now", seal.name());
      return true;
    } catch (RuntimeException e) {
      log.warn("seal {} has no copy of the root key yet: {}", seal.name(), e.getMessage());
      return false;
    }
  }

  private Optional<WrappedKey> recoveryCopy(Seal seal, SealRecord record) {
    if (record.recoveryKeys().isEmpty()
        || !(parts.protection() instanceof Protection.ByItself several)) {
      return Optional.empty();
    }
    try (SecretBytes recoveryKey =
        rootKeys.unwrapRecovery(several, record, cell.requireActive().unsealed().barrier())) {
      return Optional.of(
          rootKeys.wrapBy(seal, Seal.Purpose.RECOVERY_KEY, record.recoveryNumber(), recoveryKey));
    }
  }

  /** Adds the copies, unless the keys have been replaced since. */
  private void commit(WrappedKey root, Optional<WrappedKey> recovery, SecretBytes rootKey) {
    cell.lock().lock();
    try {
      NodeState.Active active = cell.requireActive();
      SealRecord now = active.unsealed().record();
      if (Migration.needed(parts.protection(), now).isPresent()
          || now.rootNumber() != root.number()
          || !active.unsealed().barrier().isRootKey(rootKey)
          || recovery.map(r -> r.number() != now.recoveryNumber()).orElse(false)) {
        throw new IllegalStateException("the keys were replaced meanwhile");
      }
      SealRecord next = now.withRootKeys(List.of(root), now.unsealShares());
      if (recovery.isPresent()) {
        next = next.withRecoveryKeys(List.of(recovery.get()), now.recoveryShares());
      }
      records.replace(next);
      cell.set(active.with(next));
    } finally {
      cell.lock().unlock();
    }
  }
}
