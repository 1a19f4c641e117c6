package strongroom.seal.kmip;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;

/**
 * Sends a message and brings the answer, over a TLS connection of its own. Everything, the look-up
 * of the name included, runs in a thread that is left when the deadline has come.
 *
 * @param host of the server
 * @param port of the server
 * @param serverName whom its certificate must be for
 * @param tls what is trusted and who calls
 * @param suites of TLS 1.2 that are allowed; empty for Java's own
 */
record KmipConnection(
    String host, int port, String serverName, SSLContext tls, List<String> suites) {
  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private static final List<String> SUITES_OF_TLS_1_3 =
      List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");

  String authority() {
    return host + ":" + port;
  }

  private String from() {
    return "the KMIP server at " + authority();
  }

  /** The answer to {@code request}, which is overwritten with zeros. */
  byte[] exchange(byte[] request, Deadline deadline) {
    AtomicReference<@Nullable Socket> open = new AtomicReference<>();
    int leftMillis = (int) Math.max(1, deadline.left(from()).toMillis());
    FutureTask<byte[]> task = new FutureTask<>(() -> exchange(request, open, leftMillis));
    Thread.ofVirtual().name("kmip-call").start(task);
    try {
      return task.get(leftMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw fault(e.getCause(), deadline);
    } catch (TimeoutException e) {
      throw deadline.missed(from());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SealFault.Away("waiting for " + from() + " was interrupted", e);
    } finally {
      close(open.get());
      Arrays.fill(request, (byte) 0);
    }
  }

  private byte[] exchange(byte[] request, AtomicReference<@Nullable Socket> open, int millisMax)
      throws IOException {
    try (Socket plain = new Socket()) {
      open.set(plain);
      plain.setSoTimeout(millisMax);
      plain.connect(new InetSocketAddress(host, port), millisMax);
      try (SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, serverName, port, true)) {
        socket.setSSLParameters(parameters(socket.getSSLParameters()));
        socket.startHandshake();
        socket.getOutputStream().write(request);
        return read(new DataInputStream(socket.getInputStream()));
      }
    }
  }

  private SSLParameters parameters(SSLParameters parameters) {
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!suites.isEmpty()) {
      parameters.setCipherSuites(
          Stream.concat(suites.stream(), SUITES_OF_TLS_1_3.stream()).toArray(String[]::new));
    }
    return parameters;
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] header = in.readNBytes(8);
    if (header.length < 8) {
      throw new IOException("it closed the connection without an answer");
    }
    int length = ByteBuffer.wrap(header).getInt(4);
    if (length < 0 || length > ANSWER_BYTES_MAX) {
      throw new IOException("its answer is longer than KMIP answers to this are");
    }
    byte[] whole = Arrays.copyOf(header, 8 + length);
    in.readFully(whole, 8, length);
    return whole;
  }

  private SealFault fault(@Nullable Throwable cause, Deadline deadline) {
    return switch (cause) {
      case UnknownHostException e ->
          new SealFault.Away(from() + " cannot be reached: its name is not known here", e);
      case SocketTimeoutException _ -> deadline.missed(from());
      case SSLException e ->
          new SealFault.Configuration(
              from()
                  + ": TLS failed ("
                  + e.getMessage()
                  + "); see ca_cert, server_name, tls12_ciphers, and whether it accepts client_cert",
              e);
      case IllegalArgumentException e ->
          new SealFault.Configuration("seal \"kmip\": tls12_ciphers: " + e.getMessage(), e);
      case IOException e ->
          new SealFault.Away(
              from()
                  + " cannot be asked: "
                  + Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()),
              e);
      case null, default -> new SealFault.Away(from() + " could not be asked", cause);
    };
  }

  private static void close(@Nullable Socket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // It is of no use any more, whatever became of it.
    }
  }
}
