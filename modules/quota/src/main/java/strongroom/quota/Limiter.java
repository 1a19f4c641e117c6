package strongroom.quota;

import java.util.concurrent.TimeUnit;

/** One rate limit in use. A changed limit is a new one, that has counted nothing. */
final class Limiter {
  private final RateLimit limit;
  private final long tokens;
  private final long intervalNanos;
  private final long blockNanos;

  Limiter(RateLimit limit) {
    this.limit = limit;
    tokens = Math.clamp(Math.round(limit.rate()), 1, Integer.MAX_VALUE);
    intervalNanos = limit.interval().toNanos();
    blockNanos = limit.blockInterval().toNanos();
  }

  RateLimit limit() {
    return limit;
  }

  long intervalNanos() {
    return intervalNanos;
  }

  /** Counts a request at {@code now} in {@code window}, or refuses it. */
  Verdict take(Window window, long now) {
    long since = window.age(now);
    long blocked = window.blockedFor(since);
    if (blocked > 0) {
      return refused(blocked);
    }
    long taken = window.take(since / intervalNanos, tokens);
    long left = intervalNanos - since % intervalNanos;
    if (taken <= tokens) {
      return new Verdict(limit.name(), true, tokens, tokens - taken, seconds(left));
    }
    if (blockNanos > 0) {
      window.blockUntil(since + blockNanos);
      return refused(blockNanos);
    }
    return refused(left);
  }

  private Verdict refused(long nanos) {
    return new Verdict(limit.name(), false, tokens, 0, seconds(nanos));
  }

  private static long seconds(long nanos) {
    long second = TimeUnit.SECONDS.toNanos(1);
    return (nanos + second - 1) / second;
  }
}
