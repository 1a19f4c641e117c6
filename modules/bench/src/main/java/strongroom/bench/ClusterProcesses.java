package strongroom.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The servers of one cluster, each in a process and a place of its own, with one HSM for all. */
final class ClusterProcesses implements AutoCloseable {
  private static final long WHOLE_SECONDS_MAX = 120;

  private final Path root;
  private final Path folder;
  private final List<Node> nodes = new ArrayList<>();

  private final Map<Integer, ServerProcess> running = new HashMap<>();

  private record Node(Place place, InetSocketAddress api, Path config) {}

  ClusterProcesses(Path root, Path folder) {
    this.root = root;
    this.folder = folder;
  }

  /** Starts one in each of {@code places} and answers the root token of the cluster. */
  String begin(List<Place> places, String library) throws IOException {
    for (Place place : places) {
      add(place, library);
    }
    for (int i = 0; i < nodes.size(); i++) {
      start(i);
    }
    node(0).await("sys/health", List.of(501));
    String init =
        node(0)
            .call("PUT", "sys/init", "", "{\"recovery_shares\":1,\"recovery_threshold\":1}")
            .expect(200)
            .text();
    awaitWhole();
    return Bench.member(init, "root_token");
  }

  private void add(Place place, String library) throws IOException {
    String name = name(nodes.size());
    InetSocketAddress api = place.address();
    String join =
        nodes.isEmpty()
            ? ""
            : "retry_join { leader_api_addr = \"http:/%s\" }".formatted(nodes.getFirst().api());
    Path config =
        Files.writeString(
            folder.resolve(name + ".hcl"),
            """
            storage "raft" {
              path    = "%s"
              node_id = "%s"
              %s
            }
            listener "tcp" {
              address         = "API"
              cluster_address = "CLUSTER"
              tls_disable     = "true"
            }
            seal "pkcs11" {
              lib           = "%s"
              token_label   = "bench"
              pin           = "in VAULT_HSM_PIN"
              key_label     = "bench"
              generate_key  = "true"
              mechanism     = "CKM_RSA_PKCS_OAEP"
              rsa_oaep_hash = "sha1"
            }
            api_addr     = "http://API"
            cluster_addr = "https://CLUSTER"
            """
                .formatted(folder.resolve(name), name, join, library)
                .replace("API", api.toString().substring(1))
                .replace("CLUSTER", place.address().toString().substring(1)));
    nodes.add(new Node(place, api, config));
  }

  /** Starts the node {@code index}, at first or again. */
  void start(int index) {
    Node node = nodes.get(index);
    List<String> command = new ArrayList<>(node.place().prefix());
    command.addAll(
        List.of(root.resolve("strongroom").toString(), "server", "-config=" + node.config()));
    running.put(
        index,
        ServerProcess.start(command, Map.of(), node.api(), folder.resolve(name(index) + ".log")));
  }

  int count() {
    return nodes.size();
  }

  ServerProcess node(int index) {
    return Objects.requireNonNull(running.get(index), "not started");
  }

  static String name(int index) {
    return "node" + (index + 1);
  }

  /** Waits until one leads and all others follow it; answers which leads. */
  int awaitWhole() {
    for (int i = 0; i < count(); i++) {
      node(i).await("sys/health", List.of(200, 429));
    }
    long end = System.nanoTime() + WHOLE_SECONDS_MAX * 1_000_000_000L;
    while (System.nanoTime() - end < 0) {
      for (int i = 0; i < count(); i++) {
        if (node(i).call("GET", "sys/health", "", "").status() == 200) {
          return i;
        }
      }
      Pause.millis(10);
    }
    throw new IllegalStateException("no node leads; see the logs in " + folder);
  }

  @Override
  public void close() {
    running.values().forEach(ServerProcess::kill);
  }
}
