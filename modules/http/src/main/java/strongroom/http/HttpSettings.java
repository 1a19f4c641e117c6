package strongroom.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Network;

/** How a listener is set. */
public sealed interface HttpSettings {
  /** What holds for every listener alike. */
  Limits limits();

  /**
   * Bounds of what a client may ask.
   *
   * @param requestBodyBytesMax larger bodies are 413
   * @param requestDuration after it a request that has no answer is 503
   * @param idle after it a connection on which nothing moves is closed
   * @param headerBytesMax larger request headers are 431
   * @param requireRequestHeader whether {@code X-Vault-Request: true} must be there
   * @param customHeaders headers of answers by status: {@code default}, {@code 2xx}, {@code 200}
   */
  record Limits(
      long requestBodyBytesMax,
      Duration requestDuration,
      Duration idle,
      int headerBytesMax,
      boolean requireRequestHeader,
      Map<String, Map<String, String>> customHeaders) {
    /** 32 MiB, 90 s, 5 minutes, 32 KiB. */
    public static final Limits DEFAULT =
        new Limits(
            32L * 1024 * 1024,
            Duration.ofSeconds(90),
            Duration.ofMinutes(5),
            32 * 1024,
            false,
            Map.of());
  }

  /**
   * A listener on TCP.
   *
   * @param host to bind to
   * @param port to bind to, 0 for any
   * @param tls certificates; empty for plain HTTP
   * @param forwarded whose {@code X-Forwarded-For} is believed
   */
  record Tcp(String host, int port, Optional<Tls> tls, Forwarded forwarded, Limits limits)
      implements HttpSettings {}

  /**
   * A listener on a Unix socket.
   *
   * @param path of the socket
   * @param mode permissions in octal; empty text leaves them
   * @param user owner by name or number; empty text leaves it
   * @param group by name or number; empty text leaves it
   */
  record Unix(Path path, String mode, String user, String group, Limits limits)
      implements HttpSettings {}

  /**
   * TLS of a listener.
   *
   * @param certificates PEM file with the server's certificate and its chain
   * @param key PEM file with the private key
   * @param protocols {@code TLSv1.2}, {@code TLSv1.3}
   * @param cipherSuites IANA names; empty for the JDK's choice
   * @param clientAuthorities PEM file with the authorities of client certificates
   * @param clientCertificates whether they are asked for
   * @param requireClientCertificates whether a connection needs one
   */
  record Tls(
      Path certificates,
      Path key,
      List<String> protocols,
      List<String> cipherSuites,
      Optional<Path> clientAuthorities,
      boolean clientCertificates,
      boolean requireClientCertificates) {}

  /**
   * Whose {@code X-Forwarded-For} is believed.
   *
   * @param authorized the proxies' networks; none believes nobody
   * @param hopSkips how many addresses to skip from the right
   * @param rejectNotAuthorized whether others that send the header are refused
   * @param rejectNotPresent whether a proxy that does not send it is refused
   */
  record Forwarded(
      List<Network> authorized,
      int hopSkips,
      boolean rejectNotAuthorized,
      boolean rejectNotPresent) {
    /** Believes nobody. */
    public static final Forwarded NOBODY = new Forwarded(List.of(), 0, true, true);
  }
}
