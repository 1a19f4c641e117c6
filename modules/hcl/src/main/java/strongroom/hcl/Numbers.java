package strongroom.hcl;

/** Tells numbers from what only starts like one. */
final class Numbers {
  private static final int LENGTH_MAX = 100;

  private Numbers() {}

  /** The number {@code lexeme}, which is known to be well formed. */
  static HclNumber checked(Position at, String lexeme) throws HclSyntax {
    if (lexeme.length() > LENGTH_MAX) {
      throw new HclSyntax(at, "this number has more than " + LENGTH_MAX + " digits");
    }
    return new HclNumber(at, lexeme);
  }

  /** Reads a number of HCL, sign and all. */
  static HclNumber read(Cursor cursor) throws HclSyntax {
    Position start = cursor.place();
    int from = cursor.offset();
    if (cursor.peek() == '-') {
      cursor.next();
    }
    while (isPart(cursor, from)) {
      cursor.next();
    }
    String lexeme = cursor.since(from);
    if (!isNumber(lexeme)) {
      throw new HclSyntax(
          start,
          "this starts like a number and is none; anything else, such as a duration with its unit,"
              + " stands in quotes (\"90s\")");
    }
    return checked(start, lexeme);
  }

  private static boolean isPart(Cursor cursor, int from) {
    int c = cursor.peek();
    if (c == '+' || c == '-') {
      String before = cursor.since(from);
      boolean hex = before.contains("x") || before.contains("X");
      return !hex && (before.endsWith("e") || before.endsWith("E"));
    }
    return c == '.' || c == '_' || (c != Cursor.END && Character.isLetterOrDigit(c));
  }

  private static boolean isNumber(String lexeme) {
    int at = lexeme.startsWith("-") ? 1 : 0;
    if (lexeme.startsWith("0x", at) || lexeme.startsWith("0X", at)) {
      int digits = at + 2;
      return digits < lexeme.length()
          && lexeme.substring(digits).chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    }
    int whole = skipDigits(lexeme, at);
    int end = whole;
    if (end < lexeme.length() && lexeme.charAt(end) == '.') {
      end = skipDigits(lexeme, end + 1);
      if (end == whole + 1) {
        return false;
      }
    }
    if (whole == at && end == whole) {
      return false;
    }
    if (end < lexeme.length() && (lexeme.charAt(end) == 'e' || lexeme.charAt(end) == 'E')) {
      int sign = end + 1;
      boolean signed = lexeme.startsWith("+", sign) || lexeme.startsWith("-", sign);
      int exponent = signed ? sign + 1 : sign;
      end = skipDigits(lexeme, exponent);
      if (end == exponent) {
        return false;
      }
    }
    return end == lexeme.length();
  }

  private static int skipDigits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
