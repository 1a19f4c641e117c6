package strongroom.logical;

import tools.jackson.core.JsonGenerator;

/** A JSON string. */
public record JsonString(String value) implements JsonValue {
  @Override
  public void writeTo(JsonGenerator out) {
    out.writeString(value);
  }

  @Override
  public String kind() {
    return "string";
  }

  @Override
  public String toString() {
    return "string[" + value.length() + "]";
  }
}
