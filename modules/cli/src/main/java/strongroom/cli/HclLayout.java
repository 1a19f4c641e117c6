package strongroom.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Lays HCL out as people expect it: two spaces a level, the equal signs of neighbouring lines below
 * each other, no space at the end of a line, at most one empty line. It moves white space only.
 */
final class HclLayout {
  private HclLayout() {}

  /**
   * {@code text} in that layout.
   *
   * @throws Failure where brackets or quotes do not match; the message says the line
   */
  static String format(String text) {
    List<String> lines = new ArrayList<>();
    Scan scan = new Scan();
    int number = 0;
    for (String raw : text.replace("\r\n", "\n").split("\n", -1)) {
      number++;
      if (scan.verbatim()) {
        scan.read(raw, number);
        lines.add(raw);
        continue;
      }
      String line = raw.strip();
      int closing = leadingClosers(line);
      int level = Math.max(0, scan.depth - closing);
      scan.read(line, number);
      if (line.isEmpty()) {
        if (!lines.isEmpty() && !lines.getLast().isEmpty()) {
          lines.add("");
        }
        continue;
      }
      lines.add("  ".repeat(level) + spaced(line));
    }
    scan.end(number);
    return String.join("\n", aligned(lines)).stripTrailing() + "\n";
  }

  private static int leadingClosers(String line) {
    int count = 0;
    while (count < line.length() && "}])".indexOf(line.charAt(count)) >= 0) {
      count++;
    }
    return count;
  }

  /** Where the equal sign of an assignment stands; -1 where the line is none. */
  private static int assignment(String line) {
    int at = 0;
    boolean quoted = false;
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '=') {
        return at;
      } else if (!quoted && !Character.isLetterOrDigit(c) && "_-. ".indexOf(c) < 0) {
        return -1;
      }
    }
    return -1;
  }

  private static String spaced(String line) {
    int equals = assignment(line);
    return equals < 0
        ? line
        : line.substring(0, equals).strip() + " = " + line.substring(equals + 1).strip();
  }

  private static List<String> aligned(List<String> lines) {
    List<String> out = new ArrayList<>(lines);
    int start = 0;
    while (start < out.size()) {
      int end = start;
      int widest = 0;
      while (end < out.size()
          && single(out.get(end))
          && indent(out.get(end)) == indent(out.get(start))) {
        widest = Math.max(widest, out.get(end).indexOf(" = "));
        end++;
      }
      for (int i = start; i < end; i++) {
        int equals = out.get(i).indexOf(" = ");
        out.set(
            i,
            out.get(i).substring(0, equals)
                + " ".repeat(widest - equals)
                + out.get(i).substring(equals));
      }
      start = Math.max(end, start + 1);
    }
    return out;
  }

  /** Whether the line is an assignment that ends where it began. */
  private static boolean single(String line) {
    return assignment(line.strip()) > 0
        && !line.endsWith("{")
        && !line.endsWith("[")
        && !line.contains("<<");
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** Follows brackets, quotes, comments and here-documents over lines. */
  private static final class Scan {
    private int depth;
    private boolean comment;
    private String here = "";

    boolean verbatim() {
      return comment || !here.isEmpty();
    }

    void read(String line, int number) {
      if (!here.isEmpty()) {
        here = line.strip().equals(here) ? "" : here;
        return;
      }
      boolean quoted = false;
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        boolean next = i + 1 < line.length();
        if (comment) {
          if (c == '*' && next && line.charAt(i + 1) == '/') {
            comment = false;
            i++;
          }
        } else if (quoted) {
          i += c == '\\' ? 1 : 0;
          quoted = c != '"';
        } else if (c == '"') {
          quoted = true;
        } else if (c == '#' || (c == '/' && next && line.charAt(i + 1) == '/')) {
          break;
        } else if (c == '/' && next && line.charAt(i + 1) == '*') {
          comment = true;
          i++;
        } else if (line.startsWith("<<", i)) {
          here = line.substring(i + 2).replace("-", "").strip();
          break;
        } else {
          depth += "{[(".indexOf(c) >= 0 ? 1 : "}])".indexOf(c) >= 0 ? -1 : 0;
        }
      }
      if (quoted || depth < 0) {
        throw Failure.usage(
            "line "
                + number
                + (quoted ? ": a quote is not closed" : ": a bracket is closed twice"));
      }
    }

    void end(int number) {
      if (depth > 0 || verbatim()) {
        throw Failure.usage(
            "line " + number + ": the file ends inside a bracket, a comment or a here-document");
      }
    }
  }
}
