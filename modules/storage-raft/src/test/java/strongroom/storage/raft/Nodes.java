package strongroom.storage.raft;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import strongroom.cluster.ClusterAuthority;
import strongroom.cluster.ClusterLink;
import strongroom.storage.StorageFault;

/** Nodes of one cluster in this process, for tests: on loopback, each with a folder. */
final class Nodes implements AutoCloseable {
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final int JOIN_TRIES_MAX = 5;

  private final Path folder;
  private final long snapshotThreshold;
  private final Duration electionTimeoutMin;
  private final Network network;
  private final ClusterAuthority authority =
      ClusterAuthority.create(Instant.now(), new SecureRandom());
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();

  record Node(String id, RaftStorage storage, ClusterLink link, String address) {
    Member member() {
      return new Member(id, address, "https://" + id + ".example", true, false);
    }
  }

  Nodes(Path folder, long snapshotThreshold) {
    this(folder, snapshotThreshold, Duration.ofMillis(300), Network.calm());
  }

  Nodes(Path folder, long snapshotThreshold, Duration electionTimeoutMin) {
    this(folder, snapshotThreshold, electionTimeoutMin, Network.calm());
  }

  /** With {@code network} between them. */
  Nodes(Path folder, long snapshotThreshold, Network network) {
    this(folder, snapshotThreshold, Duration.ofMillis(300), network);
  }

  private Nodes(Path folder, long snapshotThreshold, Duration electionTimeoutMin, Network network) {
    this.network = network;
    this.folder = folder;
    this.snapshotThreshold = snapshotThreshold;
    this.electionTimeoutMin = electionTimeoutMin;
  }

  /** Starts a node, its link shut. */
  Node start(String id) throws IOException {
    int port = ports.computeIfAbsent(id, key -> freePort());
    String address = "127.0.0.1:" + port;
    ClusterLink link = new ClusterLink("127.0.0.1", port, 16 << 20);
    link.admit(from -> network.passes(from, id));
    Peering peering = new Peering(link, address, "", electionTimeoutMin);
    RaftStorage storage =
        Started.with(
            new RaftSettings(
                folder.resolve(id),
                id,
                8 << 20,
                8 << 20,
                snapshotThreshold,
                4L << 20,
                0,
                Optional.of(peering)));
    Node node = new Node(id, storage, link, address);
    nodes.put(id, node);
    return node;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void open(Node node) {
    node.link().open(authority.issue(node.id(), Instant.now()));
  }

  /** A node that is alone, leads and serves. */
  Node first(String id) throws IOException {
    Node node = start(id);
    open(node);
    node.storage().lead().serve();
    return node;
  }

  /** A further node that has joined the cluster that {@code leader} leads. */
  Node join(String id, Node leader) throws IOException {
    Node node = start(id);
    node.storage().join(leader.storage().group());
    open(node);
    add(node, leader);
    return node;
  }

  /** Raft gives a new node little time, and who joins tries again. */
  private static void add(Node node, Node leader) {
    for (int tries = 1; ; tries++) {
      try {
        leader.storage().members().put(node.member());
        return;
      } catch (StorageFault.Unavailable e) {
        if (tries == JOIN_TRIES_MAX) {
          throw e;
        }
      }
    }
  }

  /** Ends a node as a kill does, as far as the others can tell. */
  void stop(Node node) {
    node.link().shut();
    node.storage().close();
    nodes.remove(node.id());
  }

  /** The one of the nodes that leads, other than {@code before}; it serves from now on. */
  Node leader(Optional<Node> before) {
    await(
        () ->
            nodes.values().stream()
                .anyMatch(node -> node.storage().lead().isHere() && !isSame(node, before)));
    Node leader =
        nodes.values().stream()
            .filter(node -> node.storage().lead().isHere() && !isSame(node, before))
            .findFirst()
            .orElseThrow();
    leader.storage().lead().serve();
    return leader;
  }

  private static boolean isSame(Node node, Optional<Node> other) {
    return other.isPresent() && other.get().id().equals(node.id());
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + WAIT_MAX.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("it did not come to pass in " + WAIT_MAX);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    nodes.values().forEach(node -> node.link().shut());
    nodes.values().parallelStream().forEach(node -> node.storage().close());
  }
}
