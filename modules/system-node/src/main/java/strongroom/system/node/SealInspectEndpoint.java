package strongroom.system.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.SealCopy;

/**
 * {@code sys/seal/inspect}, ours: every wrapped copy of the root key and the recovery key, and
 * which keys of HSMs and key services are still needed. Asks no HSM, and shows no wrapped key.
 */
final class SealInspectEndpoint {
  private final Node node;

  SealInspectEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("seal/inspect", "Shows what wrapped the root key, and which keys are needed.")
            .on(Operation.READ, this::read)
            .sudo()
            .build());
  }

  private Response read(Call call) {
    List<SealCopy> copies = node.sealCopies();
    return Response.of(
        JsonObject.builder()
            .put("copies", array(copies.stream().map(SealInspectEndpoint::copy).toList()))
            .put("keys", array(keys(copies)))
            .build());
  }

  private static JsonArray array(List<? extends JsonValue> items) {
    return new JsonArray(List.copyOf(items));
  }

  static JsonObject copy(SealCopy copy) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("key", copy.key())
            .put("number", copy.number())
            .put("state", copy.current() ? "current" : "kept")
            .put("seal_name", copy.sealName())
            .put("seal_type", copy.sealType())
            .put("configured", copy.configured())
            .put("made_at", copy.madeAt())
            .put("sha256", copy.sha256());
    copy.details().forEach(body::put);
    return body.build();
  }

  /** What opens copies: the same key of the same HSM, however many copies it opens. */
  private record OpeningKey(String sealName, String sealType, Map<String, String> details) {}

  private static List<JsonObject> keys(List<SealCopy> copies) {
    Map<OpeningKey, List<SealCopy>> byKey = new LinkedHashMap<>();
    for (SealCopy copy : copies) {
      Map<String, String> details = new LinkedHashMap<>(copy.details());
      details.remove("mechanism");
      OpeningKey key = new OpeningKey(copy.sealName(), copy.sealType(), Map.copyOf(details));
      byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(copy);
    }
    return byKey.entrySet().stream().map(e -> key(e.getKey(), e.getValue())).toList();
  }

  private static JsonObject key(OpeningKey key, List<SealCopy> copies) {
    boolean current = copies.stream().anyMatch(SealCopy::current);
    JsonObject.Builder body =
        JsonObject.builder()
            .put("seal_name", key.sealName())
            .put("seal_type", key.sealType())
            .put("needed", current ? "by current copies" : "by kept copies only")
            .put("copies", copies.size());
    key.details().forEach(body::put);
    return body.build();
  }
}
