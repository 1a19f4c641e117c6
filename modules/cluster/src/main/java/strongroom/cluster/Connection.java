package strongroom.cluster;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to another node, for one call at a time. A thread of its own reads, so that a
 * connection whose other end has gone is known as such before the next call is sent on it.
 */
final class Connection implements AutoCloseable {
  static final int CONNECT_MILLIS_MAX = 3_000;
  static final int HANDSHAKE_MILLIS_MAX = 5_000;

  /** How often a caller looks whether its answer can still come. */
  static final int LOOK_MILLIS = 200;

  /** So much fits into what the system keeps for a connection on which nothing is under way. */
  private static final int UNBLOCKED_BYTES_MAX = 16 * 1024;

  /** How a frame answers: done, or why not, as text. */
  static final int DONE = 0;

  private final Socket raw;
  private final SSLSocket socket;
  private final DataOutputStream out;
  private final int frameBytesMax;
  private volatile boolean broken;

  /** Who waits for the answer under way. Set by the caller, completed by the reader. */
  private volatile @Nullable CompletableFuture<Answer> waiting;

  private record Answer(int status, byte[] body) {}

  private Connection(Socket raw, SSLSocket socket, int frameBytesMax) throws IOException {
    this.raw = raw;
    this.socket = socket;
    this.frameBytesMax = frameBytesMax;
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /** Connects to {@code target} and makes sure that it is the node it should be. */
  static Connection to(Target target, SSLContext context, int frameBytesMax) throws CallFault {
    Socket raw = new Socket();
    try {
      raw.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS_MAX);
      raw.setTcpNoDelay(true);
      raw.setSoTimeout(HANDSHAKE_MILLIS_MAX);
      SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(raw, target.host(), target.port(), true);
      socket.setEnabledProtocols(new String[] {"TLSv1.3"});
      socket.startHandshake();
      String node =
          NodeIdentity.nodeOf((X509Certificate) socket.getSession().getPeerCertificates()[0]);
      if (!node.equals(target.nodeId())) {
        throw new IOException("it is node " + node);
      }
      raw.setSoTimeout(0);
      Connection made = new Connection(raw, socket, frameBytesMax);
      Thread.ofVirtual().name("cluster-answers").start(made::read);
      return made;
    } catch (IOException e) {
      closeQuietly(raw);
      throw new CallFault(
          "node "
              + target.nodeId()
              + " at "
              + target.host()
              + ":"
              + target.port()
              + " cannot be reached: "
              + e.getMessage(),
          false,
          e);
    }
  }

  boolean broken() {
    return broken;
  }

  /** Sends a frame and waits for the answer; a connection that fails is closed. */
  byte[] call(int kind, byte[] body, Duration deadline, BooleanSupplier pointless)
      throws CallFault {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting = answer;
    if (broken) {
      throw new CallFault("the connection was closed by the other node", false, new EOFException());
    }
    if (body.length <= UNBLOCKED_BYTES_MAX) {
      send(kind, body, answer);
    } else {
      // What writes into a connection that nobody reads from is freed by closing it.
      Thread.ofVirtual().start(() -> send(kind, body, answer));
    }
    try {
      Answer given = await(answer, deadline, pointless);
      waiting = null;
      if (given.status() == DONE) {
        return given.body();
      }
      throw new CallFault(
          new String(given.body(), StandardCharsets.UTF_8),
          true,
          new IOException("the other node refused"));
    } catch (TimeoutException e) {
      close();
      throw new CallFault(String.valueOf(e.getMessage()), true, e);
    } catch (ExecutionException e) {
      close();
      throw new CallFault("the connection broke: " + e.getCause(), true, e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CallFault("interrupted", true, e);
    }
  }

  private static Answer await(
      CompletableFuture<Answer> answer, Duration deadline, BooleanSupplier pointless)
      throws TimeoutException, ExecutionException, InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      try {
        return answer.get(Math.min(left, LOOK_MILLIS), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (left <= LOOK_MILLIS) {
          throw new TimeoutException("no answer within " + deadline.toMillis() + " ms");
        }
        if (pointless.getAsBoolean()) {
          throw new TimeoutException("the node that was called has lost its part");
        }
      }
    }
  }

  private void send(int kind, byte[] body, CompletableFuture<Answer> answer) {
    try {
      out.writeByte(kind);
      out.writeInt(body.length);
      out.write(body);
      out.flush();
    } catch (IOException e) {
      answer.completeExceptionally(e);
    }
  }

  private void read() {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
      while (true) {
        int status = in.readUnsignedByte();
        byte[] body = readBody(in, frameBytesMax);
        CompletableFuture<Answer> answer = waiting;
        if (answer == null) {
          throw new IOException("an answer that nobody waits for");
        }
        answer.complete(new Answer(status, body));
      }
    } catch (IOException e) {
      broken = true;
      CompletableFuture<Answer> answer = waiting;
      if (answer != null) {
        answer.completeExceptionally(e);
      }
      close();
    }
  }

  static byte[] readBody(DataInputStream in, int bytesMax) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > bytesMax) {
      throw new IOException("a frame of " + length + " bytes; at most " + bytesMax + " are taken");
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the connection ended within a frame");
    }
    return body;
  }

  @Override
  public void close() {
    broken = true;
    closeQuietly(raw);
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }
}
