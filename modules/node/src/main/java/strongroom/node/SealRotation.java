package strongroom.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;
import strongroom.logical.Refusal;
import strongroom.seal.RotatableSeal;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealKey;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.ChosenKey;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;

/**
 * Moves a seal to another key of its HSM while the node serves. Which key is written down first, so
 * that a step that was cut off is done again; the new copies have been unwrapped and compared when
 * they are written, together with the key that made them; old copies stay. One at a time, and none
 * beside a migration.
 */
public final class SealRotation {
  private static final Logger log = LoggerFactory.getLogger(SealRotation.class);
  private static final Duration RESUME_PAUSE = Duration.ofSeconds(5);

  private final NodeParts parts;
  private final StateCell cell;
  private final RootKeys rootKeys;
  private final SealRecords records;
  private final Ceremony ceremony;
  private final SealKeyRegister sealKeys;
  private final ReentrantLock one;
  private final AtomicBoolean resuming = new AtomicBoolean();
  private volatile Instant nextResume = Instant.MIN;

  SealRotation(
      NodeParts parts,
      StateCell cell,
      RootKeys rootKeys,
      SealRecords records,
      SealKeyRegister sealKeys,
      Ceremony ceremony) {
    this.ceremony = ceremony;
    this.sealKeys = sealKeys;
    this.parts = parts;
    this.cell = cell;
    this.one = cell.sealChange();
    this.rootKeys = rootKeys;
    this.records = records;
  }

  /**
   * A rotation under way.
   *
   * @param sealName the seal
   * @param key the key it goes to
   */
  public record Pending(String sealName, SealKey key) {}

  /** The rotation that was cut off and is yet to be resumed, or is under way. */
  public Optional<Pending> pending() {
    return record().rotation().map(r -> new Pending(r.sealName(), r.key()));
  }

  /**
   * Rotates a seal to a key that is there, or is made.
   *
   * @param sealName which seal; empty text where there is one only
   * @param wish label and id; a label that is empty is the configured one
   * @param generate whether the key is to be made
   * @return the key it wraps by now
   */
  public SealKey rotate(String sealName, SealKey wish, boolean generate) {
    one.lock();
    try {
      RotatableSeal seal = seal(sealName);
      record().rotation().ifPresent(SealRotation::refuseSecond);
      SealKey key = chosen(seal, wish, generate);
      if (current(seal).filter(now -> now.equals(key)).isPresent()) {
        throw Refusal.invalid(
            "seal \"" + seal.name() + "\" wraps by the key with " + key.text() + " already");
      }
      ChosenKey next = new ChosenKey(seal.name(), seal.configuredKey(), key, generate);
      change(record -> record.withRotation(Optional.of(next)));
      finish(seal, next, CeremonyKind.SEAL_ROTATE);
      return key;
    } finally {
      one.unlock();
    }
  }

  /**
   * Gives up a rotation that was cut off; where there is none, goes back to the key before the
   * present one, whose copy must open first.
   *
   * @return the key that the seal wraps by now, empty where a rotation was given up
   */
  public Optional<SealKey> rollback(String sealName) {
    one.lock();
    try {
      RotatableSeal seal = seal(sealName);
      if (record().rotation().isPresent()) {
        ceremony.record(
            () ->
                CeremonyEvent.of(CeremonyKind.SEAL_ROLLBACK)
                    .with("seal", seal.name())
                    .with("given_up", "true"),
            batch -> change(record -> record.withRotation(Optional.empty()), batch));
        log.info("seal {}: a rotation was given up", seal.name());
        return Optional.empty();
      }
      WrappedKey before = copyByAnotherKey(seal);
      verify(seal, before);
      SealKey key = keyOf(seal, before);
      ChosenKey next = new ChosenKey(seal.name(), seal.configuredKey(), key, false);
      change(record -> record.withRotation(Optional.of(next)));
      finish(seal, next, CeremonyKind.SEAL_ROLLBACK);
      return Optional.of(key);
    } finally {
      one.unlock();
    }
  }

  /** Goes on with a rotation that was cut off, on a thread of its own, where it is time to. */
  void resumeWhenDue() {
    if (cell.state() instanceof NodeState.Active active
        && active.unsealed().record().rotation().isPresent()
        && !parts.clock().instant().isBefore(nextResume)
        && !one.isLocked()
        && resuming.compareAndSet(false, true)) {
      Thread.ofVirtual().name("seal-rotation").start(this::resume);
    }
  }

  private void resume() {
    one.lock();
    try {
      Optional<ChosenKey> rotation = record().rotation();
      if (rotation.isPresent()) {
        finish(seal(rotation.get().sealName()), rotation.get(), CeremonyKind.SEAL_ROTATE);
      }
    } catch (RuntimeException e) {
      log.warn("a rotation of a seal's key is yet to be finished: {}", e.getMessage());
      nextResume = parts.clock().instant().plus(RESUME_PAUSE);
    } finally {
      resuming.set(false);
      one.unlock();
    }
  }

  /** Makes enabled seals wrap by the keys that {@code record} says they were rotated to. */
  static void apply(Protection protection, SealRecord record) {
    for (Seal seal : protection.enabled()) {
      if (seal instanceof RotatableSeal rotatable) {
        record.chosenKeys().stream()
            .filter(chosen -> chosen.sealName().equals(seal.name()))
            .forEach(chosen -> rotatable.use(chosen.configured(), chosen.key()));
      }
    }
  }

  private void finish(RotatableSeal seal, ChosenKey next, CeremonyKind kind) {
    NodeState.Active active = cell.requireActive();
    SealRecord record = active.unsealed().record();
    sealKeys.remember(record, active.unsealed().barrier());
    try (SecretBytes rootKey = active.unsealed().barrier().copyRootKey()) {
      if (next.make()) {
        seal.make(next.key());
      }
      WrappedKey root = wrap(seal, next.key(), Seal.Purpose.ROOT_KEY, record.rootNumber(), rootKey);
      Optional<WrappedKey> recovery = recoveryCopy(seal, next.key(), record);
      ceremony.record(
          () -> told(kind, seal, next),
          // Two keys may have the configured label now: the one that takes over is named by its id.
          (one, digest) ->
              one.equals(seal)
                  ? seal.wrapBy(next.key(), Seal.Purpose.CEREMONY, digest)
                  : one.wrap(Seal.Purpose.CEREMONY, digest),
          batch -> change(now -> copied(now, record, root, recovery).withChosenKey(next), batch));
      seal.use(next.configured(), next.key());
      log.info("seal {} wraps by the key with {} now", seal.name(), next.key().text());
    } catch (SealFault.Configuration | SealFault.Data e) {
      change(now -> now.withRotation(Optional.empty()));
      throw Refusal.invalid(
          "not rotated, all is as before: the key with "
              + next.key().text()
              + " cannot take over: "
              + e.getMessage());
    } catch (SealFault.Away | SealFault.Pin e) {
      throw Refusal.unavailable(
          "the rotation is resumed once the seal is back, unless it is rolled back: "
              + e.getMessage());
    }
  }

  private static SealRecord copied(
      SealRecord now, SealRecord before, WrappedKey root, Optional<WrappedKey> recovery) {
    requireSame(now, before);
    SealRecord copied = now.withRootKeys(List.of(root), now.unsealShares());
    return recovery.isPresent()
        ? copied.withRecoveryKeys(List.of(recovery.get()), now.recoveryShares())
        : copied;
  }

  private static CeremonyEvent told(CeremonyKind kind, RotatableSeal seal, ChosenKey next) {
    return CeremonyEvent.of(kind)
        .with("seal", seal.name())
        .with("key_label", next.key().label())
        .with("key_id", next.key().id())
        .with("key_made", Boolean.toString(next.make()));
  }

  private Optional<WrappedKey> recoveryCopy(RotatableSeal seal, SealKey key, SealRecord record) {
    if (record.recoveryKeys().isEmpty()
        || !(parts.protection() instanceof Protection.ByItself several)) {
      return Optional.empty();
    }
    try (SecretBytes recoveryKey =
        rootKeys.unwrapRecovery(several, record, cell.requireActive().unsealed().barrier())) {
      return Optional.of(
          wrap(seal, key, Seal.Purpose.RECOVERY_KEY, record.recoveryNumber(), recoveryKey));
    }
  }

  private WrappedKey wrap(
      RotatableSeal seal, SealKey key, Seal.Purpose purpose, int number, SecretBytes secret) {
    byte[] wrapped = seal.wrapBy(key, purpose, secret);
    try (SecretBytes back = seal.unwrap(purpose, wrapped)) {
      if (!back.contentEquals(secret)) {
        throw new SealFault.Data("what it wraps comes back changed", null);
      }
    }
    return new WrappedKey(number, seal.type(), seal.name(), parts.clock().instant(), wrapped);
  }

  private static void requireSame(SealRecord now, SealRecord before) {
    if (now.rootNumber() != before.rootNumber()
        || now.recoveryNumber() != before.recoveryNumber()
        || !now.rotation().equals(before.rotation())) {
      throw Refusal.unavailable("the root key or the recovery key was replaced meanwhile");
    }
  }

  /** Refuses unless {@code copy} opens, and holds the root key where it is of the present one. */
  private void verify(RotatableSeal seal, WrappedKey copy) {
    NodeState.Active active = cell.requireActive();
    try (SecretBytes key = seal.unwrap(Seal.Purpose.ROOT_KEY, copy.wrapped())) {
      boolean present = copy.number() == active.unsealed().record().rootNumber();
      if (present && !active.unsealed().barrier().isRootKey(key)) {
        throw Refusal.invalid("not rolled back: the copy before this one holds another root key");
      }
    } catch (SealFault e) {
      throw Refusal.invalid("not rolled back: the copy before does not open: " + e.getMessage());
    }
  }

  private WrappedKey copyByAnotherKey(RotatableSeal seal) {
    SealKey now = current(seal).orElse(new SealKey("", ""));
    return record().rootKeys().stream()
        .filter(copy -> copy.isBy(seal.type(), seal.name()))
        .filter(copy -> !keyOf(seal, copy).equals(now))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "seal \"" + seal.name() + "\" has no copy by another key to go back to"));
  }

  private Optional<SealKey> current(RotatableSeal seal) {
    return record().currentRootKeys().stream()
        .filter(copy -> copy.isBy(seal.type(), seal.name()))
        .findFirst()
        .map(copy -> keyOf(seal, copy));
  }

  private static SealKey keyOf(Seal seal, WrappedKey copy) {
    Map<String, String> details = seal.describe(copy.wrapped());
    return new SealKey(details.getOrDefault("key_label", ""), details.getOrDefault("key_id", ""));
  }

  private static SealKey chosen(RotatableSeal seal, SealKey wish, boolean generate) {
    try {
      return seal.choose(wish, generate);
    } catch (SealFault.Configuration e) {
      throw Refusal.invalid("not rotated: " + e.getMessage());
    } catch (SealFault e) {
      throw SealRefusal.of(e);
    }
  }

  private static void refuseSecond(ChosenKey rotation) {
    throw Refusal.invalid(
        "a rotation of seal \""
            + rotation.sealName()
            + "\" to the key with "
            + rotation.key().text()
            + " is under way: it is resumed by itself; to give it up, roll back");
  }

  private RotatableSeal seal(String name) {
    List<Seal> enabled =
        parts.protection() instanceof Protection.ByItself several ? several.enabled() : List.of();
    List<Seal> named =
        enabled.stream().filter(seal -> name.isEmpty() || seal.name().equals(name)).toList();
    if (named.size() != 1) {
      throw Refusal.invalid(
          "name one of the seals that unseal by themselves: "
              + enabled.stream().map(Seal::name).toList());
    }
    if (!(named.getFirst() instanceof RotatableSeal rotatable)) {
      throw Refusal.invalid(
          "the key of seal \""
              + named.getFirst().name()
              + "\" is rotated in its key service, not here");
    }
    return rotatable;
  }

  private SealRecord record() {
    return cell.requireActive().unsealed().record();
  }

  private void change(UnaryOperator<SealRecord> by) {
    change(by, new Batch());
  }

  /** Changes the seal record, and writes {@code others} with it. */
  private void change(UnaryOperator<SealRecord> by, Batch others) {
    cell.lock().lock();
    try {
      NodeState.Active active = cell.requireActive();
      SealRecord next = by.apply(active.unsealed().record());
      records.replace(next, others);
      cell.set(active.with(next));
    } finally {
      cell.lock().unlock();
    }
  }
}
