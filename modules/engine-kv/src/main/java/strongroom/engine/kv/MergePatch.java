package strongroom.engine.kv;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** JSON merge patch (RFC 7396). */
final class MergePatch {
  private MergePatch() {}

  /** {@code target} with {@code patch} merged in. */
  static JsonValue apply(Optional<JsonValue> target, JsonValue patch) {
    if (!(patch instanceof JsonObject changes)) {
      return patch;
    }
    Map<String, JsonValue> members =
        target.isPresent() && target.get() instanceof JsonObject object
            ? new LinkedHashMap<>(object.members())
            : new LinkedHashMap<>();
    changes
        .members()
        .forEach(
            (name, value) -> {
              if (value instanceof JsonNull) {
                members.remove(name);
              } else {
                members.put(name, apply(Optional.ofNullable(members.get(name)), value));
              }
            });
    return JsonObject.of(members);
  }
}
