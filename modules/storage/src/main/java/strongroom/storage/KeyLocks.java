package strongroom.storage;

import java.util.concurrent.locks.ReentrantReadWriteLock;

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
  private static final int COUNT = 256;
  private final ReentrantReadWriteLock[] locks = new ReentrantReadWriteLock[COUNT];

  /** A set of its own, for one component or one mount. */
  public KeyLocks() {
    for (int i = 0; i < COUNT; i++) {
      locks[i] = new ReentrantReadWriteLock();
    }
  }

  ReentrantReadWriteLock forKey(String key) {
    int hash = key.hashCode();
    return locks[(hash ^ (hash >>> 16)) & (COUNT - 1)];
  }
}
