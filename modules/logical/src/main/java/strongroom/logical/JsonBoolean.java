package strongroom.logical;

import tools.jackson.core.JsonGenerator;

/** A JSON {@code true} or {@code false}. */
public record JsonBoolean(boolean value) implements JsonValue {
  @Override
  public void writeTo(JsonGenerator out) {
    out.writeBoolean(value);
  }

  @Override
  public String kind() {
    return "boolean";
  }

  @Override
  public String toString() {
    return "boolean";
  }
}
