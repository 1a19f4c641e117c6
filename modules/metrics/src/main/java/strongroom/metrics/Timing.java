package strongroom.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, each time: a histogram whose parts are striped over the processors, so
 * that recording takes no lock.
 */
public final class Timing {
  /** Upper bounds, which count as inside. */
  private static final long[] BOUNDS_NANOS = {
    10_000L,
    50_000L,
    100_000L,
    250_000L,
    500_000L,
    1_000_000L,
    2_500_000L,
    5_000_000L,
    10_000_000L,
    25_000_000L,
    50_000_000L,
    100_000_000L,
    250_000_000L,
    500_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    10_000_000_000L,
    30_000_000_000L
  };

  private static final double NANOS = 1e9;

  private final LongAdder[] buckets = new LongAdder[BOUNDS_NANOS.length + 1];
  private final LongAdder sumNanos = new LongAdder();
  private final DoubleAdder sumOfSquares = new DoubleAdder();
  private final LongAccumulator least = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final LongAccumulator most = new LongAccumulator(Math::max, 0);

  Timing() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  /** Records that it took {@code nanos} nanoseconds. */
  public void record(long nanos) {
    long took = Math.max(0, nanos);
    int bucket = 0;
    while (bucket < BOUNDS_NANOS.length && took > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    sumNanos.add(took);
    double seconds = took / NANOS;
    sumOfSquares.add(seconds * seconds);
    least.accumulate(took);
    most.accumulate(took);
  }

  /** What has been recorded; what is recorded meanwhile may be in parts of it only. */
  Family.Value.Spread read() {
    List<Family.Bucket> cumulative = new ArrayList<>(buckets.length);
    long count = 0;
    for (int i = 0; i < buckets.length; i++) {
      count += buckets[i].sum();
      double bound = i < BOUNDS_NANOS.length ? BOUNDS_NANOS[i] / NANOS : Double.POSITIVE_INFINITY;
      cumulative.add(new Family.Bucket(bound, count));
    }
    double sum = sumNanos.sum() / NANOS;
    double mean = count == 0 ? 0 : sum / count;
    double variance = count < 2 ? 0 : (sumOfSquares.sum() - count * mean * mean) / (count - 1);
    return new Family.Value.Spread(
        count,
        sum,
        count == 0 ? 0 : least.get() / NANOS,
        most.get() / NANOS,
        Math.sqrt(Math.max(0, variance)),
        cumulative);
  }
}
