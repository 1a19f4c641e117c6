package strongroom.cli;

import java.nio.charset.StandardCharsets;

/** Percent-encoding of paths and parameters (RFC 3986 sections 2 and 3). */
final class UrlText {
  private static final String UNRESERVED = "-._~";
  private static final String IN_PATHS = "/$&+,:;=@!'()*";

  private UrlText() {}

  /** {@code text} as a path: slashes stay. */
  static String path(String text) {
    return encode(text, IN_PATHS);
  }

  /** {@code text} as the name or value of a parameter. */
  static String parameter(String text) {
    return encode(text, "");
  }

  private static String encode(String text, String also) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0
              || also.indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return out.toString();
  }
}
