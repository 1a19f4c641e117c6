package strongroom.storage.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import strongroom.storage.StorageFault;

/**
 * A node's data folder: {@code lock} while a process has it open, {@code identity} from its first
 * start on, {@code raft/} with the log and {@code state/} with the ordered store. It knows which of
 * these must be there together, so that a folder from which something was lost is named as damaged
 * and never taken for a new one.
 */
final class DataFolder implements AutoCloseable {
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

  /** The identity of a folder whose first start has not come to its end yet. */
  private static final String PENDING = "identity.new";

  private static final String IDENTITY_FORMAT = "strongroom data 1";

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final UUID group;
  private final boolean fresh;

  private DataFolder(Path path, FileChannel lockFile, FileLock lock, UUID group, boolean fresh) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
    this.group = group;
    this.fresh = fresh;
  }

  static DataFolder open(Path path, String nodeId) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new StorageFault.Unavailable(
            path + " is in use by another process; two cannot share a data folder", null);
      }
      Optional<UUID> known = identity(path);
      UUID group = known.isPresent() ? known.get() : create(path, nodeId);
      return new DataFolder(path, channel, lock, group, known.isEmpty());
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be used: " + e, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static Optional<UUID> identity(Path path) throws IOException {
    Path file = path.resolve("identity");
    if (Files.exists(file)) {
      return Optional.of(group(file));
    }
    if (Files.exists(path.resolve(PENDING))) {
      return Optional.empty();
    }
    if (Files.exists(path.resolve("raft")) || Files.exists(path.resolve("state"))) {
      throw new StorageFault.Damaged(
          file + " is missing, and there is data beside where it was", null);
    }
    return Optional.empty();
  }

  private static UUID group(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    try {
      if (lines.size() >= 2 && lines.get(0).equals(IDENTITY_FORMAT)) {
        return UUID.fromString(lines.get(1));
      }
    } catch (IllegalArgumentException e) {
      throw new StorageFault.Damaged(file + " is not what was written", e);
    }
    throw new StorageFault.Damaged(file + " is not what was written", null);
  }

  private static UUID create(Path path, String nodeId) throws IOException {
    UUID group = UUID.randomUUID();
    String text = IDENTITY_FORMAT + "\n" + group + "\n" + nodeId + "\n";
    try (FileChannel channel =
        FileChannel.open(
            path.resolve(PENDING),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.UTF_8.encode(text));
      channel.force(true);
    }
    return group;
  }

  /** Log and state are there: from now on a folder without them has lost them. */
  void confirm() {
    Path pending = path.resolve(PENDING);
    try {
      if (Files.exists(pending)) {
        Files.move(pending, path.resolve("identity"), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new StorageFault.Unavailable(pending + " cannot be renamed: " + e, e);
    }
  }

  UUID group() {
    return group;
  }

  Path raft() {
    return path.resolve("raft");
  }

  Path state() {
    return path.resolve("state");
  }

  /** Whether this is the folder's first start. */
  boolean fresh() {
    return fresh;
  }

  FileStore fileStore() throws IOException {
    return Files.getFileStore(path);
  }

  /**
   * Refuses a folder whose log and state do not belong together.
   *
   * @param applied the last entry that the state has, null for none
   */
  void check(@Nullable TermIndex applied) {
    if (fresh) {
      return;
    }
    Optional<Long> first = firstLogIndex();
    if (first.isEmpty() && applied != null) {
      throw new StorageFault.Damaged(
          raft() + " is missing its log, but the state beside it is at entry " + applied.getIndex(),
          null);
    }
    if (first.isEmpty()) {
      throw new StorageFault.Damaged(
          raft() + " and " + state() + " are missing; restore the folder from a backup", null);
    }
    long needed = applied == null ? 0 : applied.getIndex() + 1;
    if (first.isPresent() && first.get() > needed) {
      throw new StorageFault.Damaged(
          (applied == null ? state() + " is missing" : state() + " ends at entry " + applied.getIndex())
              + ", and the log in "
              + raft()
              + " starts at entry "
              + first.get()
              + ": what stood between is lost. Restore the folder from a backup",
          null);
    }
  }

  /** Where the log starts; empty where there is none. */
  private Optional<Long> firstLogIndex() {
    Path current = raft().resolve(group.toString()).resolve("current");
    if (!Files.isDirectory(current)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(current)) {
      return files
          .map(file -> SEGMENT.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> Long.valueOf(matcher.group(1)))
          .min(Long::compare);
    } catch (IOException e) {
      throw new StorageFault.Unavailable(current + " cannot be read: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      lockFile.close();
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be released: " + e, e);
    }
  }
}
