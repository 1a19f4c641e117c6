package strongroom.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A number that only grows. Counting takes no lock. */
public final class Counter {
  private final LongAdder count = new LongAdder();

  Counter() {}

  /** Counts one. */
  public void increment() {
    count.increment();
  }

  /** How many were counted. */
  public long count() {
    return count.sum();
  }
}
