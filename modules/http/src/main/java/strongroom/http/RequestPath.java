package strongroom.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request's path, decoded exactly once. What stands behind it (routing, policies, storage) sees
 * the decoded text only, so that no two of them can read it differently: an encoded slash is a
 * slash, and a path that could be read in two ways is refused.
 */
final class RequestPath {
  private RequestPath() {}

  /** The text of {@code raw}, or empty where it must not be used. */
  static Optional<String> decode(String raw) {
    Optional<String> decoded = raw.indexOf('%') < 0 ? Optional.of(raw) : percentDecoded(raw);
    return decoded.filter(RequestPath::plain);
  }

  /** No part is empty, {@code .} or {@code ..}, and no character is a control character. */
  private static boolean plain(String path) {
    int start = 0;
    for (int i = 0; i <= path.length(); i++) {
      boolean end = i == path.length();
      char c = end ? '/' : path.charAt(i);
      if (c < 0x20 || c == 0x7f) {
        return false;
      }
      if (c == '/') {
        int length = i - start;
        boolean dots =
            (length == 1 && path.charAt(start) == '.')
                || (length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.');
        if (dots || (length == 0 && !end)) {
          return false;
        }
        start = i + 1;
      }
    }
    return true;
  }

  /** The text behind percent escapes, where they are UTF-8. */
  static Optional<String> percentDecoded(String raw) {
    byte[] source = raw.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[source.length];
    int length = 0;
    for (int i = 0; i < source.length; i++) {
      if (source[i] != '%') {
        bytes[length++] = source[i];
        continue;
      }
      if (i + 2 >= source.length) {
        return Optional.empty();
      }
      int high = Character.digit(source[i + 1], 16);
      int low = Character.digit(source[i + 2], 16);
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      bytes[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, 0, length))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
