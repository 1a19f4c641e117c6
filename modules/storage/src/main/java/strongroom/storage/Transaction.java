package strongroom.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * The writes of one request, kept until {@link #commit} makes them one batch. Reads see the writes
 * made before them. Locks taken here are held until {@link #close}, so that what was read is still
 * so when the commit takes effect.
 *
 * <p>It is itself a {@link Storage}: a batch committed to it joins its writes. One thread uses it;
 * it is always closed, committed or not.
 */
public final class Transaction implements Storage, AutoCloseable {
  private static final long SECOND_LOCK_WAIT_SECONDS = 5;
  private final ReadableStorage base;
  private final Consumer<Batch> commit;
  private final Map<String, Optional<byte[]>> writes = new LinkedHashMap<>();
  private final Map<KeyLocks, List<Lock>> held = new HashMap<>(2);
  private final List<Runnable> afterCommit = new ArrayList<>(2);

  /** Reads from {@code base} and will commit to it. */
  public Transaction(Storage base) {
    this(base, base::commit);
  }

  private Transaction(ReadableStorage base, Consumer<Batch> commit) {
    this.base = base;
    this.commit = commit;
  }

  /** Reads from {@code base}; a commit of any write is an error of the caller's. */
  public static Transaction reading(ReadableStorage base) {
    return new Transaction(
        base,
        batch -> {
          throw new IllegalStateException("a write where only reads are expected");
        });
  }

  @Override
  public Optional<byte[]> get(String key) {
    Optional<byte[]> written = writes.get(key);
    return written == null ? base.get(key) : written.map(byte[]::clone);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    if (writes.isEmpty()) {
      return base.list(folder, after, limit);
    }
    return listWithWrites(folder, after, limit);
  }

  /** Sets {@code key} to {@code value} when this commits. */
  public void put(String key, byte[] value) {
    writes.put(key, Optional.of(value));
  }

  /** Removes {@code key} when this commits. */
  public void delete(String key) {
    writes.put(key, Optional.empty());
  }

  /**
   * Adds the writes of {@code batch} to this transaction's own. Durable only by {@link #commit()}.
   */
  @Override
  public void commit(Batch batch) {
    writes.putAll(batch.writes());
  }

  /**
   * Waits for the lock of {@code key} in {@code locks} and holds it until {@link #close}.
   *
   * @throws StorageFault.Unavailable where another lock of the same set is held already and this
   *     one is not to be had within a bounded time: waiting on could be a deadlock
   */
  public void lock(KeyLocks locks, String key) {
    ReentrantReadWriteLock wanted = locks.forKey(key);
    if (!wanted.isWriteLockedByCurrentThread()) {
      if (wanted.getReadHoldCount() > 0) {
        // Another key shares this lock, and a shared hold cannot become the only one.
        throw busy();
      }
      take(locks, wanted.writeLock());
    }
  }

  /**
   * Like {@link #lock}, but others may share: until {@link #close} nobody changes what {@code key}
   * says.
   *
   * @throws StorageFault.Unavailable as {@link #lock} does
   */
  public void lockShared(KeyLocks locks, String key) {
    ReentrantReadWriteLock wanted = locks.forKey(key);
    if (!wanted.isWriteLockedByCurrentThread() && wanted.getReadHoldCount() == 0) {
      take(locks, wanted.readLock());
    }
  }

  private void take(KeyLocks locks, Lock wanted) {
    List<Lock> mine = held.computeIfAbsent(locks, set -> new ArrayList<>(1));
    if (mine.isEmpty()) {
      wanted.lock();
    } else if (!tryLock(wanted)) {
      throw busy();
    }
    mine.add(wanted);
  }

  private static StorageFault busy() {
    return new StorageFault.Unavailable("others are changing the same entries; try again", null);
  }

  private static boolean tryLock(Lock lock) {
    try {
      return lock.tryLock(SECOND_LOCK_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs {@code action} once the writes are durable and before the locks are released. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /** Whether anything has been written. */
  public boolean hasWrites() {
    return !writes.isEmpty();
  }

  /**
   * Commits all writes as one batch, then runs what waits for it. May be called again after further
   * writes.
   */
  public void commit() {
    if (!writes.isEmpty()) {
      Batch batch = new Batch();
      writes.forEach(
          (key, value) -> value.ifPresentOrElse(v -> batch.put(key, v), () -> batch.delete(key)));
      commit.accept(batch);
      writes.clear();
    }
    List<Runnable> actions = List.copyOf(afterCommit);
    afterCommit.clear();
    actions.forEach(Runnable::run);
  }

  /** Drops all writes that were not committed, and what waits for them. Locks stay held. */
  public void rollback() {
    writes.clear();
    afterCommit.clear();
  }

  /** Releases the locks. What was not committed is gone. */
  @Override
  public void close() {
    rollback();
    held.values().forEach(locks -> locks.forEach(Lock::unlock));
    held.clear();
  }

  private Page listWithWrites(String folder, String after, int limit) {
    NavigableSet<String> names = new TreeSet<>(Utf8Order.ORDER);
    String from = after;
    boolean more;
    do {
      Page page = base.list(folder, from, limit);
      for (String name : page.names()) {
        if (stillThere(folder, name)) {
          names.add(name);
        }
        from = name;
      }
      more = page.more();
    } while (more && names.size() <= limit);
    String last = from;
    for (Map.Entry<String, Optional<byte[]>> write : writes.entrySet()) {
      if (write.getValue().isPresent() && write.getKey().startsWith(folder)) {
        String name = childName(folder, write.getKey());
        boolean onThisPage = !more || Utf8Order.ORDER.compare(name, last) <= 0;
        if (onThisPage && (after.isEmpty() || Utf8Order.ORDER.compare(name, after) > 0)) {
          names.add(name);
        }
      }
    }
    List<String> page = names.stream().limit(limit).toList();
    return new Page(page, more || names.size() > limit);
  }

  private boolean stillThere(String folder, String name) {
    String path = folder + name;
    if (!name.endsWith("/")) {
      return !writes.getOrDefault(path, PRESENT).isEmpty();
    }
    boolean deletesBelow =
        writes.entrySet().stream()
            .anyMatch(w -> w.getValue().isEmpty() && w.getKey().startsWith(path));
    return !deletesBelow || !listWithWrites(path, "", 1).names().isEmpty();
  }

  private static final Optional<byte[]> PRESENT = Optional.of(new byte[0]);

  static String childName(String folder, String key) {
    int slash = key.indexOf('/', folder.length());
    return slash < 0 ? key.substring(folder.length()) : key.substring(folder.length(), slash + 1);
  }
}
