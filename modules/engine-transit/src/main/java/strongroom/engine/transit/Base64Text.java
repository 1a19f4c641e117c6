package strongroom.engine.transit;

import java.util.Base64;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;

/** Base64 in bodies. A text that is none is refused by the name of its member, never repeated. */
final class Base64Text {
  private Base64Text() {}

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The bytes of the member {@code name}; empty where it is absent or empty text. */
  static Optional<byte[]> optional(Fields fields, String name) {
    return fields.nonEmptyString(name).map(text -> decode(text, name));
  }

  /** The bytes of {@code text}. Line ends within are dropped, as {@code base64} makes them. */
  static byte[] decode(String text, String name) {
    String joined =
        text.indexOf('\n') < 0 && text.indexOf('\r') < 0
            ? text
            : text.replace("\n", "").replace("\r", "");
    try {
      return Base64.getDecoder().decode(joined);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid(name + " is not valid base64");
    }
  }
}
