package strongroom.seal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a seal's health.
 *
 * @param healthy whether the last call succeeded
 * @param since since when it has been so
 * @param lastSuccess when a call last succeeded
 * @param latency how long the last successful call took
 * @param reason what is wrong, empty text while healthy
 * @param details what identifies it, for operators: {@code slot}, {@code token_label}, {@code
 *     key_label}, {@code key_id}, {@code mechanism}; never a secret
 */
public record SealHealth(
    boolean healthy,
    Instant since,
    Optional<Instant> lastSuccess,
    Optional<Duration> latency,
    String reason,
    Map<String, String> details) {}
