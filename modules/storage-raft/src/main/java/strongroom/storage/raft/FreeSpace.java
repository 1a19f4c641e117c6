package strongroom.storage.raft;

import java.io.IOException;
import java.nio.file.FileStore;
import java.time.Duration;
import strongroom.storage.StorageFault;

/**
 * Whether the disk has room, asked for at most a few times a second. Writes stop short of a full
 * disk, so that Raft and the store never meet one in the middle of theirs.
 */
final class FreeSpace {
  private static final long NANOS_KNOWN = Duration.ofMillis(100).toNanos();

  private final FileStore disk;
  private final long bytesMin;
  private volatile long knownAt;
  private volatile boolean room = true;

  FreeSpace(FileStore disk, long bytesMin) {
    this.disk = disk;
    this.bytesMin = bytesMin;
    this.knownAt = System.nanoTime() - 2 * NANOS_KNOWN;
  }

  void require() {
    long now = System.nanoTime();
    if (now - knownAt > NANOS_KNOWN) {
      try {
        room = disk.getUsableSpace() >= bytesMin;
        knownAt = now;
      } catch (IOException e) {
        throw new StorageFault.Unavailable("the free space of " + disk + " is not known", e);
      }
    }
    if (!room) {
      throw new StorageFault.Full(
          "the disk " + disk + " has less than " + bytesMin + " bytes left", null);
    }
  }
}
