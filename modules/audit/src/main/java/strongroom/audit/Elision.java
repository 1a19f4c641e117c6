package strongroom.audit;

import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** The data of a list with {@code keys} and {@code key_info} as their lengths. */
final class Elision {
  private Elision() {}

  static JsonObject of(JsonObject data) {
    JsonObject.Builder lengths = JsonObject.builder();
    for (Map.Entry<String, JsonValue> member : data.members().entrySet()) {
      JsonValue value = member.getValue();
      if (member.getKey().equals("keys") && value instanceof JsonArray(List<JsonValue> items)) {
        value = JsonNumber.of(items.size());
      } else if (member.getKey().equals("key_info") && value instanceof JsonObject object) {
        value = JsonNumber.of(object.members().size());
      }
      lengths.put(member.getKey(), value);
    }
    return lengths.build();
  }

  /** {@code value} as text; empty where it is none. */
  static String text(JsonValue value) {
    return value instanceof JsonString(String text) ? text : "";
  }
}
