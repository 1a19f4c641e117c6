package strongroom.hsm.doctor;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long calls took.
 *
 * @param calls how many there were
 * @param p50 half took at most so long
 * @param p90 nine in ten
 * @param p99 99 in 100
 * @param max the slowest
 */
public record Latencies(int calls, Duration p50, Duration p90, Duration p99, Duration max) {
  /** Makes {@code call} until {@code callsMax} are made or {@code timeMax} is over. */
  static Latencies of(Runnable call, int callsMax, Duration timeMax) {
    long[] nanos = new long[callsMax];
    int count = 0;
    long end = System.nanoTime() + timeMax.toNanos();
    do {
      long start = System.nanoTime();
      call.run();
      nanos[count++] = System.nanoTime() - start;
    } while (count < callsMax && System.nanoTime() < end);
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Latencies(
        count,
        at(sorted, 0.5),
        at(sorted, 0.9),
        at(sorted, 0.99),
        Duration.ofNanos(sorted[count - 1]));
  }

  private static Duration at(long[] sorted, double share) {
    return Duration.ofNanos(sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)]);
  }

  /** {@code p50 0.1 ms, p90 …}. */
  String text() {
    return "p50 %s, p90 %s, p99 %s, slowest %s of %d calls"
        .formatted(millis(p50), millis(p90), millis(p99), millis(max), calls);
  }

  private static String millis(Duration duration) {
    return "%.2f ms".formatted(duration.toNanos() / 1e6);
  }
}
