package strongroom.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * JSON values as YAML 1.2, names in order, two spaces a level. A string that a reader of YAML 1.1
 * or 1.2 could take for something else is quoted.
 */
final class YamlText {
  private static final String INDICATORS = "-?:,[]{}#&*!|>'\"%@`";
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".nan", "<<", "=");

  private YamlText() {}

  /** {@code value} as a YAML document, without a line break at the end. */
  static String of(JsonValue value) {
    StringBuilder out = new StringBuilder();
    append(out, JsonText.sorted(value), "\n");
    return out.charAt(0) == '\n' ? out.substring(1) : out.toString();
  }

  /** Appends {@code value}; collections begin with {@code lineBreak}, which holds the indent. */
  private static void append(StringBuilder out, JsonValue value, String lineBreak) {
    switch (value) {
      case JsonObject object when object.isEmpty() -> out.append("{}");
      case JsonArray array when array.items().isEmpty() -> out.append("[]");
      case JsonObject object -> {
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
          out.append(lineBreak).append(scalar(member.getKey(), true, lineBreak)).append(':');
          appendMember(out, member.getValue(), lineBreak);
        }
      }
      case JsonArray array -> {
        for (JsonValue item : array.items()) {
          out.append(lineBreak).append('-');
          int start = out.length();
          appendMember(out, item, lineBreak + "  ");
          // The first line of an item that is a collection stands beside its dash.
          if (out.charAt(start) == '\n') {
            out.replace(start, start + lineBreak.length() + 2, " ");
          }
        }
      }
      case JsonValue plain -> out.append(plain(plain, lineBreak));
    }
  }

  private static void appendMember(StringBuilder out, JsonValue value, String lineBreak) {
    switch (value) {
      case JsonObject object when !object.isEmpty() -> append(out, object, lineBreak + inside(out));
      // Items of a list stand below the name, not deeper, as Vault prints them.
      case JsonArray array when !array.items().isEmpty() -> append(out, array, lineBreak);
      case JsonValue other -> {
        out.append(' ');
        append(out, other, lineBreak);
      }
    }
  }

  /** The members of an object below a dash are indented by the dash already. */
  private static String inside(StringBuilder out) {
    return out.charAt(out.length() - 1) == '-' ? "" : "  ";
  }

  private static String plain(JsonValue value, String lineBreak) {
    return switch (value) {
      case JsonString(String text) -> scalar(text, false, lineBreak);
      case JsonNumber(String lexeme) -> lexeme;
      case JsonBoolean(boolean b) -> Boolean.toString(b);
      case JsonNull none -> "null";
      case JsonObject object -> "{}";
      case JsonArray array -> "[]";
    };
  }

  private static String scalar(String text, boolean name, String lineBreak) {
    boolean printable = text.codePoints().allMatch(YamlText::printable);
    if (printable && !ambiguous(text)) {
      return text;
    }
    boolean lines = text.indexOf('\n') >= 0;
    if (!name && lines && text.codePoints().allMatch(c -> c == '\n' || printable(c))) {
      String block = block(text, lineBreak);
      if (!block.isEmpty()) {
        return block;
      }
    }
    return printable && !WORDS.contains(text) ? "'" + text.replace("'", "''") + "'" : escaped(text);
  }

  private static boolean printable(int c) {
    return (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c < 0xd800)
        || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff)
        || (c >= 0x10000 && c <= 0x10ffff);
  }

  private static boolean ambiguous(String text) {
    if (text.isEmpty()
        || text.isBlank()
        || text.startsWith(" ")
        || text.endsWith(" ")
        || text.endsWith(":")
        || text.contains(": ")
        || text.contains(" #")
        || INDICATORS.indexOf(text.charAt(0)) >= 0
        || WORDS.contains(text.toLowerCase(Locale.ROOT))) {
      return true;
    }
    // Numbers, dates, times, versions like 1_000 and 0x1f: whatever begins like one.
    char first = text.charAt(0);
    return (first >= '0' && first <= '9') || first == '.' || first == '+';
  }

  /** A literal block, or empty text where the lines are none that a block keeps. */
  private static String block(String text, String lineBreak) {
    if (text.startsWith(" ") || text.startsWith("\n") || text.endsWith("\n\n")) {
      return "";
    }
    String deeper = lineBreak + "  ";
    boolean ended = text.endsWith("\n");
    String body = ended ? text.substring(0, text.length() - 1) : text;
    StringBuilder out = new StringBuilder(ended ? "|" : "|-");
    for (String line : body.split("\n", -1)) {
      out.append(line.isEmpty() ? "\n" : deeper + line);
    }
    return out.toString();
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                  if (printable(c)) {
                    out.appendCodePoint(c);
                  } else if (c < 0x100) {
                    out.append(String.format("\\x%02x", c));
                  } else {
                    out.append(String.format("\\u%04x", c));
                  }
                }
              }
            });
    return out.append('"').toString();
  }
}
