package strongroom.hcl;

import strongroom.hcl.HclValue.Position;

/** Cuts a text into tokens, one at a time, and knows the place of each. */
final class Lexer {
  enum Kind {
    IDENTIFIER,
    STRING,
    NUMBER,
    OPEN_BRACE,
    CLOSE_BRACE,
    OPEN_BRACKET,
    CLOSE_BRACKET,
    EQUALS,
    COLON,
    COMMA,
    END
  }

  /**
   * A token.
   *
   * @param text of identifiers, strings (escapes resolved) and numbers; otherwise as written
   */
  record Token(Kind kind, String text, Position position) {
    String shown() {
      return switch (kind) {
        case IDENTIFIER -> "the word " + (text.length() > 40 ? "of " + text.length() + " letters" : text);
        case STRING -> "a string";
        case NUMBER -> "a number";
        case END -> "the end of the text";
        case OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, EQUALS, COLON, COMMA ->
            "\"" + text + "\"";
      };
    }
  }

  private final String source;
  private final String text;
  private int at;
  private int line = 1;
  private int lineStart;

  Lexer(String source, String text) {
    this.source = source;
    this.text = text;
    if (text.startsWith("\uFEFF")) {
      at = 1;
      lineStart = 1;
    }
  }

  Token next() throws HclSyntaxException {
    skipBlanksAndComments();
    Position start = position();
    if (at >= text.length()) {
      return new Token(Kind.END, "", start);
    }
    char c = text.charAt(at);
    return switch (c) {
      case '{' -> punctuation(Kind.OPEN_BRACE, start);
      case '}' -> punctuation(Kind.CLOSE_BRACE, start);
      case '[' -> punctuation(Kind.OPEN_BRACKET, start);
      case ']' -> punctuation(Kind.CLOSE_BRACKET, start);
      case '=' -> punctuation(Kind.EQUALS, start);
      case ':' -> punctuation(Kind.COLON, start);
      case ',' -> punctuation(Kind.COMMA, start);
      case '"' -> string(start);
      case '<' -> heredoc(start);
      default -> word(c, start);
    };
  }

  private Token punctuation(Kind kind, Position start) {
    return new Token(kind, text.substring(at, ++at), start);
  }

  private Token word(char c, Position start) throws HclSyntaxException {
    int from = at;
    if (Character.isDigit(c) || ((c == '-' || c == '+') && digitFollows())) {
      at++;
      while (at < text.length() && isNumberPart(text.charAt(at))) {
        at++;
      }
      String number = text.substring(from, at);
      if (!isNumber(number)) {
        throw error(start, "this is no number; numbers are written 42, 0x2A, 1.5 or 1e3");
      }
      return new Token(Kind.NUMBER, number, start);
    }
    if (!Character.isLetter(c) && c != '_') {
      throw error(start, "a character that is not allowed here");
    }
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    return new Token(Kind.IDENTIFIER, text.substring(from, at), start);
  }

  private boolean digitFollows() {
    return at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
  }

  private static boolean isNumberPart(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'f')
        || (c >= 'A' && c <= 'F')
        || c == 'x'
        || c == 'X'
        || c == '.'
        || c == '+'
        || c == '-'
        || c == '_';
  }

  private static boolean isNumber(String number) {
    try {
      String unsigned =
          number.startsWith("-") || number.startsWith("+") ? number.substring(1) : number;
      if (unsigned.startsWith("0x") || unsigned.startsWith("0X")) {
        Long.parseUnsignedLong(unsigned.substring(2), 16);
      } else {
        Double.parseDouble(unsigned);
        char last = unsigned.charAt(unsigned.length() - 1);
        return last != 'd' && last != 'f' && last != 'D' && last != 'F';
      }
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
  }

  private Token string(Position start) throws HclSyntaxException {
    StringBuilder value = new StringBuilder();
    at++;
    int braces = 0;
    while (true) {
      if (at >= text.length()) {
        throw error(start, "this string has no closing quote");
      }
      char c = text.charAt(at++);
      if (braces == 0 && c == '"') {
        return new Token(Kind.STRING, value.toString(), start);
      }
      if (c == '\n') {
        if (braces == 0) {
          throw error(start, "this string has no closing quote on its line; longer text is a heredoc");
        }
        newLine();
      }
      if (c == '$' && at < text.length() && text.charAt(at) == '{') {
        braces++;
      } else if (braces > 0 && c == '}') {
        braces--;
      }
      if (c == '\\' && braces == 0) {
        escape(value, start);
      } else {
        value.append(c);
      }
    }
  }

  private void escape(StringBuilder value, Position start) throws HclSyntaxException {
    if (at >= text.length()) {
      throw error(start, "this string has no closing quote");
    }
    char c = text.charAt(at++);
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case '"', '\\', '/' -> value.append(c);
      case 'u' -> value.appendCodePoint(hex(4, start));
      case 'U' -> {
        int point = hex(8, start);
        if (!Character.isValidCodePoint(point)) {
          throw error(start, "this string names a character that does not exist");
        }
        value.appendCodePoint(point);
      }
      default ->
          throw error(
              start, "this string has an escape that is not known; known are \\\" \\\\ \\n \\t \\r \\u");
    }
  }

  private int hex(int digits, Position start) throws HclSyntaxException {
    if (at + digits > text.length()) {
      throw error(start, "this string has no closing quote");
    }
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.charAt(at++), 16);
      if (digit < 0) {
        throw error(start, "an escape \\u takes " + digits + " hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private Token heredoc(Position start) throws HclSyntaxException {
    if (!text.startsWith("<<", at)) {
      throw error(start, "a character that is not allowed here");
    }
    at += 2;
    boolean indented = at < text.length() && text.charAt(at) == '-';
    if (indented) {
      at++;
    }
    int end = text.indexOf('\n', at);
    String anchor = end < 0 ? "" : text.substring(at, end).strip();
    if (anchor.isEmpty()) {
      throw error(start, "a heredoc starts with << and a word, such as <<EOF, and a new line");
    }
    at = end + 1;
    newLine();
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      int lineEnd = text.indexOf('\n', at);
      int stop = lineEnd < 0 ? text.length() : lineEnd;
      String content = text.substring(at, stop);
      if (content.strip().equals(anchor)) {
        at = stop;
        return new Token(Kind.STRING, value.toString(), start);
      }
      value.append(indented ? content.stripLeading() : content).append('\n');
      at = Math.min(text.length(), stop + 1);
      newLine();
    }
    throw error(start, "this heredoc has no closing line");
  }

  private void skipBlanksAndComments() throws HclSyntaxException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        at++;
        newLine();
      } else if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (c == '#' || text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        skipBlockComment();
      } else {
        return;
      }
    }
  }

  private void skipBlockComment() throws HclSyntaxException {
    Position start = position();
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      throw error(start, "this comment has no closing */");
    }
    for (; at < end; at++) {
      if (text.charAt(at) == '\n') {
        line++;
        lineStart = at + 1;
      }
    }
    at = end + 2;
  }

  private void newLine() {
    line++;
    lineStart = at;
  }

  private Position position() {
    return new Position(source, line, at - lineStart + 1);
  }

  static HclSyntaxException error(Position position, String message) {
    return new HclSyntaxException(position, message);
  }
}
