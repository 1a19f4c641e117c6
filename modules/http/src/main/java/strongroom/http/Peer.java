package strongroom.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * One open connection: who is at its other end, and whether it takes longer than it may.
 *
 * <p>The volatile fields are written by whichever thread serves the connection; all else belongs to
 * the one thread that sweeps ({@link Peers}).
 */
final class Peer {
  /** Under which a connection's attributes hold its peer. */
  static final String ATTRIBUTE = Peer.class.getName();

  /** What is to happen at a time. */
  private record Deadline(long nanoTime, Runnable action) {}

  private final Connection connection;
  private final HttpSettings.Times times;
  private final Optional<InetAddress> address;
  private final int port;

  private volatile boolean serving;
  private volatile @Nullable Deadline deadline;

  /** Of the client; written once, by the thread that serves the first request. */
  private Optional<byte[]> certificate = Optional.empty();

  private volatile boolean certificateRead;

  private long messagesSeen;
  private long bytesSeen;
  private long movedAt;
  private long partialSince;
  private boolean partial;

  Peer(Connection connection, HttpSettings.Times times, long nanoTime) {
    this.connection = connection;
    this.times = times;
    movedAt = nanoTime;
    EndPoint endPoint = connection.getEndPoint();
    if (endPoint.getRemoteSocketAddress() instanceof InetSocketAddress socket
        && socket.getAddress() != null) {
      address = Optional.of(socket.getAddress());
      port = socket.getPort();
    } else {
      address = Optional.empty();
      port = 0;
    }
  }

  static Peer of(Request request) {
    if (request.getConnectionMetaData().getAttribute(ATTRIBUTE) instanceof Peer peer) {
      return peer;
    }
    throw new IllegalStateException("a connection without its peer");
  }

  /** The address at the other end; empty on a Unix socket. */
  Optional<InetAddress> address() {
    return address;
  }

  int port() {
    return port;
  }

  /** The DER bytes of the certificate that the client showed and TLS verified. */
  Optional<byte[]> certificate(Request request) {
    if (!certificateRead) {
      certificate = read(request);
      certificateRead = true;
    }
    return certificate;
  }

  private static Optional<byte[]> read(Request request) {
    if (!request.isSecure()
        || !(request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
            instanceof EndPoint.SslSessionData data)) {
      return Optional.empty();
    }
    X509Certificate[] chain = data.peerCertificates();
    if (chain == null || chain.length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(chain[0].getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that TLS has read cannot be written", e);
    }
  }

  /** A request's headers are here. */
  void begin() {
    serving = true;
  }

  /** The request has its answer, and the client has it. */
  void end() {
    deadline = null;
    serving = false;
  }

  /** Whether a request is being served. */
  boolean serving() {
    return serving;
  }

  /** Runs {@code action}, which must not block, unless {@link #settle} is called before. */
  void expect(long nanoTime, Runnable action) {
    deadline = new Deadline(nanoTime, action);
  }

  /**
   * Closes the connection unless {@link #settle} is called within {@code nanos}.
   *
   * @param failing what the client has not done, as {@code "has sent nothing"}
   */
  void expectWithin(long nanos, String failing) {
    expect(
        System.nanoTime() + nanos,
        () ->
            close(
                "the client " + failing + " for " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s"));
  }

  void settle() {
    deadline = null;
  }

  /** When something last moved, as far as sweeps saw. */
  long movedAt() {
    return movedAt;
  }

  void close(String reason) {
    connection.getEndPoint().close(new TimeoutException(reason));
  }

  /** Does what is due at {@code nanoTime}. */
  void sweep(long nanoTime) {
    Deadline due = deadline;
    if (due != null && nanoTime - due.nanoTime() >= 0) {
      deadline = null;
      due.action().run();
      return;
    }
    long messages = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    boolean moved = messages != messagesSeen || bytes != bytesSeen;
    // Bytes that came without making a request whole are the beginning of one.
    boolean begun = !serving && messages == messagesSeen && bytes != bytesSeen;
    messagesSeen = messages;
    bytesSeen = bytes;
    if (moved || serving) {
      movedAt = nanoTime;
    }
    if (serving || (moved && !begun)) {
      partial = false;
      return;
    }
    if (!partial && (begun || handshaking())) {
      partial = true;
      partialSince = nanoTime;
    }
    if (partial && nanoTime - partialSince >= times.header().toNanos()) {
      close("the request's headers took too long");
    }
  }

  /** An unfinished handshake holds more memory than an idle connection, and no client is slow. */
  private boolean handshaking() {
    return connection.getEndPoint() instanceof SslConnection.SslEndPoint secure
        && secure
            .getSslConnection()
            .getSSLEngine()
            .getSession()
            .getCipherSuite()
            .equals("SSL_NULL_WITH_NULL_NULL");
  }
}
