package strongroom.system.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.barrier.SealWrap;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.engine.Handler;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.metrics.Metrics;
import strongroom.node.Leadership;
import strongroom.node.Node;
import strongroom.node.NodeParts;
import strongroom.node.NodeState;
import strongroom.node.Protection;
import strongroom.node.Service;
import strongroom.node.ServiceFactory;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;

/** A node with its endpoints, called as the pipeline would. */
final class SystemHarness implements AutoCloseable {
  static final String VERSION = "1.19.0+strongroom.0.1.0";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final InMemoryStorage storage = new InMemoryStorage();
  final Metrics metrics = new Metrics();
  private final Node node;
  private final List<Endpoint> endpoints;
  private Optional<EntropyState> entropy = Optional.empty();

  SystemHarness(Protection protection, Leadership leadership) {
    node =
        new Node(
            new NodeParts(
                storage,
                protection,
                new OneValue(),
                leadership,
                "test-cluster",
                new Barrier.Source(
                    Clock.systemUTC(), new SecureRandom(), new SealWrap(true, Node.SEAL_WRAPPED))));
    NodeFacts facts =
        new NodeFacts(
            VERSION,
            "2026-01-01T00:00:00Z",
            "raft",
            true,
            "node1",
            "host1",
            "http://127.0.0.1:8200",
            "https://127.0.0.1:8201",
            () -> 7,
            () -> 6,
            () -> warnings);
    endpoints = new SystemNode(node, facts, metrics, true, () -> entropy).endpoints();
    node.start();
    await("storage to be read", () -> !(node.state() instanceof NodeState.Starting));
  }

  /** What sys/health warns of. */
  List<String> warnings = List.of();

  static SystemHarness byShares() {
    return new SystemHarness(Protection.byShares(), Leadership.ALONE);
  }

  void entropy(EntropyState state) {
    entropy = Optional.of(state);
  }

  Node node() {
    return node;
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  static void await(String what, java.util.function.BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("waited " + PATIENCE + " in vain for " + what);
      }
      Thread.onSpinWait();
    }
  }

  Response read(String path, String... parameters) {
    JsonObject.Builder body = JsonObject.builder();
    for (int i = 0; i < parameters.length; i += 2) {
      body.put(parameters[i], parameters[i + 1]);
    }
    return call(Operation.READ, path, body.build(), Client.LOCAL);
  }

  /** Reads {@code path} of an endpoint that is not the node's. */
  Response readOf(Endpoint endpoint, Client client, String path) {
    return endpoint
        .handlers()
        .get(Operation.READ)
        .handle(
            call(
                new Request(
                    "id",
                    Operation.READ,
                    "sys/" + path,
                    JsonObject.EMPTY,
                    "",
                    client,
                    Optional.empty()),
                Map.of()));
  }

  Response readAs(Client client, String path) {
    return call(Operation.READ, path, JsonObject.EMPTY, client);
  }

  Response write(String path, String json) {
    try {
      return call(
          Operation.UPDATE,
          path,
          Json.parseObject(json.replace('\'', '"').getBytes(UTF_8)),
          Client.LOCAL);
    } catch (Json.MalformedJson e) {
      throw new AssertionError(e);
    }
  }

  Response delete(String path, String... parameters) {
    JsonObject.Builder body = JsonObject.builder();
    for (int i = 0; i < parameters.length; i += 2) {
      body.put(parameters[i], parameters[i + 1]);
    }
    return call(Operation.DELETE, path, body.build(), Client.LOCAL);
  }

  private Response call(Operation operation, String path, JsonObject body, Client client) {
    for (Endpoint endpoint : endpoints) {
      Optional<Map<String, String>> parameters = endpoint.pattern().match(path);
      if (parameters.isPresent()) {
        Handler handler = endpoint.handlers().get(operation);
        if (handler == null) {
          throw Refusal.unsupported();
        }
        return handler.handle(
            call(
                new Request("id", operation, "sys/" + path, body, "", client, Optional.empty()),
                parameters.get()));
      }
    }
    throw Refusal.notFound(path);
  }

  private static Call call(Request request, Map<String, String> parameters) {
    Call.Mount mount =
        new Call.Mount("sys/", "system_1", "system", Map.of(), Duration.ZERO, Duration.ZERO);
    return new Call(request, parameters, Optional.empty(), mount, new NoStorage(), NOW);
  }

  static Fields body(Response response) {
    return new Fields((JsonObject) response.data().orElseThrow());
  }

  /** Initializes with three shares of which two unseal, and unseals. */
  List<String> initAndUnseal() {
    List<String> keys =
        body(write("init", "{'secret_shares': 3, 'secret_threshold': 2}"))
            .strings("keys")
            .orElseThrow();
    unseal(keys);
    return keys;
  }

  void unseal(List<String> keys) {
    write("unseal", "{'key': '" + keys.get(0) + "'}");
    write("unseal", "{'key': '" + keys.get(1) + "'}");
  }

  @Override
  public void close() {
    node.close();
  }

  static String hex(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** None of these endpoints has a part of storage of its own. */
  private static final class NoStorage implements EngineStorage {
    @Override
    public Optional<byte[]> get(String key) {
      throw new AssertionError(key);
    }

    @Override
    public void put(String key, byte[] value) {
      throw new AssertionError(key);
    }

    @Override
    public void delete(String key) {
      throw new AssertionError(key);
    }

    @Override
    public List<String> list(String folder, String after, int limit) {
      throw new AssertionError(folder);
    }

    @Override
    public void lock(String key) {
      throw new AssertionError(key);
    }

    @Override
    public void afterCommit(Runnable action) {
      throw new AssertionError();
    }
  }

  private static final class OneValue implements ServiceFactory {
    private final List<String> tokens = new ArrayList<>();

    @Override
    public String bootstrap(Storage barrier) {
      barrier.commit(new Batch().put("sys/policy/default", new byte[] {1}));
      return "hvs.firstroottoken0000000000";
    }

    @Override
    public Service open(Storage barrier) {
      return () -> {};
    }

    @Override
    public String createRootToken() {
      tokens.add("token");
      return "hvs.anotherroottoken" + String.format("%08d", tokens.size());
    }
  }
}
