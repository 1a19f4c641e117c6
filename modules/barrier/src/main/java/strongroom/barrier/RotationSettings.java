package strongroom.barrier;

import java.time.Duration;

/**
 * When the data key is replaced without being asked.
 *
 * @param enabled whether it is, but for {@link #OPERATIONS_LIMIT}, which always holds
 * @param operationsMax after how many encryptions
 * @param interval after how long; zero for never
 */
public record RotationSettings(boolean enabled, long operationsMax, Duration interval) {
  /**
   * More encryptions than this no key makes: nine tenths of the 2^32 that random nonces of 96 bits
   * allow (NIST SP 800-38D, section 8.3).
   */
  public static final long OPERATIONS_LIMIT = 3_865_470_566L;

  /** The least that {@link #operationsMax} can be. */
  public static final long OPERATIONS_MIN = 1_000_000;

  /** The least that {@link #interval} can be, when it is not zero. */
  public static final Duration INTERVAL_MIN = Duration.ofHours(24);

  /** What holds until somebody sets something else. */
  public static final RotationSettings DEFAULT =
      new RotationSettings(true, OPERATIONS_LIMIT, Duration.ZERO);

  /** Checks the bounds. */
  public RotationSettings {
    if (operationsMax < OPERATIONS_MIN || operationsMax > OPERATIONS_LIMIT) {
      throw new IllegalArgumentException(
          "max_operations is "
              + operationsMax
              + "; it must be from "
              + OPERATIONS_MIN
              + " to "
              + OPERATIONS_LIMIT);
    }
    if (!interval.isZero() && interval.compareTo(INTERVAL_MIN) < 0) {
      throw new IllegalArgumentException(
          "interval is " + interval.toSeconds() + " seconds; it must be 0 or at least 24h");
    }
  }

  /** After how many encryptions the key is replaced in any case. */
  long operationsBound() {
    return enabled ? operationsMax : OPERATIONS_LIMIT;
  }
}
