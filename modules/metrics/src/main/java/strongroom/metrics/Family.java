package strongroom.metrics;

import java.util.List;

/**
 * All that is measured under one name.
 *
 * @param name {@code hsm_op_seconds}
 * @param help what it is, in one sentence without a full stop
 * @param kind what its values are
 * @param series by labels, in their order
 */
public record Family(String name, String help, Kind kind, List<Series> series) {
  /** What a value is. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** As it is now. */
    GAUGE,
    /** Times, in seconds. */
    TIMING
  }

  /** One series. */
  public record Series(Labels labels, Value value) {}

  /** What is known of one series. */
  public sealed interface Value {
    /** A counter's. */
    record Count(long count) implements Value {}

    /** A gauge's. */
    record Level(double level) implements Value {}

    /**
     * Those of times, in seconds.
     *
     * @param count how many
     * @param sum all together
     * @param min the shortest; 0 where there is none
     * @param max the longest
     * @param deviation the standard deviation
     * @param buckets how many were at most so long, the last one without bound
     */
    record Spread(
        long count, double sum, double min, double max, double deviation, List<Bucket> buckets)
        implements Value {}
  }

  /**
   * How many times were at most so long.
   *
   * @param bound in seconds
   * @param count these and all shorter ones
   */
  public record Bucket(double bound, long count) {}
}
