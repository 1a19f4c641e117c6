package strongroom.hcl;

/** A place that moves through a text, and what both grammars read alike. */
final class Cursor {
  static final int END = -1;

  private final String file;
  private final String text;
  private int at;
  private int line = 1;
  private int lineStart;
  private int valuesLeft = Hcl.VALUES_MAX;
  private int depth;

  Cursor(String file, String text) {
    this.file = file;
    this.text = text;
  }

  int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  int peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : END;
  }

  /** Moves past one character, which must be there, and returns it. */
  char next() {
    char c = text.charAt(at++);
    if (c == '\n') {
      line++;
      lineStart = at;
    }
    return c;
  }

  boolean startsWith(String word) {
    return text.startsWith(word, at);
  }

  int offset() {
    return at;
  }

  String since(int start) {
    return text.substring(start, at);
  }

  Position place() {
    return new Position(file, line, at - lineStart + 1);
  }

  void skipByteOrderMark() {
    if (peek() == '\uFEFF') {
      next();
    }
  }

  void skipWhite() {
    for (int c = peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek()) {
      next();
    }
  }

  /** Counts a key or value. */
  void count() throws HclSyntax {
    if (--valuesLeft < 0) {
      throw error("the text holds more than " + Hcl.VALUES_MAX + " keys and values");
    }
  }

  /** Counts an object or list that opens. */
  void enter() throws HclSyntax {
    if (++depth > Hcl.DEPTH_MAX) {
      throw error("objects and lists nest deeper than " + Hcl.DEPTH_MAX + " levels here");
    }
  }

  /** Counts an object or list that has been closed. */
  void leave() {
    depth--;
  }

  HclSyntax error(String problem) {
    return new HclSyntax(place(), problem);
  }

  HclSyntax unexpected(String allowed) {
    return error("found " + found() + " where " + allowed + " is expected");
  }

  /** What is here, without telling more of it than one mark of punctuation. */
  private String found() {
    int c = peek();
    if (c == END) {
      return "the end of the text";
    }
    if (c == '"') {
      return "a string";
    }
    if (c >= '0' && c <= '9') {
      return "a number";
    }
    if (Character.isLetter(c) || c == '_') {
      return "a bare word";
    }
    if (c == '\n' || c == '\r') {
      return "the end of the line";
    }
    if (c > ' ' && c < 0x7f) {
      return "'" + (char) c + "'";
    }
    return String.format("the character U+%04X", c);
  }

  /** Reads {@code digits} hexadecimal digits. */
  int hex(int digits) throws HclSyntax {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() == END || peek() > 'f' ? -1 : Character.digit((char) peek(), 16);
      if (digit < 0) {
        throw unexpected("one of " + digits + " hexadecimal digits of an escape");
      }
      value = value << 4 | digit;
      next();
    }
    return value;
  }

  /** The string in {@code chars}, where its surrogates pair up. */
  HclString string(Position start, StringBuilder chars) throws HclSyntax {
    for (int i = 0; i < chars.length(); i++) {
      if (Character.isSurrogate(chars.charAt(i))) {
        boolean pair =
            i + 1 < chars.length()
                && Character.isSurrogatePair(chars.charAt(i), chars.charAt(i + 1));
        if (!pair) {
          throw new HclSyntax(start, "this string holds half of a surrogate pair");
        }
        i++;
      }
    }
    return new HclString(start, chars.toString());
  }
}
