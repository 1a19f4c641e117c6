package strongroom.cli;

/**
 * One text as a YAML scalar: plain where a reader takes it back as the same text, in double quotes
 * where it would be taken for a number, a date or the like, in single quotes where only its signs
 * are in the way, as a block where it has several lines.
 */
final class YamlScalar {
  /** Beyond this column a text goes on in the next line, at its next single space. */
  private static final int COLUMNS = 80;

  private static final String FIRST_INDICATORS = "#,[]{}&*!|>'\"%@`";

  private enum Style {
    PLAIN,
    SINGLE,
    DOUBLE,
    BLOCK
  }

  private final StringBuilder out;
  private final int[] text;
  private final int indent;
  private final Style style;

  /** {@code indent}: where further lines of {@code content} begin. */
  YamlScalar(StringBuilder out, String content, int indent) {
    this.out = out;
    this.text = content.codePoints().toArray();
    this.indent = indent;
    this.style = style(content);
  }

  /** Appends the text as a value. */
  void append() {
    if (style == Style.BLOCK) {
      block();
    } else {
      inline(true);
    }
  }

  /** Appends the text as a name, which has no line break: it stays on its line. */
  void appendName() {
    inline(false);
  }

  private Style style(String content) {
    boolean lines = content.indexOf('\n') >= 0;
    boolean escapes = content.codePoints().anyMatch(c -> c != '\n' && !printable(c));
    if (lines) {
      boolean keepsSpaces = !content.endsWith(" ") && !content.contains(" \n");
      return escapes || !keepsSpaces ? Style.DOUBLE : Style.BLOCK;
    }
    if (escapes || !YamlWords.isText(content)) {
      return Style.DOUBLE;
    }
    boolean spaced = content.startsWith(" ") || content.endsWith(" ");
    return spaced || hasIndicators(content) ? Style.SINGLE : Style.PLAIN;
  }

  private boolean hasIndicators(String content) {
    if (content.startsWith("---")
        || content.startsWith("...")
        || FIRST_INDICATORS.indexOf(text[0]) >= 0) {
      return true;
    }
    boolean dash = text[0] == '-' || text[0] == '?';
    return (dash && blankAt(1))
        || content.endsWith(":")
        || content.contains(": ")
        || content.contains(" #");
  }

  private boolean blankAt(int i) {
    return i >= text.length || text[i] == ' ';
  }

  /** What stands as itself; the rest is escaped. */
  private static boolean printable(int c) {
    return (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c < 0xd800 && c != 0x2028 && c != 0x2029)
        || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff);
  }

  private void inline(boolean mayBreak) {
    String quote = style == Style.DOUBLE ? "\"" : style == Style.SINGLE ? "'" : "";
    out.append(quote);
    boolean spaces = false;
    for (int i = 0; i < text.length; i++) {
      boolean space = text[i] == ' ';
      if (space && mayBreak && !spaces && column() > COLUMNS && breaksAt(i)) {
        out.append('\n').repeat(' ', indent);
        if (style == Style.DOUBLE && text[i + 1] == ' ') {
          out.append('\\');
        }
      } else {
        character(text[i]);
      }
      spaces = space;
    }
    out.append(quote);
  }

  /** Whether the space at {@code i} may become the end of a line. */
  private boolean breaksAt(int i) {
    if (i == 0 || i == text.length - 1) {
      return false;
    }
    return style == Style.DOUBLE || text[i + 1] != ' ';
  }

  private int column() {
    int lineStart = out.lastIndexOf("\n") + 1;
    return Character.codePointCount(out, lineStart, out.length());
  }

  private void character(int c) {
    if (style == Style.DOUBLE && (!printable(c) || c == '"' || c == '\\')) {
      escape(c);
    } else if (style == Style.SINGLE && c == '\'') {
      out.append("''");
    } else {
      out.appendCodePoint(c);
    }
  }

  private void escape(int c) {
    switch (c) {
      case 0 -> out.append("\\0");
      case 7 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case 0x0b -> out.append("\\v");
      case '\f' -> out.append("\\f");
      case '\r' -> out.append("\\r");
      case 0x1b -> out.append("\\e");
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case 0x85 -> out.append("\\N");
      case 0x2028 -> out.append("\\L");
      case 0x2029 -> out.append("\\P");
      default ->
          out.append(
              c <= 0xff
                  ? String.format("\\x%02X", c)
                  : c <= 0xffff ? String.format("\\u%04X", c) : String.format("\\U%08X", c));
    }
  }

  private void block() {
    boolean ended = text[text.length - 1] == '\n';
    boolean emptyLineLast = ended && (text.length == 1 || text[text.length - 2] == '\n');
    out.append('|');
    if (text[0] == ' ' || text[0] == '\n') {
      out.append(2);
    }
    out.append(emptyLineLast ? "+\n" : ended ? "\n" : "-\n");
    boolean lineStart = true;
    for (int c : text) {
      if (c != '\n' && lineStart) {
        out.repeat(' ', indent);
      }
      out.appendCodePoint(c);
      lineStart = c == '\n';
    }
  }
}
