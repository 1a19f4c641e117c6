package strongroom.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request's path, decoded exactly once. What stands behind it (routing, policies, storage) sees
 * the decoded text only, so that no two of them can read it differently: an encoded slash is a
 * slash, a double encoding stays encoded once, and what could be taken for another path is refused.
 */
final class RequestPath {
  /** What stands for bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private RequestPath() {}

  /** The text of {@code raw}, or empty where it must not be used. */
  static Optional<String> decode(String raw) {
    Optional<String> decoded = raw.indexOf('%') < 0 ? Optional.of(raw) : percentDecoded(raw);
    return decoded.filter(RequestPath::plain);
  }

  /**
   * Every part has a name, but for the one behind a trailing slash; none is {@code .} or {@code
   * ..}, not even between backslashes; and every character can be seen.
   */
  private static boolean plain(String path) {
    int start = 0;
    int slashed = 0;
    for (int i = 0; i <= path.length(); i++) {
      boolean end = i == path.length();
      char c = end ? '/' : path.charAt(i);
      if (!end && !visible(path, i, c)) {
        return false;
      }
      if (c == '/' || c == '\\') {
        if (dots(path, start, i)) {
          return false;
        }
        start = i + 1;
      }
      if (c == '/') {
        if (i == slashed && !end) {
          return false;
        }
        slashed = i + 1;
      }
    }
    return true;
  }

  private static boolean dots(String path, int start, int end) {
    int length = end - start;
    return (length == 1 && path.charAt(start) == '.')
        || (length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.');
  }

  /** Whether people can see a character, and it does not change how others look. */
  private static boolean visible(String path, int at, char c) {
    if (c < 0x7f) {
      return c >= ' ';
    }
    if (c == REPLACEMENT) {
      return false;
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(path.charAt(at - 1));
    }
    return switch (Character.getType(path.codePointAt(at))) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
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
      int high = hexDigit(source[i + 1]);
      int low = hexDigit(source[i + 2]);
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

  private static int hexDigit(byte b) {
    return b < 0 ? -1 : Character.digit((char) b, 16);
  }
}
