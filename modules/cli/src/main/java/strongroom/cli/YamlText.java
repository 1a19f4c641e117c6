package strongroom.cli;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * JSON values as YAML, character by character as Vault's command line prints them: what scripts
 * compare or cut with line tools stays what it was. Vault prints by go-yaml 2, which reads YAML 1.1
 * and quotes what that version takes for something else than a text.
 */
final class YamlText {
  /** A longer name cannot stand before its colon on one line (YAML 1.2 asks for 1024 at most). */
  private static final int NAME_BYTES_MAX = 128;

  private static final int LEVEL = 2;

  private final StringBuilder out = new StringBuilder();

  private YamlText() {}

  /** {@code value} as a YAML document, without a line break at the end. */
  static String of(JsonValue value) {
    YamlText text = new YamlText();
    if (isBlock(value)) {
      text.block(value, 0, true);
    } else {
      text.scalar(value, LEVEL);
    }
    return text.out.toString().stripTrailing();
  }

  private static boolean isBlock(JsonValue value) {
    return switch (value) {
      case JsonObject object -> !object.isEmpty();
      case JsonArray array -> !array.items().isEmpty();
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> false;
    };
  }

  /** {@code beside}: whether the first entry stands on the line that is begun already. */
  private void block(JsonValue value, int indent, boolean beside) {
    boolean sameLine = beside;
    if (value instanceof JsonObject object) {
      List<Map.Entry<String, JsonValue>> members =
          object.members().entrySet().stream()
              .sorted(Comparator.comparing(Map.Entry::getKey, YamlNames::compare))
              .toList();
      for (Map.Entry<String, JsonValue> member : members) {
        startLine(indent, sameLine);
        sameLine = false;
        name(member.getKey(), indent);
        member(member.getValue(), indent);
      }
    } else if (value instanceof JsonArray array) {
      for (JsonValue item : array.items()) {
        startLine(indent, sameLine);
        sameLine = false;
        out.append("- ");
        if (isBlock(item)) {
          block(item, indent + LEVEL, true);
        } else {
          scalar(item, indent + LEVEL);
        }
      }
    }
  }

  private void startLine(int indent, boolean begunAlready) {
    if (begunAlready) {
      return;
    }
    // A block of lines that keeps its last line break has begun the next line.
    if (out.charAt(out.length() - 1) != '\n') {
      out.append('\n');
    }
    out.repeat(' ', indent);
  }

  private void name(String name, int indent) {
    if (name.indexOf('\n') < 0 && name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES_MAX) {
      new YamlScalar(out, name, indent + LEVEL).appendName();
    } else {
      out.append("? ");
      new YamlScalar(out, name, indent + LEVEL).append();
      startLine(indent, false);
    }
    out.append(':');
  }

  private void member(JsonValue value, int indent) {
    if (!isBlock(value)) {
      out.append(' ');
      scalar(value, indent + LEVEL);
    } else {
      // Items of a list stand below the name, not deeper.
      block(value, value instanceof JsonArray ? indent : indent + LEVEL, false);
    }
  }

  private void scalar(JsonValue value, int indent) {
    switch (value) {
      case JsonString(String text) -> new YamlScalar(out, text, indent).append();
      case JsonNumber(String lexeme) -> out.append(lexeme);
      case JsonBoolean(boolean b) -> out.append(b);
      case JsonNull _ -> out.append("null");
      case JsonObject _ -> out.append("{}");
      case JsonArray _ -> out.append("[]");
    }
  }
}
