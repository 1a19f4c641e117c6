package strongroom.storage;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks for reading a key, deciding, and writing it back. Keys share a fixed number of locks by
 * hash, so memory is bounded; two keys that share one wait for each other, which is harmless.
 *
 * <p>Who changes what a key says holds its lock alone. Who only needs it to stay as it is, such as
 * all that make children of one token, share it: each holds it until its writes are durable, and
 * one after the other they would wait for a sync each.
 *
 * <p>A {@link Transaction} waits without bound for its first lock of a set only, so a set cannot
 * deadlock with itself; the order between sets is in docs/lock-order.md.
 */
public final class KeyLocks {
  /**
   * A lock is held until a commit is durable: with 64 writers and 256 locks every eighth write
   * waits for another's commit before its own begins, with 1024 every thirtieth.
   */
  private static final int COUNT = 1024;

  /** Made when first asked for: a mount may have few keys. */
  private final AtomicReferenceArray<@Nullable ReentrantReadWriteLock> locks =
      new AtomicReferenceArray<>(COUNT);

  /** A set of its own, for one component or one mount. */
  public KeyLocks() {}

  ReentrantReadWriteLock forKey(String key) {
    int hash = key.hashCode();
    int place = (hash ^ (hash >>> 16)) & (COUNT - 1);
    ReentrantReadWriteLock known = locks.get(place);
    if (known != null) {
      return known;
    }
    ReentrantReadWriteLock made = new ReentrantReadWriteLock();
    ReentrantReadWriteLock other = locks.compareAndExchange(place, null, made);
    return other == null ? made : other;
  }
}
