package strongroom.cli;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** JSON for people: two spaces a level. */
final class JsonText {
  private JsonText() {}

  /** {@code value}, indented, without a line break at the end. */
  static String indented(JsonValue value) {
    StringBuilder out = new StringBuilder();
    append(out, value, "\n");
    return out.toString();
  }

  /** {@code value} with the members of all objects in the order of their names. */
  static JsonValue sorted(JsonValue value) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, JsonValue> members = new TreeMap<>();
        object.members().forEach((name, member) -> members.put(name, sorted(member)));
        yield JsonObject.of(members);
      }
      case JsonArray array -> new JsonArray(array.items().stream().map(JsonText::sorted).toList());
      case JsonValue plain -> plain;
    };
  }

  private static void append(StringBuilder out, JsonValue value, String lineBreak) {
    String inner = lineBreak + "  ";
    switch (value) {
      case JsonObject object when !object.isEmpty() -> {
        String before = "{";
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
          out.append(before).append(inner);
          append(out, new JsonString(member.getKey()), inner);
          out.append(": ");
          append(out, member.getValue(), inner);
          before = ",";
        }
        out.append(lineBreak).append('}');
      }
      case JsonArray array when !array.items().isEmpty() -> {
        out.append('[');
        for (Iterator<JsonValue> items = array.items().iterator(); items.hasNext(); ) {
          out.append(inner);
          append(out, items.next(), inner);
          out.append(items.hasNext() ? "," : "");
        }
        out.append(lineBreak).append(']');
      }
      case JsonValue plain -> out.append(new String(Json.toBytes(plain), StandardCharsets.UTF_8));
    }
  }
}
