package strongroom.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonLimits;
import strongroom.logical.Redaction;

/**
 * What holds for the requests of one listener.
 *
 * @param requestBodyBytesMax the largest body; {@link Long#MAX_VALUE} for any
 * @param requestDurationMax the longest time for a request
 * @param timeouts of the connection
 * @param responseHeaders headers to add, by status and then by name. Of {@code 200}, {@code 2xx}
 *     and {@code default} the first that has a header of that name counts
 * @param requireRequestHeader whether requests must carry {@code X-Vault-Request: true}
 * @param headerBytesMax the largest request line, and the largest headers together
 * @param json what a body's JSON may be
 * @param redaction what answers without a token leave out
 * @param disableUnauthenticatedRekey whether {@code sys/rekey} takes a token at this listener
 * @param disableUnauthenticatedGenerateRoot whether {@code sys/generate-root} does
 * @param unauthenticatedMetrics whether {@code sys/metrics} takes none
 */
public record HttpSettings(
    long requestBodyBytesMax,
    Duration requestDurationMax,
    Timeouts timeouts,
    Map<String, Map<String, String>> responseHeaders,
    boolean requireRequestHeader,
    int headerBytesMax,
    JsonLimits json,
    Redaction redaction,
    boolean disableUnauthenticatedRekey,
    boolean disableUnauthenticatedGenerateRoot,
    boolean unauthenticatedMetrics) {

  /**
   * How long to wait for a client.
   *
   * @param header for the headers of a request
   * @param read for headers and body
   * @param write for the client to take the answer; empty for ever
   * @param idle between requests
   */
  public record Timeouts(Duration header, Duration read, Optional<Duration> write, Duration idle) {}
}
