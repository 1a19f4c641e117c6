package strongroom.request;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import strongroom.storage.Batch;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;

/** Storage that keeps nothing in memory, and notes whether a thread that must not wait reads it. */
final class SlowDisk implements Storage {
  final AtomicInteger readsByServingThreads = new AtomicInteger();
  final AtomicInteger reads = new AtomicInteger();
  private final Storage disk;

  SlowDisk(Storage disk) {
    this.disk = disk;
  }

  private void reading() {
    reads.incrementAndGet();
    if (!Thread.currentThread().isVirtual()) {
      readsByServingThreads.incrementAndGet();
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    reading();
    return disk.get(key);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    reading();
    return disk.list(folder, after, limit);
  }

  @Override
  public void commit(Batch batch) {
    disk.commit(batch);
  }

  @Override
  public ReadableStorage inMemory() {
    return new ReadableStorage() {
      @Override
      public Optional<byte[]> get(String key) {
        throw new NotInMemoryException();
      }

      @Override
      public Page list(String folder, String after, int limit) {
        throw new NotInMemoryException();
      }
    };
  }
}
