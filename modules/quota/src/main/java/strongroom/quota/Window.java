package strongroom.quota;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one client has asked of one limit in its current interval. Times are nanoseconds since the
 * client's first request. Safe for all threads, without a lock.
 */
final class Window {
  private static final int COUNT_BITS = 32;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final long start;

  /** The interval's number in the upper half, how many were taken of it in the lower. */
  private final AtomicLong state = new AtomicLong();

  private volatile long blockedUntil;

  Window(long now) {
    start = now;
  }

  long age(long now) {
    return Math.max(0, now - start);
  }

  /**
   * How many of interval {@code number} are taken with this one; more than {@code max} for none.
   */
  long take(long number, long max) {
    while (true) {
      long before = state.get();
      // Another thread may have seen the next interval begin already.
      long current = Math.max(number, before >>> COUNT_BITS);
      long taken = before >>> COUNT_BITS == current ? before & COUNT_MASK : 0;
      if (taken >= max) {
        return max + 1;
      }
      if (state.compareAndSet(before, current << COUNT_BITS | (taken + 1))) {
        return taken + 1;
      }
    }
  }

  long blockedFor(long since) {
    return blockedUntil - since;
  }

  void blockUntil(long time) {
    blockedUntil = time;
  }

  /** Whether a fresh one would say the same. */
  boolean isOver(long now, long intervalNanos) {
    long since = age(now);
    return blockedFor(since) <= 0 && since / intervalNanos > state.get() >>> COUNT_BITS;
  }
}
