package strongroom.system.node;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Redaction;
import strongroom.logical.Response;
import strongroom.node.Leadership;
import strongroom.node.Node;
import strongroom.node.NodeState;

/** {@code sys/leader}, {@code sys/ha-status} and {@code sys/step-down}. */
final class LeaderEndpoints {
  /** What Vault writes for a time that there is none of. */
  private static final String NO_TIME = "0001-01-01T00:00:00Z";

  private final Node node;
  private final NodeFacts facts;

  LeaderEndpoints(Node node, NodeFacts facts) {
    this.node = node;
    this.facts = facts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("leader", "Tells which node leads.")
            .on(Operation.READ, this::leader)
            .unauthenticated()
            .whenSealed()
            .build(),
        Endpoint.at("ha-status", "Tells the nodes of the cluster.")
            .on(Operation.READ, this::status)
            .build(),
        Endpoint.at("step-down", "Asks another node to take over, where there is one.")
            .onWrite(this::stepDown)
            .sudo()
            .build());
  }

  private Response leader(Call call) {
    NodeState state = node.state();
    Redaction redaction = call.request().client().redaction();
    JsonObject.Builder body = JsonObject.builder().put("ha_enabled", facts.highlyAvailable());
    boolean leads = state instanceof NodeState.Active;
    body.put("is_self", leads && facts.highlyAvailable());
    if (state instanceof NodeState.Active active && facts.highlyAvailable()) {
      body.put("active_time", active.since())
          .put("leader_address", redaction.address(facts.apiAddress()))
          .put("leader_cluster_address", redaction.address(facts.clusterAddress()));
    } else {
      body.put("active_time", NO_TIME)
          .put(
              "leader_address",
              state instanceof NodeState.Standby standby
                  ? redaction.address(standby.leaderAddress().orElse(""))
                  : "")
          .put(
              "leader_cluster_address",
              state instanceof NodeState.Standby ? redaction.address(leaderForNodes()) : "");
    }
    body.put("performance_standby", false).put("performance_standby_last_remote_wal", 0);
    if (facts.highlyAvailable()) {
      body.put("raft_committed_index", facts.committedIndex().getAsLong())
          .put("raft_applied_index", facts.appliedIndex().getAsLong());
    }
    return Answers.bare(body.build());
  }

  private String leaderForNodes() {
    return node.leadership().peers().stream()
        .filter(Leadership.Peer::leads)
        .findFirst()
        .map(Leadership.Peer::clusterAddress)
        .orElse("");
  }

  private Response status(Call call) {
    Instant now = call.now();
    List<JsonValue> nodes = new ArrayList<>();
    nodes.add(self(now));
    for (Leadership.Peer peer : node.leadership().peers()) {
      if (!peer.nodeId().equals(facts.nodeId())) {
        nodes.add(
            JsonObject.builder()
                .put("hostname", peer.nodeId())
                .put("api_address", peer.apiAddress())
                .put("cluster_address", peer.clusterAddress())
                .put("active_node", peer.leads())
                .putNull("last_echo")
                .build());
      }
    }
    return Answers.mirrored(JsonObject.builder().put("nodes", new JsonArray(nodes)).build());
  }

  private JsonObject self(Instant now) {
    return JsonObject.builder()
        .put("hostname", facts.hostname())
        .put("api_address", facts.apiAddress())
        .put("cluster_address", facts.clusterAddress())
        .put("active_node", node.state() instanceof NodeState.Active)
        .put("last_echo", now)
        .put("echo_duration_ms", 0)
        .put("clock_skew_ms", 0)
        .put("version", facts.version())
        .put("upgrade_version", facts.version())
        .build();
  }

  private Response stepDown(Call call) {
    node.leadership().stepDown();
    return Response.done();
  }
}
