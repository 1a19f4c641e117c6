package strongroom.system.node;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.SealView;
import strongroom.seal.SealHealth;

/**
 * {@code sys/seal-backend-status}: each seal's health as of its last calls, in the shape of Vault
 * Enterprise, with what identifies the HSM and its key beside it, and whether it has wrapped what
 * it should; and of the HSM's randomness, where the configuration asks for it.
 */
final class SealBackendEndpoint {
  private final Node node;
  private final Supplier<Optional<EntropyState>> entropy;

  SealBackendEndpoint(Node node, Supplier<Optional<EntropyState>> entropy) {
    this.node = node;
    this.entropy = entropy;
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
    List<SealView> seals = node.seals();
    List<SealHealth> ill =
        seals.stream()
            .filter(seal -> !seal.disabled())
            .flatMap(seal -> seal.health().stream())
            .filter(health -> !health.healthy())
            .toList();
    JsonObject.Builder body = JsonObject.builder().put("healthy", ill.isEmpty());
    ill.stream()
        .map(SealHealth::since)
        .min(Comparator.naturalOrder())
        .ifPresent(since -> body.put("unhealthy_since", since));
    body.put("fully_wrapped", seals.stream().allMatch(SealView::wrapped));
    body.put("backends", new JsonArray(seals.stream().map(SealBackendEndpoint::backend).toList()));
    entropy.get().ifPresent(state -> body.put("entropy", describe(state)));
    return Answers.bare(body.build());
  }

  private static JsonObject describe(EntropyState state) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("mode", "augmentation")
            .put("mixed_in", state.mixedIn().word())
            .put("failures", state.failures());
    state.lastSuccess().ifPresent(time -> body.put("last_success", time));
    if (!state.reason().isEmpty()) {
      body.put("reason", state.reason());
    }
    return body.build();
  }

  private static JsonValue backend(SealView seal) {
    JsonObject.Builder backend =
        JsonObject.builder()
            .put("name", seal.name())
            .put("type", seal.type())
            .put("configured", true)
            .put("disabled", seal.disabled())
            .put("wrapped", seal.wrapped())
            .put("healthy", seal.health().map(SealHealth::healthy).orElse(true));
    seal.health().ifPresent(known -> describe(backend, known));
    return backend.build();
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
