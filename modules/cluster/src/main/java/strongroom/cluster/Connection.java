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

  /** How often it is looked whether answers can still come. */
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

  /** The call under way. Set by the caller, completed by the reader or by {@link #look}. */
  private volatile @Nullable Call waiting;

  private record Answer(int status, byte[] body) {}

  /** A call, when it is given up ({@link System#nanoTime}), and what makes it pointless before. */
  private record Call(CompletableFuture<Answer> answer, long end, BooleanSupplier pointless) {}

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
    waiting = new Call(answer, System.nanoTime() + deadline.toNanos(), pointless);
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
      Answer given = answer.get();
      waiting = null;
      if (given.status() == DONE) {
        return given.body();
      }
      throw new CallFault(
          new String(given.body(), StandardCharsets.UTF_8),
          true,
          new IOException("the other node refused"));
    } catch (ExecutionException e) {
      close();
      Throwable cause = e.getCause();
      throw new CallFault(
          cause instanceof TimeoutException
              ? String.valueOf(cause.getMessage())
              : "the connection broke: " + cause,
          true,
          e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new CallFault("interrupted", true, e);
    }
  }

  /**
   * Gives up the call under way where its time is over or its answer cannot come any more. Callers
   * wait without a time of their own: a timer for each call would cost more than the call.
   */
  void look(long now) {
    Call call = waiting;
    if (call == null || call.answer().isDone()) {
      return;
    }
    if (now - call.end() >= 0) {
      giveUp(call, "no answer in time");
    } else if (call.pointless().getAsBoolean()) {
      giveUp(call, "the node that was called has lost its part");
    }
  }

  private void giveUp(Call call, String why) {
    if (call.answer().completeExceptionally(new TimeoutException(why))) {
      close();
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
        Call call = waiting;
        if (call == null) {
          throw new IOException("an answer that nobody waits for");
        }
        call.answer().complete(new Answer(status, body));
      }
    } catch (IOException e) {
      broken = true;
      Call call = waiting;
      if (call != null) {
        call.answer().completeExceptionally(e);
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
