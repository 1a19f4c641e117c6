package strongroom.node;

import java.security.MessageDigest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.logical.Refusal;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * Keeps the break-glass copy outside the barrier, where a sealed node can read it, and its identity
 * behind the barrier: who can write storage could otherwise put a public key of their own in its
 * place, and be given the next root key.
 */
final class BreakGlassStore {
  /** Where the copy is, outside the barrier. */
  static final String PATH = "core/break-glass";

  private static final Logger log = LoggerFactory.getLogger(BreakGlassStore.class);
  private static final String IDENTITY_PATH = "core/break-glass-identity";

  private final Storage storage;
  private final BreakGlassSource source;
  private volatile Optional<BreakGlassCopy> known = Optional.empty();

  BreakGlassStore(Storage storage, BreakGlassSource source) {
    this.storage = storage;
    this.source = source;
  }

  /** Time and randomness, anew for each copy. */
  interface BreakGlassSource {
    BreakGlassCopy.Source now();
  }

  /** The copy as it was last read, from memory. */
  Optional<BreakGlassCopy> known() {
    return known;
  }

  /** Reads the copy. One that is damaged is told and counts as none: it must not stop a node. */
  Optional<BreakGlassCopy> refresh() {
    try {
      known = storage.get(PATH).map(BreakGlassCopy::fromBytes);
    } catch (SealFault.Data e) {
      log.error("the break-glass copy at {} is damaged: {}", PATH, e.getMessage());
      known = Optional.empty();
    }
    return known;
  }

  /**
   * The copy, where there is one.
   *
   * @throws strongroom.logical.RefusedException where it is not the one that this installation made
   */
  Optional<BreakGlassCopy> requireGenuine(Barrier barrier) {
    Optional<BreakGlassCopy> copy = refresh();
    if (!genuine(copy, barrier)) {
      throw Refusal.invalid(
          "the break-glass copy in storage is missing, damaged, or not the one that was made here:"
              + " delete it (operator recovery delete), and create it anew");
    }
    return copy;
  }

  private static boolean genuine(Optional<BreakGlassCopy> copy, Barrier barrier) {
    try {
      byte[] expected = barrier.get(IDENTITY_PATH).orElse(new byte[0]);
      byte[] found = copy.map(BreakGlassCopy::identity).orElse(new byte[0]);
      return MessageDigest.isEqual(expected, found);
    } catch (StorageFault.Damaged e) {
      return false;
    }
  }

  /** Whether the copy, or that there is none, is what this installation wrote. */
  boolean isGenuine(Barrier barrier) {
    return genuine(refresh(), barrier);
  }

  /** Makes {@code copy} the one that counts, in one commit with {@code others}. */
  void replace(BreakGlassCopy copy, Barrier barrier, Batch others) {
    barrier.commit(new Batch().put(IDENTITY_PATH, copy.identity()));
    write(Optional.of(copy.toBytes()), others);
    known = Optional.of(copy);
  }

  /** Forgets it, with what goes with it, in one commit with {@code others}. */
  void delete(Barrier barrier, Batch others) {
    write(Optional.empty(), others);
    known = Optional.empty();
    barrier.commit(new Batch().delete(IDENTITY_PATH));
    RecoveryKeyCopy.forget(barrier);
  }

  private void write(Optional<byte[]> wanted, Batch batch) {
    wanted.ifPresentOrElse(bytes -> batch.put(PATH, bytes), () -> batch.delete(PATH));
    try {
      storage.commit(batch);
    } catch (StorageFault.OutcomeUnknown e) {
      byte[] none = new byte[0];
      if (!MessageDigest.isEqual(storage.get(PATH).orElse(none), wanted.orElse(none))) {
        throw e;
      }
    }
  }

  /** Adds the copy of a new root key to {@code batch}, where there is a copy to keep up. */
  Optional<BreakGlassCopy> renewInto(
      Batch batch, Barrier barrier, SecretBytes rootKey, int number) {
    Optional<BreakGlassCopy> next =
        requireGenuine(barrier).map(copy -> copy.withRootKey(rootKey, number, source.now()));
    next.ifPresent(copy -> batch.put(PATH, copy.toBytes()));
    return next;
  }

  /** To be called once a batch of {@link #renewInto} is in storage. */
  void renewed(Optional<BreakGlassCopy> copy) {
    known = copy;
    copy.ifPresent(
        one -> log.warn("break-glass: event=renewed root_key_number={}", one.rootNumber()));
  }

  /**
   * Makes the copy say that it is of the root key that counts, after a move to other seals, which
   * gives that key a new number. Until then the copy opens all the same, so that nothing is stopped
   * where it cannot be written.
   *
   * @param recoveryKey the key that is shared out, where it is at hand; kept where it is that of
   *     {@code record}'s recovery keys
   */
  void follow(Barrier barrier, SealRecord record, Optional<SecretBytes> recoveryKey) {
    try {
      Optional<BreakGlassCopy> copy = refresh();
      if (copy.isEmpty() || !genuine(copy, barrier)) {
        return;
      }
      if (recoveryKey.isPresent() && record.recoveryShares().isPresent()) {
        RecoveryKeyCopy.keep(barrier, record.recoveryNumber(), recoveryKey.get());
      }
      if (copy.get().rootNumber() != record.rootNumber()) {
        try (SecretBytes rootKey = barrier.copyRootKey()) {
          BreakGlassCopy next = copy.get().withRootKey(rootKey, record.rootNumber(), source.now());
          write(Optional.of(next.toBytes()), new Batch());
          renewed(Optional.of(next));
        }
      }
    } catch (StorageFault e) {
      log.warn("the break-glass copy could not be brought up to date: {}", e.getMessage());
    }
  }

  /** Keeps a recovery key too, where there is a copy. */
  void keepRecoveryKey(Barrier barrier, int number, SecretBytes key) {
    if (requireGenuine(barrier).isPresent()) {
      RecoveryKeyCopy.keep(barrier, number, key);
    }
  }
}
