package strongroom.seal.http;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import strongroom.seal.envelope.Deadline;
import strongroom.secret.SecretBytes;

/**
 * What a cloud gives for credentials: a token with an end. It is kept outside the heap until
 * shortly before then, or until it is refused.
 */
public final class CachedToken implements AutoCloseable {
  /** How long before its end a token is replaced: clocks differ, and calls take time. */
  private static final Duration MARGIN = Duration.ofMinutes(2);

  private final Source source;
  private final Clock clock;

  /** Held while a token is fetched, so that it is fetched once. */
  private final ReentrantLock fetching = new ReentrantLock();

  private @Nullable SecretBytes token; // guarded by fetching
  private Instant end = Instant.EPOCH; // guarded by fetching

  /** Fetches a token. */
  @FunctionalInterface
  public interface Source {
    /** A new token, by {@code deadline}. */
    Fetched fetch(Deadline deadline);
  }

  /**
   * A token as it was given.
   *
   * @param text the token
   * @param lifetime how long it is good for
   */
  public record Fetched(String text, Duration lifetime) {
    /** The lifetime only. */
    @Override
    public String toString() {
      return "Fetched[for " + lifetime + "]";
    }
  }

  /** Asks nothing yet. */
  public CachedToken(Source source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** The token, fetched where there is none that is good. */
  public String text(Deadline deadline) {
    String what = "the service that gives tokens";
    try {
      if (!fetching.tryLock(deadline.left(what).toNanos(), TimeUnit.NANOSECONDS)) {
        throw deadline.missed(what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw deadline.missed(what);
    }
    try {
      SecretBytes known = token;
      if (known == null || clock.instant().isAfter(end)) {
        forget();
        Fetched fetched = source.fetch(deadline);
        Duration margin =
            MARGIN.compareTo(fetched.lifetime().dividedBy(2)) < 0
                ? MARGIN
                : fetched.lifetime().dividedBy(2);
        end = clock.instant().plus(fetched.lifetime()).minus(margin);
        known = SecretBytes.takeFrom(fetched.text().getBytes(StandardCharsets.UTF_8));
        token = known;
      }
      return known.withHeapCopy(bytes -> new String(bytes, StandardCharsets.UTF_8));
    } finally {
      fetching.unlock();
    }
  }

  /** Forgets the token, since it was refused. */
  public void forget() {
    fetching.lock();
    try {
      if (token != null) {
        token.close();
        token = null;
      }
    } finally {
      fetching.unlock();
    }
  }

  @Override
  public void close() {
    forget();
  }
}
