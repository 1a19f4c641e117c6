package strongroom.system;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** {@code sys/remount}: moving a mount, and how it went. */
final class RemountPaths {
  private final SystemEngine.Parts parts;

  RemountPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("remount", "Move a mount to another path.")
            .field("from", "string", "Where it is.")
            .field("to", "string", "Where it goes.")
            .onWrite(this::move)
            .sudo()
            .build(),
        Endpoint.at("remount/status/{migration_id}", "How a move went.")
            .on(Operation.READ, this::status)
            .build());
  }

  private Response move(Call call) {
    Fields fields = call.fields();
    String id =
        parts
            .mounts()
            .move(slashed(fields.requiredString("from")), slashed(fields.requiredString("to")));
    return Response.of(JsonObject.builder().put("migration_id", id).build());
  }

  private static String slashed(String path) {
    String bare = path.startsWith("/") ? path.substring(1) : path;
    return bare.endsWith("/") ? bare : bare + "/";
  }

  private Response status(Call call) {
    String id = call.parameter("migration_id");
    List<String> move =
        parts
            .mounts()
            .moveStatus(id)
            .orElseThrow(() -> Refusal.notFound("no move with this id is known"));
    return Response.of(
        JsonObject.builder()
            .put("migration_id", id)
            .put(
                "migration_info",
                JsonObject.builder()
                    .put("source_mount", move.get(0))
                    .put("target_mount", move.get(1))
                    .put("status", "success")
                    .build())
            .build());
  }
}
