package strongroom.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A stanza {@code listener}. */
public sealed interface ListenerSettings {
  /** What holds for both kinds. */
  Common common();

  /**
   * Bounds and headers.
   *
   * @param requestBodyBytesMax {@code max_request_size}
   * @param requestDuration {@code max_request_duration}
   * @param idle {@code http_idle_timeout}
   * @param requireRequestHeader {@code require_request_header}
   * @param customHeaders {@code custom_response_headers}: by status, then by name
   */
  record Common(
      long requestBodyBytesMax,
      Duration requestDuration,
      Duration idle,
      boolean requireRequestHeader,
      Map<String, Map<String, String>> customHeaders) {}

  /**
   * {@code listener "tcp"}.
   *
   * @param address {@code host:port}
   * @param clusterAddress where nodes talk; for several nodes
   * @param tls empty where {@code tls_disable} is set
   * @param forwarded {@code x_forwarded_for_*}
   */
  record Tcp(
      String address, String clusterAddress, Optional<Tls> tls, Forwarded forwarded, Common common)
      implements ListenerSettings {}

  /**
   * {@code listener "unix"}.
   *
   * @param address the socket's path
   * @param mode permissions in octal, empty text for unset
   * @param user owner, empty text for unset
   * @param group group, empty text for unset
   */
  record Unix(Path address, String mode, String user, String group, Common common)
      implements ListenerSettings {}

  /**
   * {@code tls_*}.
   *
   * @param protocols JDK names, {@code TLSv1.2} and {@code TLSv1.3}
   */
  record Tls(
      Path certFile,
      Path keyFile,
      List<String> protocols,
      List<String> cipherSuites,
      Optional<Path> clientCaFile,
      boolean disableClientCerts,
      boolean requireClientCerts) {}

  /** {@code x_forwarded_for_*}. */
  record Forwarded(
      List<String> authorized, int hopSkips, boolean rejectNotAuthorized, boolean rejectNotPresent) {}
}
