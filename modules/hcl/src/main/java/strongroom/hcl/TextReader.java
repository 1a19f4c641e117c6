package strongroom.hcl;

import java.util.ArrayList;
import java.util.List;

/** Reads the strings of HCL: quoted ones and heredocs. */
final class TextReader {
  private final Cursor cursor;

  TextReader(Cursor cursor) {
    this.cursor = cursor;
  }

  HclString readQuoted() throws HclSyntax {
    Position start = cursor.place();
    cursor.next();
    StringBuilder chars = new StringBuilder();
    for (int c = cursor.peek(); c != '"'; c = cursor.peek()) {
      if (c == Cursor.END || c == '\n') {
        throw new HclSyntax(start, "the string that starts here is not closed on its line");
      }
      if (c == '$' && cursor.peek(1) == '{') {
        copyInterpolation(chars);
      } else if (c == '\\') {
        cursor.next();
        escape(chars);
      } else {
        chars.append(cursor.next());
      }
    }
    cursor.next();
    return cursor.string(start, chars);
  }

  /** Copies <code>${…}</code> as it stands: braces pair up in it, and quotes mean nothing. */
  private void copyInterpolation(StringBuilder chars) throws HclSyntax {
    Position start = cursor.place();
    int open = 0;
    do {
      if (cursor.peek() == Cursor.END) {
        throw new HclSyntax(start, "the \"${\" here is not closed by a '}'");
      }
      char c = cursor.next();
      if (c == '{') {
        open++;
      } else if (c == '}') {
        open--;
      }
      chars.append(c);
    } while (open > 0 || chars.charAt(chars.length() - 1) == '$');
  }

  private void escape(StringBuilder chars) throws HclSyntax {
    int c = cursor.peek();
    switch (c) {
      case '"', '\\', '\'' -> chars.append(cursor.next());
      case 'n' -> simple(chars, '\n');
      case 't' -> simple(chars, '\t');
      case 'r' -> simple(chars, '\r');
      case 'a' -> simple(chars, '\u0007');
      case 'b' -> simple(chars, '\b');
      case 'f' -> simple(chars, '\f');
      case 'v' -> simple(chars, '\u000b');
      case 'x' -> numbered(chars, 2);
      case 'u' -> numbered(chars, 4);
      case 'U' -> numbered(chars, 8);
      case '0', '1', '2', '3' -> octal(chars);
      default ->
          throw cursor.unexpected(
              "one of \" \\ n t r a b f v x u U or three octal digits behind a backslash (a"
                  + " backslash itself is written twice)");
    }
  }

  private void simple(StringBuilder chars, char meaning) {
    cursor.next();
    chars.append(meaning);
  }

  private void numbered(StringBuilder chars, int digits) throws HclSyntax {
    cursor.next();
    int codePoint = cursor.hex(digits);
    if (!Character.isValidCodePoint(codePoint)) {
      throw cursor.error("the escape before this place is beyond the last Unicode character");
    }
    chars.appendCodePoint(codePoint);
  }

  private void octal(StringBuilder chars) throws HclSyntax {
    int value = 0;
    for (int i = 0; i < 3; i++) {
      if (cursor.peek() < '0' || cursor.peek() > '7') {
        throw cursor.unexpected("one of three octal digits of an escape");
      }
      value = value * 8 + cursor.next() - '0';
    }
    chars.append((char) value);
  }

  /**
   * Reads {@code <<MARK}, lines, and a line with the mark alone. With {@code <<-} the mark may be
   * indented, and its indentation is taken from all lines, where all lines have it.
   */
  HclString readHeredoc() throws HclSyntax {
    Position start = cursor.place();
    cursor.next();
    cursor.next();
    boolean indented = cursor.peek() == '-';
    if (indented) {
      cursor.next();
    }
    String mark = readMark(start);
    List<String> lines = new ArrayList<>();
    while (true) {
      if (cursor.peek() == Cursor.END) {
        throw new HclSyntax(
            start, "the heredoc that starts here is not closed by its mark on a line of its own");
      }
      String line = readLine();
      if (mark.equals(indented ? line.strip() : line.stripTrailing())) {
        String indentation = indented ? line.substring(0, line.indexOf(mark)) : "";
        return cursor.string(start, join(lines, indentation));
      }
      if (cursor.peek() != Cursor.END) {
        cursor.next();
      }
      lines.add(line);
    }
  }

  private String readMark(Position start) throws HclSyntax {
    int from = cursor.offset();
    while (cursor.peek() == '_' || Character.isLetterOrDigit(cursor.peek())) {
      cursor.next();
    }
    String mark = cursor.since(from);
    if (cursor.peek() == '\r') {
      cursor.next();
    }
    if (mark.isEmpty() || cursor.peek() != '\n') {
      throw new HclSyntax(
          start, "a heredoc starts with \"<<\", a mark of letters and digits, and a new line");
    }
    cursor.next();
    return mark;
  }

  /** Reads up to the line's end, and leaves the end. */
  private String readLine() {
    int from = cursor.offset();
    while (cursor.peek() != '\n' && cursor.peek() != Cursor.END) {
      cursor.next();
    }
    return cursor.since(from);
  }

  private static StringBuilder join(List<String> lines, String indentation) {
    boolean all = lines.stream().allMatch(l -> l.isBlank() || l.startsWith(indentation));
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      boolean cut = all && line.startsWith(indentation);
      text.append(cut ? line.substring(indentation.length()) : line).append('\n');
    }
    return text;
  }
}
