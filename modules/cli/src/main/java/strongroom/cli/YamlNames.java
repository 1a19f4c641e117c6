package strongroom.cli;

/**
 * The order of an object's names in YAML, as go-yaml 2 has it: numbers in a name by their value,
 * other signs before letters, letters by code point.
 */
final class YamlNames {
  private YamlNames() {}

  /** Below 0 where {@code a} stands before {@code b}, above 0 where after it. */
  static int compare(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    int shorter = Math.min(left.length, right.length);
    int i = 0;
    while (i < shorter && left[i] == right[i]) {
      i++;
    }
    if (i == shorter) {
      return Integer.compare(left.length, right.length);
    }
    boolean letter = Character.isLetter(left[i]);
    if (letter != Character.isLetter(right[i])) {
      return letter ? 1 : -1;
    }
    return letter ? Integer.compare(left[i], right[i]) : compareSigns(left, right, i);
  }

  private static int compareSigns(int[] left, int[] right, int at) {
    // Zeros inside a number count; those that lead it do not.
    boolean inside = (left[at] == '0' || right[at] == '0') && insideNumber(left, at);
    Digits a = Digits.at(left, at, inside);
    Digits b = Digits.at(right, at, inside);
    if (a.value != b.value) {
      return Long.compare(a.value, b.value);
    }
    return a.count != b.count
        ? Integer.compare(a.count, b.count)
        : Integer.compare(left[at], right[at]);
  }

  private static boolean insideNumber(int[] text, int at) {
    for (int i = at - 1; i >= 0 && Character.isDigit(text[i]); i--) {
      if (text[i] != '0') {
        return true;
      }
    }
    return false;
  }

  /** The digits from a place on, and what they are worth; the value wraps where it is too long. */
  private record Digits(long value, int count) {
    static Digits at(int[] text, int from, boolean inside) {
      long value = inside ? 1 : 0;
      int end = from;
      while (end < text.length && Character.isDigit(text[end])) {
        value = value * 10 + (text[end] - '0');
        end++;
      }
      return new Digits(value, end - from);
    }
  }
}
