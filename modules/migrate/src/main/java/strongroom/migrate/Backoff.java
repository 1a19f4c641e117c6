package strongroom.migrate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * When a server may be asked again. One for all threads that ask it: where it says "too many" to
 * one, all wait.
 */
final class Backoff {
  static final int ATTEMPTS_MAX = 12;
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** Waits. A parameter, so that a test need not. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  private final InstantSource clock;
  private final Pause pause;

  /** Guarded by this. */
  private Instant notBefore = Instant.MIN;

  Backoff(InstantSource clock, Pause pause) {
    this.clock = clock;
    this.pause = pause;
  }

  /** Waits until the server may be asked. */
  void await() {
    Instant now = clock.instant();
    Instant then = notBefore();
    if (then.isAfter(now)) {
      try {
        pause.sleep(Duration.between(now, then));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Unreachable("interrupted");
      }
    }
  }

  /** Has all wait after the {@code attempt}th failure in a row, 0 for the first. */
  void stumbled(int attempt, Optional<Duration> asked) {
    Duration wait = FIRST.multipliedBy(1L << Math.min(attempt, 6));
    Duration longer = asked.filter(a -> a.compareTo(wait) > 0).orElse(wait);
    Duration bounded = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    postpone(clock.instant().plus(bounded));
  }

  private synchronized void postpone(Instant then) {
    if (then.isAfter(notBefore)) {
      notBefore = then;
    }
  }

  private synchronized Instant notBefore() {
    return notBefore;
  }
}
