package strongroom.testkit;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/** Storage in memory that fails when told to, as disks and leaders do. */
public final class FaultyStorage implements Storage {
  private final InMemoryStorage memory = new InMemoryStorage();
  private volatile Optional<StorageFault> reading = Optional.empty();
  private final AtomicReference<Optional<StorageFault>> nextCommit =
      new AtomicReference<>(Optional.empty());
  private final AtomicInteger commits = new AtomicInteger();

  /** Starts empty and without faults. */
  public FaultyStorage() {}

  /** Every read fails from now on, or none. */
  public void failReading(Optional<StorageFault> fault) {
    reading = fault;
  }

  /** The next commit fails; where the fault is an unknown outcome it takes effect all the same. */
  public void failNextCommit(StorageFault fault) {
    nextCommit.set(Optional.of(fault));
  }

  /** How many commits have taken effect. */
  public int commits() {
    return commits.get();
  }

  /** Whether nothing is stored. */
  public boolean isEmpty() {
    return memory.list("", "", 1).names().isEmpty();
  }

  @Override
  public Optional<byte[]> get(String key) {
    throwIfAny(reading);
    return memory.get(key);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    throwIfAny(reading);
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
