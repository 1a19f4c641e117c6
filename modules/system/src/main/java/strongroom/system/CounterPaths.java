package strongroom.system;

import java.util.List;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** {@code sys/internal/counters}: how much there is of what. */
final class CounterPaths {
  private final SystemEngine.Parts parts;

  CounterPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("internal/counters/tokens", "How many service tokens there are.")
            .on(Operation.READ, call -> total("service_tokens", parts.tokens().accessors().size()))
            .blocking()
            .build(),
        Endpoint.at("internal/counters/entities", "How many entities there are.")
            .on(Operation.READ, call -> total("entities", parts.entities().getAsInt()))
            .blocking()
            .build(),
        Endpoint.at("internal/counters/requests", "Vault has this no more.")
            .on(
                Operation.READ,
                call -> {
                  throw Refusal.notFound("functionality on this path has been removed");
                })
            .build(),
        Endpoint.at("internal/counters/config", "Whether clients are counted: they are not.")
            .on(Operation.READ, call -> config())
            .sudo()
            .build());
  }

  private static Response total(String what, int count) {
    JsonObject total =
        JsonObject.builder().put(what, JsonObject.builder().put("total", count).build()).build();
    return Response.of(JsonObject.builder().put("counters", total).build());
  }

  private static Response config() {
    return Response.of(
        JsonObject.builder()
            .put("default_report_months", 12)
            .put("enabled", "default-disabled")
            .put("queries_available", false)
            .put("retention_months", 0)
            .build());
  }
}
