package strongroom.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * Reads members of answers. What is missing, null or of another kind is the zero value: servers
 * leave out, by version, what the next one writes as null or 0.
 */
final class Shapes {
  private Shapes() {}

  static JsonObject object(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonObject object
        ? object
        : JsonObject.EMPTY;
  }

  static String text(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonString(String text) ? text : "";
  }

  static long number(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonNumber number
        ? number.toLong().orElse(0)
        : 0;
  }

  static boolean flag(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonBoolean(boolean on) && on;
  }

  static List<String> strings(JsonObject in, String name) {
    List<String> strings = new ArrayList<>();
    if (in.member(name).orElse(JsonNull.NULL) instanceof JsonArray array) {
      for (JsonValue item : array.items()) {
        if (item instanceof JsonString(String text)) {
          strings.add(text);
        }
      }
    }
    return strings;
  }

  static Map<String, String> stringMap(JsonObject in, String name) {
    Map<String, String> map = new LinkedHashMap<>();
    object(in, name)
        .members()
        .forEach(
            (key, value) -> {
              if (value instanceof JsonString(String text)) {
                map.put(key, text);
              }
            });
    return map;
  }

  /** Whether {@code value} is what a setting is that nobody has set. */
  static boolean isZero(JsonValue value) {
    return switch (value) {
      case JsonNull none -> true;
      case JsonBoolean(boolean on) -> !on;
      case JsonString(String text) -> text.isEmpty();
      case JsonNumber number -> number.toLong().orElse(1) == 0;
      case JsonArray array -> array.items().isEmpty();
      case JsonObject object -> object.members().values().stream().allMatch(Shapes::isZero);
    };
  }

  /** {@code object} without what nobody has set. */
  static JsonObject withoutZeros(JsonObject object) {
    JsonObject.Builder set = JsonObject.builder();
    object
        .members()
        .forEach(
            (name, value) -> {
              if (!isZero(value)) {
                set.put(name, value);
              }
            });
    return set.build();
  }
}
