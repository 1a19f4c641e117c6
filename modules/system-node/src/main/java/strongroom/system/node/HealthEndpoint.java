package strongroom.system.node;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.Operation;
import strongroom.logical.Redaction;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.NodeState;
import strongroom.node.NodeStatus;
import strongroom.node.Obstacle;

/** {@code sys/health}: one look tells a load balancer what the node is good for. */
final class HealthEndpoint {
  private final Node node;
  private final NodeFacts facts;

  HealthEndpoint(Node node, NodeFacts facts) {
    this.node = node;
    this.facts = facts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("health", "Tells the node's state by status code.")
            .field("standbyok", "boolean", "Whether a standby answers as an active node.")
            .field("perfstandbyok", "boolean", "Whether a performance standby does.")
            .field("activecode", "integer", "Status of an active node; 200.")
            .field("standbycode", "integer", "Status of a standby; 429.")
            .field("drsecondarycode", "integer", "Status of a disaster recovery secondary; 472.")
            .field("performancestandbycode", "integer", "Status of a performance standby; 473.")
            .field("haunhealthycode", "integer", "Status of a standby without a leader; 474.")
            .field("removedcode", "integer", "Status of a node removed from its cluster; 530.")
            .field("sealedcode", "integer", "Status of a sealed node; 503.")
            .field("uninitcode", "integer", "Status where there is no installation; 501.")
            .on(Operation.READ, this::read)
            .unauthenticated()
            .whenSealed()
            .build());
  }

  private Response read(Call call) {
    Codes codes = Codes.of(call.fields());
    NodeState state = node.state();
    int code =
        switch (state) {
          case NodeState.Uninitialized _ -> codes.uninitialized();
          case NodeState.Starting _,
              NodeState.Sealed _,
              NodeState.Unsealing _,
              NodeState.Damaged _ ->
              codes.sealed();
          case NodeState.Active _ -> codes.active();
          case NodeState.Standby following ->
              following.leaderAddress().isPresent() ? codes.standby() : codes.unhealthy();
        };
    boolean standby = state instanceof NodeState.Standby;
    return Response.of(code, Response.Shape.BARE, body(node.status(), standby, call));
  }

  private JsonObject body(NodeStatus status, boolean standby, Call call) {
    Redaction redaction = call.request().client().redaction();
    String replication = status.sealed() ? "unknown" : "disabled";
    JsonObject.Builder body =
        JsonObject.builder()
            .put("initialized", status.initialized())
            .put("sealed", status.sealed())
            // As Vault answers: a node that is not active calls itself a standby.
            .put("standby", status.sealed() || standby)
            .put("performance_standby", false)
            .put("replication_performance_mode", replication)
            .put("replication_dr_mode", replication)
            .put("server_time_utc", call.now().getEpochSecond())
            .put("version", redaction.version(facts.version()))
            .put("enterprise", false);
    Optional<NodeState.Cluster> cluster = status.cluster();
    if (cluster.isPresent()) {
      body.put("cluster_name", redaction.clusterName(cluster.get().name()))
          .put("cluster_id", cluster.get().id());
    }
    body.put("echo_duration_ms", 0)
        .put("clock_skew_ms", 0)
        .put("replication_primary_canary_age_ms", 0);
    Optional<Obstacle> obstacle = status.obstacle();
    obstacle.ifPresent(why -> body.put("sealed_reason", Answers.reason(why)));
    List<String> warnings = facts.warnings().get();
    if (!warnings.isEmpty()) {
      body.put("warnings", warnings);
    }
    return body.build();
  }

  /** The status for each state, as asked for. */
  private record Codes(int active, int standby, int unhealthy, int sealed, int uninitialized) {
    private static final int MIN = 100;
    private static final int MAX = 599;

    static Codes of(Fields fields) {
      int active = code(fields, "activecode", 200);
      int standby = code(fields, "standbycode", 429);
      // Checked although nothing here answers with them: a typing mistake should not pass.
      code(fields, "drsecondarycode", 472);
      code(fields, "performancestandbycode", 473);
      code(fields, "removedcode", 530);
      flag(fields, "perfstandbyok");
      return new Codes(
          active,
          flag(fields, "standbyok") ? active : standby,
          code(fields, "haunhealthycode", 474),
          code(fields, "sealedcode", 503),
          code(fields, "uninitcode", 501));
    }

    private static int code(Fields fields, String name, int otherwise) {
      return isEmpty(fields, name) ? otherwise : fields.integer(name, MIN, MAX).orElse(otherwise);
    }

    /** A flag without a value is set. */
    private static boolean flag(Fields fields, String name) {
      return isEmpty(fields, name) || fields.bool(name).orElse(false);
    }

    private static boolean isEmpty(Fields fields, String name) {
      return fields.value(name).filter(v -> v.equals(new JsonString(""))).isPresent();
    }
  }
}
