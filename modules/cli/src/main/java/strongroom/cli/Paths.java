package strongroom.cli;

import java.util.ArrayList;
import java.util.List;

/** Paths of the API as people type them. */
final class Paths {
  private Paths() {}

  /** {@code text} without white space and slashes around it. */
  static String sanitize(String text) {
    String path = text.strip();
    int start = 0;
    int end = path.length();
    while (start < end && path.charAt(start) == '/') {
      start++;
    }
    while (end > start && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(start, end);
  }

  /** {@code text} with one slash at its end, as mounts are shown; empty text stays. */
  static String mount(String text) {
    String path = sanitize(text);
    return path.isEmpty() ? "" : path + "/";
  }

  /** {@code parts} with single slashes between them. */
  static String join(String... parts) {
    List<String> all = new ArrayList<>();
    for (String part : parts) {
      for (String name : part.split("/", -1)) {
        if (!name.isEmpty()) {
          all.add(name);
        }
      }
    }
    return String.join("/", all);
  }
}
