package strongroom.seal.transit;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.http.HttpAnswer;

/**
 * The thread that renews the token when two thirds of its life are over (Vault API, {@code
 * auth/token/renew-self}), so that the seal still has one when the server starts anew.
 */
final class TokenRenewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenRenewal.class);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(10);
  private static final Duration WAIT_MAX = Duration.ofHours(6);

  private final TransitClient client;
  private final String name;
  private final AtomicBoolean started = new AtomicBoolean();
  private final Semaphore stop = new Semaphore(0);
  private boolean warned; // the thread's own

  TokenRenewal(TransitClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /** Starts it, where it does not run yet. */
  void start() {
    if (!started.getAndSet(true)) {
      Thread.ofVirtual().name("transit-token").start(this::run);
    }
  }

  private void run() {
    try {
      while (!stop.tryAcquire(renew().toMillis(), TimeUnit.MILLISECONDS)) {
        // Time for the next one.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Renews the token and answers how long to wait for the next time. */
  private Duration renew() {
    try {
      HttpAnswer answer =
          client.post("auth/token/renew-self", JsonObject.EMPTY, Deadline.in(CALL_MAX));
      if (answer.good()) {
        return afterGood(answer);
      }
      warn(TransitClient.reason(answer));
    } catch (SealFault e) {
      warn(String.valueOf(e.getMessage()));
    }
    return RETRY;
  }

  private Duration afterGood(HttpAnswer answer) {
    JsonObject auth =
        answer
            .json()
            .flatMap(o -> o.member("auth"))
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .orElse(JsonObject.EMPTY);
    boolean renewable =
        auth.member("renewable")
            .map(value -> value instanceof JsonBoolean(boolean yes) && yes)
            .orElse(false);
    OptionalLong seconds =
        auth.member("lease_duration")
            .map(v -> v instanceof JsonNumber number ? number.toLong() : OptionalLong.empty())
            .orElse(OptionalLong.empty());
    if (!renewable || seconds.orElse(0) <= 0) {
      if (seconds.orElse(0) > 0) {
        warn("it cannot be renewed, and ends in " + seconds.getAsLong() + " s");
      }
      return WAIT_MAX;
    }
    warned = false;
    Duration wait = Duration.ofMillis(Math.min(seconds.getAsLong(), 1_000_000_000) * 2000 / 3);
    return wait.compareTo(WAIT_MAX) < 0 ? wait : WAIT_MAX;
  }

  private void warn(String why) {
    if (!warned) {
      LOG.warn("seal {}: the token of the transit server was not renewed: {}", name, why);
    }
    warned = true;
  }

  @Override
  public void close() {
    stop.release();
  }
}
