package strongroom.system.node;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.SealCopy;
import strongroom.node.SealPruning;

/**
 * {@code sys/seal/prune}, ours: drops kept copies, after which the keys of HSMs that opened them
 * may be destroyed.
 */
final class SealPruneEndpoint {
  private final Node node;

  SealPruneEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("seal/prune", "Drops copies of the root key that are kept and not needed.")
            .field("retire", "string", "A disabled seal, all of whose copies may go.")
            .field("dry_run", "boolean", "Whether only to tell; false.")
            .onWrite(this::prune)
            .sudo()
            .build());
  }

  private Response prune(Call call) {
    Fields fields = call.fields();
    boolean dryRun = fields.bool("dry_run").orElse(false);
    SealPruning.Result result =
        node.sealPruning().prune(fields.string("retire").orElse(""), dryRun);
    return Response.of(
        JsonObject.builder()
            .put("dry_run", dryRun)
            .put("dropped", copies(result.dropped()))
            .put("kept", copies(result.kept()))
            .put("unproven", JsonArray.ofStrings(result.unproven()))
            .build());
  }

  private static JsonArray copies(List<SealCopy> copies) {
    return new JsonArray(List.copyOf(copies.stream().map(SealInspection::copy).toList()));
  }
}
