package strongroom.storage.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.StorageFault;

/**
 * Where the state is: {@code state/}, with {@code incoming/} beside it while a copy of another
 * node's is fetched, {@code staged/} while a snapshot is restored ({@link Staging}), and {@code
 * state.old/} for the moment in which one takes the other's place. Whenever the process ends, what
 * is found is the state as it was or the other, whole.
 */
final class StateSlot implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateSlot.class);
  private static final String OLD = "state.old";

  private final DataFolder folder;
  private final long cacheBytes;
  private final Staging staging;
  private volatile OrderedStore current;

  private StateSlot(DataFolder folder, long cacheBytes, OrderedStore current) {
    this.folder = folder;
    this.cacheBytes = cacheBytes;
    this.current = current;
    this.staging = Staging.open(folder);
  }

  static StateSlot open(DataFolder folder, long cacheBytes) {
    try {
      Path old = folder.beside(OLD);
      if (Files.isDirectory(old) && !OrderedStore.exists(folder.state())) {
        delete(folder.state());
        Files.move(old, folder.state(), StandardCopyOption.ATOMIC_MOVE);
      }
      delete(old);
      delete(folder.beside(StateCopies.INCOMING));
      delete(folder.beside(StateCopies.INCOMING_INSTEAD));
      delete(folder.beside(StateCopies.OUTGOING));
      delete(folder.beside(Snapshots.FROZEN));
    } catch (IOException e) {
      throw new StorageFault.Unavailable(folder.state() + " cannot be tidied: " + e, e);
    }
    return new StateSlot(folder, cacheBytes, OrderedStore.open(folder.state(), cacheBytes));
  }

  /** The state as it is now. */
  OrderedStore current() {
    return current;
  }

  /** What a restore has set aside to take the state's place. */
  Staging staging() {
    return staging;
  }

  /** The last entry that this node has whatever it did; the log is needed from the next one on. */
  @Nullable TermIndex applied() {
    return staging.behind(current.applied());
  }

  /**
   * Puts {@code copy}, a whole state of another node's that is closed, in the place of the one that
   * is open. Called by Raft's one applying thread.
   */
  void replace(Path copy, TermIndex applied) throws IOException {
    folder.installed(applied);
    staging.drop();
    exchange(copy);
    LOG.info("the state is now that of entry {}, fetched from the leader", applied.getIndex());
  }

  /** Puts {@code copy}, a whole state that is closed, in the place of the one that is open. */
  void exchange(Path copy) throws IOException {
    current.close();
    Path old = folder.beside(OLD);
    Files.move(folder.state(), old, StandardCopyOption.ATOMIC_MOVE);
    Files.move(copy, folder.state(), StandardCopyOption.ATOMIC_MOVE);
    current = OrderedStore.open(folder.state(), cacheBytes);
    delete(old);
  }

  /** Removes {@code path} and all below it, where it is there. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walked = Files.walk(path)) {
      all = walked.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }

  @Override
  public void close() {
    staging.close();
    current.close();
  }
}
