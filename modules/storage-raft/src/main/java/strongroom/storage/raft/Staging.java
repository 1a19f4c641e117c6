package strongroom.storage.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.StorageFault;

/**
 * What a restore sets aside on its way to be the state: a second ordered store, {@code staged/},
 * which entries of the log fill on every node alike. One last entry puts it in the state's place,
 * so that a node has all of the one or all of the other, whenever it dies.
 *
 * <p>Neither store has a log of its own. What it has lost when the process was killed it gets from
 * Raft's, which is read from where the one that is further behind has ended ({@link #behind}).
 *
 * <p>Used by Raft's one applying thread, but for {@link #open}.
 */
final class Staging implements AutoCloseable {
  static final String STAGED = "staged";

  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final long CACHE_BYTES = 1024L * 1024;

  private final DataFolder folder;
  private @Nullable OrderedStore store;

  /**
   * An entry of a restore.
   *
   * @param restore its name
   * @param number how many of its entries that set aside there were before
   * @param exchanges whether it ends the restore
   */
  record Step(UUID restore, long number, boolean exchanges) {
    /** Of {@link #toBytes}. */
    static final int LENGTH = 3 * Long.BYTES;

    /** As a store remembers it, and the log has it: restore and number, big-endian. */
    byte[] toBytes() {
      return ByteBuffer.allocate(LENGTH)
          .putLong(restore.getMostSignificantBits())
          .putLong(restore.getLeastSignificantBits())
          .putLong(number)
          .array();
    }

    /** What {@link #toBytes} made; empty where it did not. */
    static Optional<Step> of(byte[] stored) {
      return stored.length == LENGTH
          ? Optional.of(read(ByteBuffer.wrap(stored), false))
          : Optional.empty();
    }

    /** Reads what {@link #toBytes} made. */
    static Step read(ByteBuffer in, boolean exchanges) {
      return new Step(new UUID(in.getLong(), in.getLong()), in.getLong(), exchanges);
    }

    private Step next() {
      return new Step(restore, number + 1, false);
    }
  }

  private Staging(DataFolder folder, @Nullable OrderedStore store) {
    this.folder = folder;
    this.store = store;
  }

  /** What {@code folder} has set aside, or nothing. */
  static Staging open(DataFolder folder) {
    Path path = folder.beside(STAGED);
    Staging staging = new Staging(folder, null);
    if (!OrderedStore.exists(path)) {
      staging.drop();
      return staging;
    }
    try {
      OrderedStore store = OrderedStore.open(path, CACHE_BYTES);
      staging.store = store;
      if (store.applied() == null || store.progress().isEmpty()) {
        staging.drop();
      }
    } catch (StorageFault.Damaged e) {
      LOG.warn("what a restore had set aside is damaged and dropped: {}", e.getMessage());
      staging.drop();
    }
    return staging;
  }

  /** The entry from which on the log is needed: {@code applied}, or one before it. */
  @Nullable TermIndex behind(@Nullable TermIndex applied) {
    OrderedStore open = store;
    TermIndex own = open == null ? applied : open.applied();
    return applied == null || own == null || own.getIndex() >= applied.getIndex() ? applied : own;
  }

  /** Sets aside what {@code entry} has, which is {@code step}. */
  void add(TermIndex index, Step step, ByteString entry) {
    if (step.number() == 0 && !isOf(index)) {
      drop();
      OrderedStore made = OrderedStore.open(folder.beside(STAGED), CACHE_BYTES);
      store = made;
      made.apply(index, entry, Optional.of(step.next()));
      // From here on it is known from where the log is needed to make it again.
      var _ = made.flush();
      return;
    }
    OrderedStore open = store;
    if (open != null && open.progress().filter(step::equals).isPresent()) {
      open.apply(index, entry, Optional.of(step.next()));
    }
  }

  /** Whether {@code index} is in the store already, when the log is read again. */
  private boolean isOf(TermIndex index) {
    OrderedStore open = store;
    TermIndex applied = open == null ? null : open.applied();
    return applied != null && applied.getIndex() >= index.getIndex();
  }

  /**
   * All that was set aside, closed, as the state of {@code index}; empty where this node has not
   * all of it, as one that was away meanwhile.
   */
  Optional<Path> finished(TermIndex index, Step last) {
    OrderedStore open = store;
    Step expected = new Step(last.restore(), last.number(), false);
    if (open == null || open.progress().filter(expected::equals).isEmpty()) {
      drop();
      return Optional.empty();
    }
    open.apply(index, null);
    var _ = open.flush();
    open.close();
    store = null;
    return Optional.of(folder.beside(STAGED));
  }

  /** Syncs what was set aside, as of {@code index}: the log up to there is needed no more. */
  void flush(@Nullable TermIndex index) {
    OrderedStore open = store;
    if (open != null && index != null) {
      open.apply(index, null);
      var _ = open.flush();
    }
  }

  /** Forgets what was set aside. */
  void drop() {
    close();
    try {
      StateSlot.delete(folder.beside(STAGED));
    } catch (IOException e) {
      throw new StorageFault.Unavailable(folder.beside(STAGED) + " cannot be removed: " + e, e);
    }
  }

  @Override
  public void close() {
    OrderedStore open = store;
    store = null;
    if (open != null) {
      open.close();
    }
  }
}
