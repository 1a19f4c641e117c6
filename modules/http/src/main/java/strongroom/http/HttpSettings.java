package strongroom.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.JsonLimits;
import strongroom.logical.Network;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Redaction;

/** How a listener is set. */
public sealed interface HttpSettings {
  /** What holds for every listener alike. */
  Limits limits();

  /**
   * Bounds of what a client may ask.
   *
   * @param requestBodyBytesMax larger bodies are 413
   * @param requestDuration after it a request that has no answer is 503
   * @param times how long a client may take
   * @param headerBytesMax larger request lines are 414, larger headers 431
   * @param connectionsMax with more open, those that have been idle longest are closed
   * @param requireRequestHeader whether {@code X-Vault-Request: true} must be there
   * @param customHeaders headers of answers by status: {@code default}, {@code 2xx}, {@code 200}
   * @param json what a body's JSON may be; beyond it is 413
   * @param redaction what clients are not told
   * @param open what answers without a token, besides what always does
   */
  record Limits(
      long requestBodyBytesMax,
      Duration requestDuration,
      Times times,
      int headerBytesMax,
      int connectionsMax,
      boolean requireRequestHeader,
      Map<String, Map<String, String>> customHeaders,
      JsonLimits json,
      Redaction redaction,
      Set<OpenEndpoints> open) {
    /** As many connections as the process may have files, less a reserve, but at most this. */
    public static final int CONNECTIONS_MAX = 32_768;

    /** 32 MiB, 90 s, the default times, 32 KiB. */
    public static final Limits DEFAULT =
        new Limits(
            32L * 1024 * 1024,
            Duration.ofSeconds(90),
            Times.DEFAULT,
            32 * 1024,
            CONNECTIONS_MAX,
            false,
            Map.of(),
            JsonLimits.DEFAULT,
            Redaction.NOTHING,
            Set.of());

    /** With the default bounds of JSON, nothing left out and nothing open. */
    public Limits(
        long requestBodyBytesMax,
        Duration requestDuration,
        Times times,
        int headerBytesMax,
        int connectionsMax,
        boolean requireRequestHeader,
        Map<String, Map<String, String>> customHeaders) {
      this(
          requestBodyBytesMax,
          requestDuration,
          times,
          headerBytesMax,
          connectionsMax,
          requireRequestHeader,
          customHeaders,
          JsonLimits.DEFAULT,
          Redaction.NOTHING,
          Set.of());
    }

    /** With the default times but {@code idle}, and the default number of connections. */
    public Limits(
        long requestBodyBytesMax,
        Duration requestDuration,
        Duration idle,
        int headerBytesMax,
        boolean requireRequestHeader,
        Map<String, Map<String, String>> customHeaders) {
      this(
          requestBodyBytesMax,
          requestDuration,
          Times.DEFAULT.withIdle(idle),
          headerBytesMax,
          CONNECTIONS_MAX,
          requireRequestHeader,
          customHeaders);
    }
  }

  /**
   * How long a client may take. They are looked at twice a second.
   *
   * @param header from the first byte of a request to the end of its headers
   * @param body from the end of the headers to the end of the body
   * @param write for each mebibyte of an answer that is begun
   * @param idle between requests, and wherever nothing moves
   */
  record Times(Duration header, Duration body, Duration write, Duration idle) {
    /** 10 s, 30 s, 60 s, 5 minutes. */
    public static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5));

    /** The same with another {@code idle}. */
    public Times withIdle(Duration other) {
      return new Times(header, body, write, other);
    }
  }

  /**
   * A listener on TCP.
   *
   * @param host to bind to: a name or an address, IPv6 without brackets
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
   * @param protocols {@code TLSv1.2}, {@code TLSv1.3}: {@link TlsNames#protocols}
   * @param cipherSuites of TLS 1.2, by IANA's or Go's names; empty for the default. Those of TLS
   *     1.3 are always on
   * @param clientAuthorities PEM file with the authorities of client certificates
   * @param clientCertificates whether clients are asked for a certificate; without {@code
   *     clientAuthorities} none could be verified, and they are not
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
