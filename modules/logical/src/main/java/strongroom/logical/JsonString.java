package strongroom.logical;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;

/** A JSON string. */
public record JsonString(String value) implements JsonValue {
  /** From this length on it pays to look whether anything must be escaped at all. */
  private static final int LONG = 32;

  @Override
  public void writeTo(JsonGenerator out) {
    if (value.length() >= LONG) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      if (PlainText.is(bytes)) {
        out.writeRawUTF8String(bytes, 0, bytes.length);
        return;
      }
    }
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
