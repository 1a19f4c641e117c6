package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * Which members of a record a device leaves out ({@code exclude}): JSON pointers (RFC 6901).
 *
 * @param pointers each split at its slashes
 */
record Exclusions(List<List<String>> pointers) {
  static final Exclusions NONE = new Exclusions(List.of());

  /** What nobody can do without: which request it was, when, and what became of it. */
  private static final List<String> KEPT =
      List.of("/time", "/type", "/request", "/request/id", "/error");

  /**
   * Reads {@code [{"fields": ["/request/data"]}]}.
   *
   * @throws AuditFault where it is something else
   */
  static Exclusions parse(String text) {
    JsonValue value;
    try {
      value = Json.parse(text.getBytes(UTF_8));
    } catch (Json.MalformedJson e) {
      throw new AuditFault("exclude is no JSON: " + e.getMessage());
    }
    if (!(value instanceof JsonArray(List<JsonValue> items))) {
      throw new AuditFault("exclude is a JSON array of objects with fields");
    }
    List<List<String>> pointers = new ArrayList<>();
    for (JsonValue item : items) {
      if (!(item instanceof JsonObject object)) {
        throw new AuditFault("exclude is a JSON array of objects with fields");
      }
      object.members().forEach((name, member) -> read(name, member, pointers));
      if (object.member("fields").isEmpty()) {
        throw new AuditFault("an object of exclude has no fields");
      }
    }
    return new Exclusions(List.copyOf(pointers));
  }

  private static void read(String name, JsonValue value, List<List<String>> pointers) {
    if (name.equals("condition") && Elision.text(value).isEmpty() && value instanceof JsonString) {
      return;
    }
    if (!name.equals("fields") || !(value instanceof JsonArray(List<JsonValue> fields))) {
      throw new AuditFault(
          "an object of exclude has fields, a list of JSON pointers; a condition is not supported:"
              + " what is excluded is so in every record");
    }
    fields.forEach(field -> pointers.add(pointer(Elision.text(field))));
  }

  private static List<String> pointer(String text) {
    if (!text.startsWith("/") || KEPT.contains(text)) {
      throw new AuditFault(
          "a field of exclude is a JSON pointer such as /request/data, and none of " + KEPT);
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.substring(1).split("/", -1)) {
      parts.add(part.replace("~1", "/").replace("~0", "~"));
    }
    return List.copyOf(parts);
  }

  /** {@code record} without what is excluded. */
  byte[] apply(byte[] record) {
    if (pointers.isEmpty()) {
      return record;
    }
    JsonObject left = ValueWriter.values(out -> out.writeRawValue(text(record)));
    for (List<String> pointer : pointers) {
      left = without(left, pointer, 0);
    }
    return Json.toBytes(left);
  }

  private static String text(byte[] record) {
    return new String(record, UTF_8);
  }

  private static JsonObject without(JsonObject object, List<String> pointer, int at) {
    String name = pointer.get(at);
    JsonValue value = object.members().get(name);
    if (value == null) {
      return object;
    }
    Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
    if (at == pointer.size() - 1) {
      members.remove(name);
    } else if (value instanceof JsonObject inner) {
      members.put(name, without(inner, pointer, at + 1));
    }
    return JsonObject.of(members);
  }
}
