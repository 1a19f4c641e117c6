package strongroom.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBody;
import strongroom.logical.JsonLimits;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the data of requests and responses: every string goes through {@code hash}, at any depth,
 * but for those below the {@code plain} keys. Names, numbers and booleans stand as they are.
 */
record ValueWriter(UnaryOperator<String> hash, List<String> plain) {
  private static final JsonLimits LIMITS =
      new JsonLimits(
          Json.DEPTH_CEILING,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  /** Writes {@code value}, which belongs to the key {@code name}. */
  void write(String name, JsonValue value, JsonGenerator out) {
    switch (value) {
      case JsonObject object -> {
        out.writeStartObject();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
          out.writeName(member.getKey());
          write(member.getKey(), member.getValue(), out);
        }
        out.writeEndObject();
      }
      case JsonArray(List<JsonValue> items) -> {
        out.writeStartArray();
        for (JsonValue item : items) {
          write(name, item, out);
        }
        out.writeEndArray();
      }
      case JsonString(String text) ->
          out.writeString(plain.contains(name) ? text : hash.apply(text));
      default -> value.writeTo(out);
    }
  }

  /**
   * The values of an answer's data. What is no JSON object, or cannot be read back, becomes one
   * text, so that nothing of it can stand in clear.
   */
  static JsonObject values(JsonBody body) {
    if (body instanceof JsonObject object) {
      return object;
    }
    byte[] bytes = Json.toBytes(body);
    try {
      return Json.parseObject(bytes, LIMITS);
    } catch (Json.MalformedJson e) {
      return JsonObject.builder()
          .put("http_raw_body", new String(bytes, StandardCharsets.UTF_8))
          .build();
    }
  }
}
