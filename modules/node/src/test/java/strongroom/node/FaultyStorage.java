package strongroom.node;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/** Storage in memory that fails when told to, as disks and leaders do. */
final class FaultyStorage implements Storage {
  private final InMemoryStorage memory = new InMemoryStorage();
  private final AtomicReference<Optional<StorageFault>> reading =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<StorageFault>> nextCommit =
      new AtomicReference<>(Optional.empty());
  private final AtomicInteger commits = new AtomicInteger();

  /** Every read fails from now on, or none. */
  void failReading(Optional<StorageFault> fault) {
    reading.set(fault);
  }

  /** The next commit fails; where the fault is an unknown outcome it takes effect all the same. */
  void failNextCommit(StorageFault fault) {
    nextCommit.set(Optional.of(fault));
  }

  /** How many commits have taken effect. */
  int commits() {
    return commits.get();
  }

  boolean isEmpty() {
    return memory.list("", "", 1).names().isEmpty();
  }

  @Override
  public Optional<byte[]> get(String key) {
    throwIfAny(reading.get());
    return memory.get(key);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    throwIfAny(reading.get());
    return memory.list(folder, after, limit);
  }

  @Override
  public void commit(Batch batch) {
    Optional<StorageFault> fault = nextCommit.getAndSet(Optional.empty());
    if (fault.isPresent() && !(fault.get() instanceof StorageFault.OutcomeUnknown)) {
      throw fault.get();
    }
    memory.commit(batch);
    commits.incrementAndGet();
    throwIfAny(fault);
  }

  private static void throwIfAny(Optional<StorageFault> fault) {
    if (fault.isPresent()) {
      throw fault.get();
    }
  }
}
