package strongroom.storage.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.StorageFault;

/**
 * The state as it was at one moment, to be read at leisure while the node goes on: links to the
 * files of the ordered store, which take no room until it rewrites them. Nothing of it is left when
 * it is closed.
 */
public final class FrozenState implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrozenState.class);
  private static final long CACHE_BYTES = 1024L * 1024;

  private final Path path;
  private final OrderedStore store;
  private final TermIndex applied;
  private final Runnable closed;

  private FrozenState(Path path, OrderedStore store, TermIndex applied, Runnable closed) {
    this.path = path;
    this.store = store;
    this.applied = applied;
    this.closed = closed;
  }

  /** {@code closed} is called once it is closed, where it has come to be. */
  static FrozenState of(OrderedStore live, Path path, Runnable closed) {
    OrderedStore store = null;
    try {
      live.checkpoint(path);
      store = OrderedStore.openForReading(path, CACHE_BYTES);
      TermIndex applied = store.applied();
      if (applied == null) {
        throw new StorageFault.Unavailable("nothing was ever written here", null);
      }
      return new FrozenState(path, store, applied, closed);
    } catch (StorageFault e) {
      if (store != null) {
        store.close();
      }
      delete(path);
      throw e;
    }
  }

  /** The last entry of Raft's that is in it. */
  public long index() {
    return applied.getIndex();
  }

  /** In which leader's term that was. */
  public long term() {
    return applied.getTerm();
  }

  /** The value at {@code key}. */
  public Optional<byte[]> get(String key) {
    return store.get(key);
  }

  /** Shows every entry to {@code to}. */
  public void each(EntryVisitor to) {
    StateScan.of(store, to);
  }

  private static void delete(Path path) {
    try {
      StateSlot.delete(path);
    } catch (IOException e) {
      LOG.warn("{} is left over: {}", path, e.getMessage());
    }
  }

  @Override
  public void close() {
    store.close();
    delete(path);
    closed.run();
  }
}
