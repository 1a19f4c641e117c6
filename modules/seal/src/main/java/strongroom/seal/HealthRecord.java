package strongroom.seal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a seal's calls have shown of its health. Read without waiting for any of them. */
public final class HealthRecord {
  private static final Logger LOG = LoggerFactory.getLogger(HealthRecord.class);
  private static final String NOT_ASKED = "it has not been asked yet";

  private final String name;
  private final Clock clock;
  private final Duration probeMax;
  private volatile SealHealth health;
  private volatile Optional<Instant> probing = Optional.empty();

  /**
   * Nothing is known yet.
   *
   * @param name the seal's, for the log
   * @param probeMax how long a probe may take before the seal counts as unhealthy
   * @param details what operators know the seal by; never a secret
   */
  public HealthRecord(String name, Clock clock, Duration probeMax, Map<String, String> details) {
    this.name = name;
    this.clock = clock;
    this.probeMax = probeMax;
    health =
        new SealHealth(
            false, clock.instant(), Optional.empty(), Optional.empty(), NOT_ASKED, details);
  }

  /** What is known now. Never waits. */
  public SealHealth health() {
    SealHealth known = health;
    Optional<Instant> since = probing;
    boolean nothingIsKnownAgainstIt = known.healthy() || known.reason().equals(NOT_ASKED);
    if (nothingIsKnownAgainstIt
        && since.isPresent()
        && Duration.between(since.get(), clock.instant()).compareTo(probeMax) > 0) {
      return new SealHealth(
          false,
          since.get(),
          known.lastSuccess(),
          known.latency(),
          "it has not answered since " + since.get(),
          known.details());
    }
    return known;
  }

  void probeStarts() {
    probing = Optional.of(clock.instant());
  }

  /** How long a probe may take. */
  Duration probeMax() {
    return probeMax;
  }

  /** Logs that a probe has taken too long, which may take long yet to end. */
  synchronized void probeIsLate() {
    SealHealth now = health();
    if (!now.healthy() && !now.reason().equals(health.reason())) {
      LOG.warn("seal {} is not healthy: {}", name, now.reason());
    }
  }

  void probeEnds() {
    probing = Optional.empty();
  }

  /** A call has succeeded, which took {@code latency}. */
  public synchronized void succeeded(Duration latency, Map<String, String> details) {
    Instant now = clock.instant();
    if (!health.healthy()) {
      LOG.info("seal {} is healthy: {}", name, details);
    }
    health =
        new SealHealth(
            true,
            health.healthy() ? health.since() : now,
            Optional.of(now),
            Optional.of(latency),
            "",
            details);
  }

  /** A call has failed; {@code reason} holds no secret. */
  public synchronized void failed(String reason) {
    if (health.healthy() || !reason.equals(health.reason())) {
      LOG.warn("seal {} is not healthy: {}", name, reason);
    }
    health =
        new SealHealth(
            false,
            health.healthy() ? clock.instant() : health.since(),
            health.lastSuccess(),
            health.latency(),
            reason,
            health.details());
  }
}
