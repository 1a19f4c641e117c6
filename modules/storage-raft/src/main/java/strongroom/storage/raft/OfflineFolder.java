package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import strongroom.storage.StorageFault;

/**
 * A data folder that no server has open, such as a stopped node's or one out of a backup, to look
 * into. Nothing in it is changed: the state is opened for reading only, and what the log has beyond
 * it is looked through and not applied.
 */
public final class OfflineFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final long CACHE_BYTES = 1024L * 1024;

  private final Path path;
  private final Optional<FileChannel> lock;

  private OfflineFolder(Path path, Optional<FileChannel> lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Opens the folder, and keeps a server from starting on it until it is closed.
   *
   * @throws StorageFault.Unavailable where a process has it open
   * @throws StorageFault.Damaged where it is no data folder
   */
  public static OfflineFolder open(Path path) {
    try {
      if (!Files.exists(path.resolve("identity"))) {
        throw new StorageFault.Damaged(
            path + " is not the data folder of a server: it has no file \"identity\"", null);
      }
      Path file = path.resolve(LOCK);
      if (!Files.exists(file)) {
        return new OfflineFolder(path, Optional.empty());
      }
      // A shared lock takes no right to write, which there may not be on a backup's medium.
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      if (!sharesLock(channel)) {
        channel.close();
        throw new StorageFault.Unavailable(
            path + " is in use by another process: ask that server, or stop it", null);
      }
      return new OfflineFolder(path, Optional.of(channel));
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be read: " + e, e);
    }
  }

  private static boolean sharesLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /**
   * The value at {@code key}, as the node would read it after a start.
   *
   * @throws StorageFault.Damaged where something in the folder is not what was written
   */
  public Optional<byte[]> get(String key) {
    Path state = path.resolve("state");
    Optional<byte[]> stored = Optional.empty();
    long next = 0;
    if (OrderedStore.exists(state)) {
      try (OrderedStore store = OrderedStore.openForReading(state, CACHE_BYTES)) {
        stored = store.get(key);
        TermIndex applied = store.applied();
        next = applied == null ? 0 : applied.getIndex() + 1;
      }
    }
    return newest(key, stored, next);
  }

  /**
   * Shows {@code to} every entry that the node would have after a start, and those that the log has
   * replaced since the state was last synced: both are read from the disk.
   */
  public void each(EntryVisitor to) {
    Path state = path.resolve("state");
    long next = 0;
    if (OrderedStore.exists(state)) {
      try (OrderedStore store = OrderedStore.openForReading(state, CACHE_BYTES)) {
        StateScan.of(store, to);
        TermIndex applied = store.applied();
        next = applied == null ? 0 : applied.getIndex() + 1;
      }
    }
    EntryCodec.Writes writes =
        new EntryCodec.Writes() {
          @Override
          public void put(byte[] key, byte[] value) {
            to.entry(key, value);
          }

          @Override
          public void delete(byte[] key) {
            // There is nothing to read.
          }
        };
    try {
      LogFiles.in(log()).entriesFrom(next, entry -> decode(entry, writes));
    } catch (StorageFault.Damaged e) {
      to.damaged("the log", e);
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be read: " + e, e);
    }
  }

  private void decode(LogEntryProto entry, EntryCodec.Writes writes) {
    ByteString data = entry.getStateMachineLogEntry().getLogData();
    Optional<Staging.Step> step = EntryCodec.step(data);
    if (step.isPresent() && step.get().exchanges()) {
      throw new StorageFault.Unavailable(
          path
              + " was left while a snapshot took the place of what is in it: start the server on it"
              + " once",
          null);
    }
    // One of Raft's own has none, and what a restore has set aside is not there yet.
    if (!data.isEmpty() && step.isEmpty()) {
      EntryCodec.decode(data, writes);
    }
  }

  private Optional<byte[]> newest(String key, Optional<byte[]> stored, long from) {
    Newest newest = new Newest(key.getBytes(UTF_8), stored);
    try {
      LogFiles.in(log()).entriesFrom(from, entry -> decode(entry, newest));
      return newest.value;
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be read: " + e, e);
    }
  }

  /** What the last write made of one key. */
  private static final class Newest implements EntryCodec.Writes {
    private final byte[] wanted;
    private Optional<byte[]> value;

    Newest(byte[] wanted, Optional<byte[]> value) {
      this.wanted = wanted;
      this.value = value;
    }

    @Override
    public void put(byte[] key, byte[] written) {
      if (Arrays.equals(key, wanted)) {
        value = Optional.of(written);
      }
    }

    @Override
    public void delete(byte[] key) {
      if (Arrays.equals(key, wanted)) {
        value = Optional.empty();
      }
    }
  }

  /** Where the one group has its log. */
  private Path log() throws IOException {
    Path raft = path.resolve("raft");
    if (!Files.isDirectory(raft)) {
      return raft;
    }
    try (Stream<Path> groups = Files.list(raft)) {
      return groups.filter(Files::isDirectory).findFirst().orElse(raft).resolve("current");
    }
  }

  @Override
  public void close() {
    try {
      if (lock.isPresent()) {
        lock.get().close();
      }
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be released: " + e, e);
    }
  }
}
