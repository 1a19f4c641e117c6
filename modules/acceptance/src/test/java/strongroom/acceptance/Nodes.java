package strongroom.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Real servers that are one cluster on loopback, and share one HSM on the network. */
final class Nodes implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Path folder;
  private final NetworkHsm hsm;
  private final List<Server> servers = new ArrayList<>();

  private Nodes(Path folder, NetworkHsm hsm) {
    this.folder = folder;
    this.hsm = hsm;
  }

  /** {@code count} nodes; the first begins the cluster, the others know it by its address. */
  static Nodes configured(Path folder, int count) throws IOException {
    Nodes nodes = new Nodes(folder, NetworkHsm.provision(folder, "shared"));
    nodes.hsm.token().makeRsaKey("shared", "cluster-key");
    for (int i = 0; i < count; i++) {
      String join =
          i == 0
              ? ""
              : "retry_join { leader_api_addr = \"%s\" }"
                  .formatted(nodes.servers.getFirst().address());
      nodes.add(join);
    }
    return nodes;
  }

  /** Starts all at once, initializes the first and answers the root token. */
  String begin() throws Exception {
    try (var starting = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Server>> starts =
          servers.stream().<Callable<Server>>map(s -> s::start).toList();
      for (Future<Server> started : starting.invokeAll(starts)) {
        started.get();
      }
    }
    String root = servers.getFirst().initialize();
    awaitWhole();
    return root;
  }

  /** A further node, not started. */
  Server add(String join) throws IOException {
    String name = "node" + (servers.size() + 1);
    Path own = Files.createDirectories(folder.resolve(name));
    String cluster = "127.0.0.1:" + Server.freePort();
    Server server =
        Server.with(
            own,
            """
            storage "raft" {
              path    = "DATA"
              node_id = "%s"
              %s
            }
            listener "tcp" {
              address         = "ADDRESS"
              cluster_address = "%s"
              tls_disable     = "true"
            }
            seal "pkcs11" {
              lib           = "%s"
              token_label   = "shared"
              pin           = "%s"
              key_label     = "cluster-key"
              mechanism     = "CKM_RSA_PKCS_OAEP"
              rsa_oaep_hash = "sha1"
            }
            api_addr     = "http://ADDRESS"
            cluster_addr = "https://%s"
            """
                .formatted(name, join, cluster, hsm.library(), hsm.token().pin(), cluster),
            hsm.environment());
    servers.add(server);
    return server;
  }

  /** Has {@code server}, which is no member any longer, no part in what follows. */
  void forget(Server server) {
    servers.remove(server);
  }

  Server node(int index) {
    return servers.get(index);
  }

  String name(Server server) {
    return "node" + (servers.indexOf(server) + 1);
  }

  /** The one that leads, once there is one. */
  Server leader() {
    List<Server> found = new ArrayList<>();
    servers
        .getFirst()
        .await(
            "a node leads",
            SOON,
            () -> {
              running().stream().filter(one -> one.health() == 200).forEach(found::add);
              return !found.isEmpty();
            });
    return found.getLast();
  }

  /** Those that run and do not lead. */
  List<Server> standbys() {
    Server leader = leader();
    return running().stream().filter(one -> one != leader).toList();
  }

  private List<Server> running() {
    return servers.stream().filter(Server::isRunning).toList();
  }

  /** Waits until every node that runs leads or follows one that does. */
  void awaitWhole() {
    leader();
    running().forEach(one -> one.await("is whole", SOON, () -> isWhole(one.health())));
  }

  private static boolean isWhole(int health) {
    return health == 200 || health == 429;
  }

  @Override
  public void close() {
    servers.forEach(Server::close);
    hsm.close();
  }
}
