package strongroom.storage.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.StorageFault;

/**
 * A node's data folder: {@code lock} while a process has it open, {@code identity} from its first
 * start on, {@code raft/} with the log, {@code state/} with the ordered store, and {@code applied}
 * ({@link AppliedMark}). It knows which of these must be there together, so that a folder from
 * which something was lost is named as damaged and never taken for a new one.
 */
final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** The identity of a folder whose first start has not come to its end yet. */
  private static final String PENDING = "identity.new";

  private static final String MARK = "applied";
  private static final String IDENTITY_FORMAT = "strongroom data 1";

  /** The fourth line of the identity of a node that has joined and has no entry yet. */
  private static final String JOINING = "joining";

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final String nodeId;

  // Changed by joining only, which starts all that is in the folder anew.
  private volatile UUID group;
  private volatile boolean fresh;
  private volatile boolean joining;
  private AppliedMark mark;

  private DataFolder(
      Path path, FileChannel lockFile, FileLock lock, String nodeId, Identity identity)
      throws IOException {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
    this.nodeId = nodeId;
    this.group = identity.group();
    this.fresh = identity.fresh();
    this.joining = identity.joining();
    this.mark = AppliedMark.open(path.resolve(MARK));
  }

  private record Identity(UUID group, boolean fresh, boolean joining) {}

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
      try {
        hide(path);
        Optional<Identity> known = identity(path, nodeId);
        Identity identity = known.isPresent() ? known.get() : create(path, nodeId);
        return new DataFolder(path, channel, lock, nodeId, identity);
      } catch (IOException | StorageFault e) {
        channel.close();
        throw e;
      }
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

  /** Takes from other users what an earlier umask or a backup's restoring gave them. */
  private static void hide(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path one : all.toList()) {
        String mine = Files.isDirectory(one) ? "rwx------" : "rw-------";
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mine);
        if (!Files.getPosixFilePermissions(one).equals(wanted)) {
          Files.setPosixFilePermissions(one, wanted);
        }
      }
    }
  }

  private static Optional<Identity> identity(Path path, String nodeId) throws IOException {
    Path file = path.resolve("identity");
    if (Files.exists(file)) {
      return Optional.of(read(file, nodeId));
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

  private static Identity read(Path file, String nodeId) throws IOException {
    List<String> lines = lines(file);
    boolean joining = lines.size() == 4 && lines.get(3).equals(JOINING);
    if ((lines.size() != 3 && !joining) || !lines.get(0).equals(IDENTITY_FORMAT)) {
      throw new StorageFault.Damaged(file + " is not what was written", null);
    }
    UUID group;
    try {
      group = UUID.fromString(lines.get(1));
    } catch (IllegalArgumentException e) {
      throw new StorageFault.Damaged(file + " is not what was written", e);
    }
    if (!lines.get(2).equals(nodeId)) {
      throw new StorageFault.Damaged(
          file
              + " says that this folder is that of node_id \""
              + lines.get(2)
              + "\", and the configuration says \""
              + nodeId
              + "\": set node_id to what it was, or path to this node's own folder",
          null);
    }
    Path raft = file.resolveSibling("raft");
    if (Files.isDirectory(raft) && !Files.isDirectory(raft.resolve(group.toString()))) {
      try (Stream<Path> others = Files.list(raft)) {
        if (others.findAny().isPresent()) {
          throw new StorageFault.Damaged(
              file + " names " + group + ", and what is in " + raft + " is another's", null);
        }
      }
    }
    return new Identity(group, false, joining);
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new StorageFault.Damaged(file + " is not what was written", e);
    }
  }

  private static Identity create(Path path, String nodeId) throws IOException {
    UUID group = UUID.randomUUID();
    write(path.resolve(PENDING), List.of(IDENTITY_FORMAT, group.toString(), nodeId));
    return new Identity(group, true, false);
  }

  private static void write(Path file, List<String> lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.UTF_8.encode(text));
      channel.force(true);
    }
  }

  /**
   * Becomes the folder of a node of {@code joined}, and drops the log and state it had, which is
   * for the caller to have closed and to know to be of no use. Entries that this node acknowledges
   * from now on count, so it must never forget that it has joined.
   */
  void join(UUID joined) {
    try {
      Path next = path.resolve(PENDING);
      write(next, List.of(IDENTITY_FORMAT, joined.toString(), nodeId, JOINING));
      mark.close();
      StateSlot.delete(raft());
      StateSlot.delete(state());
      Files.deleteIfExists(path.resolve(MARK));
      Files.deleteIfExists(path.resolve(InstalledState.FILE));
      Files.move(
          next,
          path.resolve("identity"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      mark = AppliedMark.open(path.resolve(MARK));
      group = joined;
      fresh = false;
      joining = true;
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot become that of a member: " + e, e);
    }
  }

  /** The state has come: from now on a folder without it has lost it. */
  void joined() {
    if (!joining) {
      return;
    }
    try {
      Path next = path.resolve(PENDING);
      write(next, List.of(IDENTITY_FORMAT, group.toString(), nodeId));
      Files.move(
          next,
          path.resolve("identity"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      joining = false;
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be written: " + e, e);
    }
  }

  /** Whether this node has joined a cluster and may have no entry of it yet. */
  boolean joining() {
    return joining;
  }

  /** The state is to be that of {@code applied}, fetched, and the log starts behind it. */
  void installed(TermIndex applied) throws IOException {
    InstalledState.write(path, applied);
  }

  /** A file or folder of this one. */
  Path beside(String name) {
    return path.resolve(name);
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

  /** How far this folder's entries have been applied, whatever log and state say now. */
  AppliedMark mark() {
    return mark;
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
    try {
      LogFiles log = LogFiles.in(raft().resolve(group.toString()).resolve("current"));
      if (joining && applied == null && log.first().isEmpty()) {
        return;
      }
      Optional<TermIndex> fetched = InstalledState.read(path);
      AppliedMark.Mark known = mark.last();
      boolean older =
          known == null
              || (fetched.isPresent() && known.entry().getIndex() <= fetched.get().getIndex());
      if (older && fetched.isPresent() && fetched.get().equals(applied)) {
        return; // as it came from the leader; a log that ends before it is of no use
      }
      checkStart(log.first(), applied);
      if (known == null) {
        LOG.warn("{} is missing or damaged and is made again", path.resolve(MARK));
      } else if (!older) {
        checkEntry(log, known.entry(), Optional.of(known.checksum()));
      }
      if (applied != null) {
        checkEntry(log, applied, Optional.empty());
      }
    } catch (IOException e) {
      throw new StorageFault.Unavailable(raft() + " cannot be read: " + e, e);
    }
  }

  private void checkStart(Optional<Long> first, @Nullable TermIndex applied) throws IOException {
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
    if (first.get() > needed) {
      throw new StorageFault.Damaged(
          (applied == null
                  ? state() + " is missing"
                  : state() + " ends at entry " + applied.getIndex())
              + ", and the log in "
              + raft()
              + " starts at entry "
              + first.get()
              + ": what stood between is lost. Restore the folder from a backup",
          null);
    }
  }

  /** Refuses a log that ends before {@code applied}, or has another entry in its place. */
  private static void checkEntry(LogFiles log, TermIndex applied, Optional<Integer> checksum)
      throws IOException {
    long end = log.end();
    if (end < applied.getIndex()) {
      throw new StorageFault.Damaged(
          log.lastFile()
              + " ends at entry "
              + end
              + ", and entry "
              + applied.getIndex()
              + " was applied before: it was cut off, or is an older copy. "
              + "Restore the whole folder from one backup",
          null);
    }
    if (applied.getIndex() < log.first().orElseThrow()) {
      return; // no longer needed, and dropped
    }
    Optional<LogEntryProto> found = log.entry(applied.getIndex());
    boolean same =
        found.isPresent()
            && found.get().getTerm() == applied.getTerm()
            && checksum.map(sum -> sum == AppliedMark.checksum(data(found.get()))).orElse(true);
    if (!same) {
      throw new StorageFault.Damaged(
          "entry "
              + applied.getIndex()
              + " of the log that ends in "
              + log.lastFile()
              + " is not the one that was applied: the file is damaged, or of another copy. "
              + "Restore the whole folder from one backup",
          null);
    }
  }

  private static ByteString data(LogEntryProto entry) {
    return entry.getStateMachineLogEntry().getLogData();
  }

  @Override
  public void close() {
    try {
      mark.close();
      lock.release();
      lockFile.close();
    } catch (IOException e) {
      throw new StorageFault.Unavailable(path + " cannot be released: " + e, e);
    }
  }
}
