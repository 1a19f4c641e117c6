package strongroom.cluster;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's end of the link: a port that answers the cluster's nodes, and calls to them. It is
 * shut until it has an identity, which a node has only while it is unsealed or joins, and so a
 * sealed node takes no part in anything.
 *
 * <p>A call is a frame each way: what it is about, or how it went (1 byte), length (4, big-endian),
 * content. A connection carries one call at a time; more calls at once take more connections.
 */
public final class ClusterLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);

  /** How many connections this end takes. */
  private static final int CONNECTIONS_MAX = 1024;

  /** How many connections to one node are kept for the next calls. */
  private static final int IDLE_MAX = 64;

  /** How long the calls that are being answered may take when the link is shut. */
  private static final Duration LAST_ANSWERS_MAX = Duration.ofMillis(500);

  private static final int REFUSED = 1;
  private static final int MESSAGE_BYTES_MAX = 2000;

  private final String host;
  private final int port;
  private final int frameBytesMax;
  private final Map<Integer, Handler> handlers = new ConcurrentHashMap<>();
  private final Map<Target, ConcurrentLinkedDeque<Connection>> idle = new ConcurrentHashMap<>();
  private final Set<Connection> calling = ConcurrentHashMap.newKeySet();
  private final Set<Socket> answering = ConcurrentHashMap.newKeySet();

  /** How many calls are being answered. */
  private final AtomicInteger answers = new AtomicInteger();

  private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
  private volatile Predicate<String> admits = node -> false;

  // Changed under this object's lock.
  private volatile @Nullable SSLContext context;
  private volatile Optional<Instant> validUntil = Optional.empty();
  private volatile @Nullable ServerSocket listener;

  /** Answers a kind of call. */
  @FunctionalInterface
  public interface Handler {
    /**
     * The answer's content. An exception's message is told to the caller, which knows the root key
     * as this node does, and to nobody else.
     */
    byte[] answer(String callingNode, byte[] content) throws IOException;
  }

  /**
   * Will listen at {@code host} and {@code port}.
   *
   * @param port 0 for a free one
   * @param frameBytesMax the most that one call or answer carries
   */
  public ClusterLink(String host, int port, int frameBytesMax) {
    this.host = host;
    this.port = port;
    this.frameBytesMax = frameBytesMax;
  }

  /** Has calls of {@code kind}, 0 to 255, answered by {@code handler}. */
  public void answer(int kind, Handler handler) {
    handlers.put(kind, handler);
  }

  /** Takes calls of nodes for which {@code test} holds, asked at every call. */
  public void admit(Predicate<String> test) {
    admits = test;
  }

  /**
   * Opens the link as {@code identity}, or goes on with it where it is open.
   *
   * @throws ClusterFault where the port cannot be had
   */
  public synchronized void open(NodeIdentity identity) {
    context = identity.context();
    validUntil = Optional.of(identity.validUntil());
    if (listener != null) {
      return;
    }
    try {
      ServerSocket made = new ServerSocket();
      made.setReuseAddress(true);
      made.bind(new InetSocketAddress(host, port));
      listener = made;
      Thread.ofVirtual().name("cluster-accept").start(() -> accept(made));
      Thread.ofVirtual().name("cluster-look").start(() -> look(made));
    } catch (IOException e) {
      context = null;
      throw new ClusterFault(
          "the cluster's address " + host + ":" + port + " cannot be listened at: " + e, e);
    }
  }

  /** Until when the identity that is in use is valid; empty while the link is shut. */
  public Optional<Instant> validUntil() {
    return validUntil;
  }

  /** Whether the link is open. */
  public boolean isOpen() {
    return listener != null;
  }

  /** The port that is listened at; 0 while shut. */
  public int port() {
    ServerSocket open = listener;
    return open == null ? 0 : open.getLocalPort();
  }

  /** Shuts the link: ends every call and connection, and forgets the identity. */
  public synchronized void shut() {
    context = null;
    validUntil = Optional.empty();
    ServerSocket open = listener;
    listener = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("the cluster's port did not close in order: {}", e.getMessage());
      }
    }
    awaitAnswers();
    answering.forEach(Connection::closeQuietly);
    List<Connection> all = new ArrayList<>(calling);
    idle.values().forEach(all::addAll);
    idle.clear();
    all.forEach(Connection::close);
  }

  /** Lets what is about to be answered be answered, for a moment. */
  private void awaitAnswers() {
    long end = System.nanoTime() + LAST_ANSWERS_MAX.toNanos();
    try {
      while (answers.get() > 0 && System.nanoTime() - end < 0) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Calls {@code target} and waits for its answer.
   *
   * @throws CallFault where there is none in time, or the other node refuses
   */
  public byte[] call(Target target, int kind, byte[] content, Duration deadline) throws CallFault {
    return call(target, kind, content, deadline, () -> false);
  }

  /**
   * Calls {@code target} and waits for its answer until {@code pointless}, which is asked every
   * {@value Connection#LOOK_MILLIS} ms, says that there will be none.
   *
   * @throws CallFault where there is none in time, or the other node refuses
   */
  public byte[] call(
      Target target, int kind, byte[] content, Duration deadline, BooleanSupplier pointless)
      throws CallFault {
    Connection connection = connection(target);
    calling.add(connection);
    if (context == null) {
      connection.close(); // shut meanwhile, by what may not have seen this call
    }
    try {
      return connection.call(kind, content, deadline, pointless);
    } finally {
      calling.remove(connection);
      giveBack(target, connection);
    }
  }

  private Connection connection(Target target) throws CallFault {
    ConcurrentLinkedDeque<Connection> kept = idle.get(target);
    while (kept != null) {
      Connection connection = kept.pollFirst();
      if (connection == null) {
        break;
      }
      if (!connection.broken()) {
        return connection;
      }
    }
    SSLContext identity = context;
    if (identity == null) {
      throw new CallFault(
          "this node is sealed, or has not joined yet", false, new IOException("no identity"));
    }
    return Connection.to(target, identity, frameBytesMax);
  }

  private void giveBack(Target target, Connection connection) {
    if (connection.broken()) {
      return;
    }
    ConcurrentLinkedDeque<Connection> kept =
        idle.computeIfAbsent(target, key -> new ConcurrentLinkedDeque<>());
    if (context == null || kept.size() >= IDLE_MAX) {
      connection.close();
    } else {
      kept.addFirst(connection);
    }
  }

  /** Gives up calls whose answers cannot come, while the link is open; shutting ends all others. */
  private void look(ServerSocket open) {
    try {
      while (!open.isClosed()) {
        Thread.sleep(Connection.LOOK_MILLIS);
        long now = System.nanoTime();
        calling.forEach(connection -> look(connection, now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void look(Connection connection, long now) {
    try {
      connection.look(now);
    } catch (RuntimeException e) {
      LOG.error("whether a call is pointless cannot be told", e);
    }
  }

  private void accept(ServerSocket open) {
    while (!open.isClosed()) {
      Socket raw;
      try {
        raw = open.accept();
      } catch (IOException e) {
        if (!open.isClosed()) {
          LOG.warn("the cluster's port: {}", e.getMessage());
        }
        continue;
      }
      if (room.tryAcquire()) {
        answering.add(raw);
        Thread.ofVirtual().name("cluster-answer").start(() -> serve(raw));
      } else {
        Connection.closeQuietly(raw);
      }
    }
  }

  private void serve(Socket raw) {
    try (raw) {
      SSLContext identity = context;
      if (identity == null) {
        return;
      }
      raw.setTcpNoDelay(true);
      raw.setSoTimeout(Connection.HANDSHAKE_MILLIS_MAX);
      SSLSocket socket =
          (SSLSocket) identity.getSocketFactory().createSocket(raw, raw.getInputStream(), true);
      socket.setUseClientMode(false);
      socket.setNeedClientAuth(true);
      socket.setEnabledProtocols(new String[] {"TLSv1.3"});
      socket.startHandshake();
      raw.setSoTimeout(0);
      String node =
          NodeIdentity.nodeOf((X509Certificate) socket.getSession().getPeerCertificates()[0]);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      while (context != null) {
        answerOne(node, in, out);
      }
    } catch (IOException e) {
      LOG.debug("a connection of the cluster ended: {}", e.getMessage());
    } finally {
      answering.remove(raw);
      room.release();
    }
  }

  private void answerOne(String node, DataInputStream in, DataOutputStream out) throws IOException {
    int kind = in.readUnsignedByte();
    byte[] content = Connection.readBody(in, frameBytesMax);
    answers.incrementAndGet();
    try {
      answer(node, kind, content, out);
    } finally {
      answers.decrementAndGet();
    }
  }

  private void answer(String node, int kind, byte[] content, DataOutputStream out)
      throws IOException {
    int status = Connection.DONE;
    byte[] answer;
    Handler handler = handlers.get(kind);
    try {
      if (!admits.test(node)) {
        throw new IOException("node " + node + " is not one of this cluster's");
      }
      if (handler == null) {
        throw new IOException("calls of kind " + kind + " are not known here");
      }
      answer = handler.answer(node, content);
    } catch (IOException | RuntimeException e) {
      LOG.debug("a call of kind {} by node {} is refused", kind, node, e);
      status = REFUSED;
      String message = String.valueOf(e.getMessage());
      answer =
          message
              .substring(0, Math.min(message.length(), MESSAGE_BYTES_MAX))
              .getBytes(StandardCharsets.UTF_8);
    }
    out.writeByte(status);
    out.writeInt(answer.length);
    out.write(answer);
    out.flush();
  }

  @Override
  public void close() {
    shut();
  }
}
