package strongroom.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A path within a mount: literal parts, {@code {name}} for one part that is not empty, {@code
 * {name...}} at the end for all the rest (which may be empty and may end with a slash). {@code
 * data/{path...}} matches {@code data/a/b}. No regular expressions: matching walks both once.
 *
 * <p>Where the last part is literal or a {@code {name}}, a trailing slash on the path is taken as
 * well, since clients list with and without it.
 */
public final class PathPattern {
  private final String text;
  private final List<String> parts;
  private final boolean takesRest;

  private PathPattern(String text) {
    this.text = text;
    List<String> split = new ArrayList<>(List.of(text.split("/", -1)));
    takesRest = text.endsWith("...}");
    parts = List.copyOf(split);
  }

  /** The pattern in {@code text}, without a leading slash. */
  public static PathPattern of(String text) {
    return new PathPattern(text);
  }

  /** The parameters of {@code path}, or empty where the pattern does not match. */
  public Optional<Map<String, String>> match(String path) {
    int at = 0;
    Map<String, String> parameters = Map.of();
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      boolean last = i == parts.size() - 1;
      if (last && takesRest) {
        String rest = at > path.length() ? "" : path.substring(at);
        return Optional.of(with(parameters, part.substring(1, part.length() - 4), rest));
      }
      if (at > path.length()) {
        return Optional.empty();
      }
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (part.startsWith("{")) {
        if (end == at) {
          return Optional.empty();
        }
        parameters =
            with(parameters, part.substring(1, part.length() - 1), path.substring(at, end));
      } else if (end - at != part.length() || !path.startsWith(part, at)) {
        return Optional.empty();
      }
      at = end + 1;
    }
    boolean ended = at > path.length() || (at == path.length() && path.endsWith("/"));
    return ended ? Optional.of(parameters) : Optional.empty();
  }

  private static Map<String, String> with(Map<String, String> some, String name, String value) {
    if (some.isEmpty()) {
      return Map.of(name, value);
    }
    Map<String, String> more = new HashMap<>(some);
    more.put(name, value);
    return more;
  }

  /** The pattern's text. */
  @Override
  public String toString() {
    return text;
  }
}
