package strongroom.seal.pkcs11;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.hsm.HsmKey;
import strongroom.hsm.TokenInfo;
import strongroom.seal.SealHealth;

/** What the calls to the HSM have shown of its health. Read without waiting for any of them. */
final class HealthRecord {
  private static final Logger LOG = LoggerFactory.getLogger(HealthRecord.class);

  private final String name;
  private final Clock clock;
  private final Duration probeMax;
  private volatile SealHealth health;
  private volatile Optional<Instant> probing = Optional.empty();

  HealthRecord(String name, Clock clock, Duration probeMax, Map<String, String> details) {
    this.name = name;
    this.clock = clock;
    this.probeMax = probeMax;
    health =
        new SealHealth(
            false,
            clock.instant(),
            Optional.empty(),
            Optional.empty(),
            "the HSM has not been asked yet",
            details);
  }

  SealHealth health() {
    SealHealth known = health;
    Optional<Instant> since = probing;
    if (known.healthy()
        && since.isPresent()
        && Duration.between(since.get(), clock.instant()).compareTo(probeMax) > 0) {
      return new SealHealth(
          false,
          since.get(),
          known.lastSuccess(),
          known.latency(),
          "the HSM has not answered since " + since.get(),
          known.details());
    }
    return known;
  }

  void probeStarts() {
    probing = Optional.of(clock.instant());
  }

  void probeEnds() {
    probing = Optional.empty();
  }

  synchronized void succeeded(Duration latency, Map<String, String> details) {
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

  synchronized void failed(String reason) {
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

  /** What operators know the seal by; never a secret. */
  static Map<String, String> details(String library, SealKeys.Chosen by) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("library", library);
    details.put("slot", by.slot().idText());
    details.put("token_label", by.slot().token().map(TokenInfo::label).orElse(""));
    details.put("serial", by.slot().token().map(TokenInfo::serial).orElse(""));
    details.put("key_label", by.key().label());
    details.put("key_id", by.key().id());
    details.put("mechanism", by.mechanism().name());
    by.hmacKey().map(HsmKey::label).ifPresent(label -> details.put("hmac_key_label", label));
    return Map.copyOf(details);
  }
}
