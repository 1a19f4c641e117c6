package strongroom.storage.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import strongroom.storage.StorageFault;

/** Takes this storage's state as a whole, and puts another in its place. */
public final class Snapshots {
  static final String FROZEN = "frozen";

  /** Each keeps what the store would else have dropped. */
  private static final int AT_A_TIME_MAX = 4;

  private final Supplier<DataFolder> folder;
  private final Supplier<StateSlot> state;
  private final Restore.Commits commits;
  private final WriteLimits limits;
  private final Semaphore room = new Semaphore(AT_A_TIME_MAX);
  private final AtomicBoolean restoring = new AtomicBoolean();

  Snapshots(
      Supplier<DataFolder> folder,
      Supplier<StateSlot> state,
      Restore.Commits commits,
      WriteLimits limits) {
    this.folder = folder;
    this.state = state;
    this.commits = commits;
    this.limits = limits;
  }

  /**
   * The state as it is now, whole. Writes go on meanwhile; the caller closes it.
   *
   * @throws StorageFault.Unavailable where too many are open
   */
  public FrozenState freeze() {
    if (!room.tryAcquire()) {
      throw new StorageFault.Unavailable(
          AT_A_TIME_MAX + " snapshots are being taken already; try again when one is done", null);
    }
    try {
      return FrozenState.of(
          state.get().current(), frozen().resolve(UUID.randomUUID().toString()), room::release);
    } catch (IOException e) {
      room.release();
      throw new StorageFault.Unavailable("the state cannot be copied: " + e, e);
    } catch (StorageFault e) {
      room.release();
      throw e;
    }
  }

  private Path frozen() throws IOException {
    return Files.createDirectories(folder.get().beside(FROZEN));
  }

  /**
   * Begins to put something else in the place of all that is stored; the caller closes it.
   *
   * @throws StorageFault.Unavailable where another is under way, or this node does not lead
   */
  public Restore restore() {
    if (!restoring.compareAndSet(false, true)) {
      throw new StorageFault.Unavailable("another snapshot is being restored", null);
    }
    try {
      return new Restore(commits, limits, () -> restoring.set(false));
    } catch (StorageFault e) {
      restoring.set(false);
      throw e;
    }
  }

  /**
   * Refuses an entry that could not be restored.
   *
   * @throws StorageFault.TooLarge where it is larger than this storage is set to take
   * @throws StorageFault.Damaged where its key cannot be one
   */
  public void requireFits(byte[] key, byte[] value) {
    limits.require(key, value);
  }

  /**
   * Refuses while the disk has less room than writes are taken with.
   *
   * @throws StorageFault.Full where it has
   */
  public void requireRoom() {
    commits.requireRoom();
  }

  /** A new file in the data folder, for what is read more than once; the caller deletes it. */
  public Path newFile() {
    try {
      return Files.createTempFile(
          frozen(),
          "received",
          ".snap",
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw new StorageFault.Unavailable("no file can be made: " + e, e);
    }
  }
}
