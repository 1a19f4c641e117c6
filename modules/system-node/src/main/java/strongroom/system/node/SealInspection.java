package strongroom.system.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.node.SealCopy;

/**
 * Every wrapped copy of the root key and the recovery key, and which keys of HSMs and key services
 * are still needed, as {@code sys/seal/inspect} answers. Asks no HSM, and shows no wrapped key.
 */
public final class SealInspection {
  private SealInspection() {}

  /** Tells of {@code copies}. */
  public static JsonObject of(List<SealCopy> copies) {
    return JsonObject.builder()
        .put("copies", array(copies.stream().map(SealInspection::copy).toList()))
        .put("keys", array(keys(copies)))
        .build();
  }

  private static JsonArray array(List<? extends JsonValue> items) {
    return new JsonArray(List.copyOf(items));
  }

  /** Tells of one copy. */
  public static JsonObject copy(SealCopy copy) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("key", copy.key())
            .put("number", copy.number())
            .put("state", copy.current() ? "current" : "kept")
            .put("seal_name", copy.sealName())
            .put("seal_type", copy.sealType());
    copy.configured().ifPresent(configured -> body.put("configured", configured));
    body.put("made_at", copy.madeAt()).put("sha256", copy.sha256());
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
