package strongroom.logical;

import tools.jackson.core.JsonGenerator;

/** A JSON {@code null}. */
public enum JsonNull implements JsonValue {
  /** The only one there is. */
  NULL;

  @Override
  public void writeTo(JsonGenerator out) {
    out.writeNull();
  }

  @Override
  public String kind() {
    return "null";
  }

  @Override
  public String toString() {
    return "null";
  }
}
