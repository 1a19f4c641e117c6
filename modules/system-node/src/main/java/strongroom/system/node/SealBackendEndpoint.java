package strongroom.system.node;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.seal.SealHealth;

/**
 * {@code sys/seal-backend-status}: the seal's health as of its last calls, in the shape of Vault
 * Enterprise, with what identifies the HSM and its key beside it.
 */
final class SealBackendEndpoint {
  private final Node node;

  SealBackendEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("seal-backend-status", "Tells the health of what protects the root key.")
            .on(Operation.READ, this::read)
            .unauthenticated()
            .whenSealed()
            .build());
  }

  private Response read(Call call) {
    JsonObject.Builder backend =
        JsonObject.builder()
            .put("name", node.protection().name())
            .put("type", node.protection().type())
            .put("configured", true)
            .put("disabled", false);
    Optional<SealHealth> health = node.sealHealth();
    boolean healthy = health.map(SealHealth::healthy).orElse(true);
    backend.put("healthy", healthy);
    health.ifPresent(known -> describe(backend, known));
    JsonObject.Builder body = JsonObject.builder().put("healthy", healthy);
    if (!healthy) {
      health.ifPresent(known -> body.put("unhealthy_since", known.since()));
    }
    body.put("fully_wrapped", true).put("backends", new JsonArray(List.of(backend.build())));
    return Answers.bare(body.build());
  }

  private static void describe(JsonObject.Builder backend, SealHealth health) {
    if (health.healthy()) {
      backend.put("healthy_since", health.since());
    } else {
      backend.put("unhealthy_since", health.since()).put("reason", health.reason());
    }
    health.lastSuccess().ifPresent(time -> backend.put("last_success", time));
    health.latency().ifPresent(time -> backend.put("latency_us", time.toNanos() / 1000));
    health.details().forEach(backend::put);
  }
}
