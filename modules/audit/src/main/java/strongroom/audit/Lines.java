package strongroom.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts what belongs around a record. */
final class Lines {
  private Lines() {}

  static byte[] prefixed(String prefix, byte[] record) {
    return prefix.isEmpty() ? record : joined(prefix.getBytes(StandardCharsets.UTF_8), record);
  }

  static byte[] ended(byte[] line) {
    byte[] ended = Arrays.copyOf(line, line.length + 1);
    ended[line.length] = '\n';
    return ended;
  }

  static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
