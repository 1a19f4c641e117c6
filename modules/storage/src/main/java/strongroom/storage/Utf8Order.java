package strongroom.storage;

import java.util.Comparator;

/**
 * The order of keys: that of their UTF-8 bytes, which is the order of their code points. Java's own
 * order of strings differs for characters beyond U+FFFF.
 */
final class Utf8Order {
  static final Comparator<String> ORDER = Utf8Order::compare;

  private Utf8Order() {}

  private static int compare(String left, String right) {
    int shorter = Math.min(left.length(), right.length());
    for (int i = 0; i < shorter; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean aHigh = Character.isSurrogate(a);
        boolean bHigh = Character.isSurrogate(b);
        return aHigh == bHigh ? Character.compare(a, b) : aHigh ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
