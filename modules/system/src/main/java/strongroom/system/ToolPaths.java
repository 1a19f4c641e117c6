package strongroom.system;

import java.util.ArrayList;
import java.util.List;
import strongroom.engine.Endpoint;
import strongroom.engine.ToolEndpoints;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Response;

/** {@code sys/tools}, and what clients ask to learn what a server has. */
final class ToolPaths {
  private final SystemEngine.Parts parts;

  ToolPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(new ToolEndpoints(parts.random()).below("tools/"));
    all.add(
        Endpoint.at("version-history", "Which versions this installation has run.")
            .on(Operation.LIST, call -> versions())
            .build());
    return all;
  }

  private Response versions() {
    return Response.of(
        JsonObject.builder()
            .put("keys", List.of(parts.version()))
            .put(
                "key_info",
                JsonObject.builder()
                    .put(
                        parts.version(),
                        JsonObject.builder()
                            .put("build_date", "")
                            .putNull("previous_version")
                            .put("timestamp_installed", "")
                            .build())
                    .build())
            .build());
  }
}
