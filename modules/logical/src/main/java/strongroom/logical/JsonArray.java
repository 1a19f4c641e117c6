package strongroom.logical;

import java.util.Collection;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** A JSON array. */
public record JsonArray(List<JsonValue> items) implements JsonValue {
  /** Keeps a copy of {@code items}. */
  public JsonArray {
    items = List.copyOf(items);
  }

  /** An array of strings. */
  public static JsonArray ofStrings(Collection<String> strings) {
    return new JsonArray(strings.stream().<JsonValue>map(JsonString::new).toList());
  }

  @Override
  public void writeTo(JsonGenerator out) {
    out.writeStartArray();
    for (JsonValue item : items) {
      item.writeTo(out);
    }
    out.writeEndArray();
  }

  @Override
  public String kind() {
    return "array";
  }

  @Override
  public String toString() {
    return "array[" + items.size() + "]";
  }
}
