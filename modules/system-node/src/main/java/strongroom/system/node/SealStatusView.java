package strongroom.system.node;

import java.util.List;
import strongroom.engine.Call;
import strongroom.logical.JsonObject;
import strongroom.logical.Redaction;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.NodeState;
import strongroom.node.NodeStatus;
import strongroom.seal.ShamirSeal;

/** Tells a node's status as {@code sys/seal-status} and {@code sys/unseal} do. */
record SealStatusView(Node node, NodeFacts facts) {
  Response now(Call call) {
    return of(node.status(), call);
  }

  Response of(NodeStatus status, Call call) {
    Redaction redaction = call.request().client().redaction();
    JsonObject.Builder body =
        JsonObject.builder()
            .put("type", status.type())
            .put("initialized", status.initialized())
            .put("sealed", status.sealed())
            .put("t", status.threshold())
            .put("n", status.shares())
            .put("progress", status.progress())
            .put("nonce", status.nonce())
            .put("version", redaction.version(facts.version()))
            .put("build_date", redaction.version(facts.buildDate()))
            .put("migration", status.migration());
    if (status.cluster().isPresent()) {
      NodeState.Cluster cluster = status.cluster().get();
      body.put("cluster_name", redaction.clusterName(cluster.name()))
          .put("cluster_id", cluster.id());
    }
    body.put("recovery_seal", status.recoverySeal()).put("storage_type", facts.storageType());
    if (status.recoverySeal()) {
      body.put("recovery_seal_type", ShamirSeal.TYPE);
    }
    body.put("removed_from_cluster", false);
    List<String> warnings = node.warnings();
    if (!warnings.isEmpty()) {
      body.put("warnings", warnings);
    }
    status.obstacle().ifPresent(why -> body.put("sealed_reason", Answers.reason(why)));
    return Answers.bare(body.build());
  }
}
