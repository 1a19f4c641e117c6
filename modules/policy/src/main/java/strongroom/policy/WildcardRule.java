package strongroom.policy;

import java.util.Comparator;

/**
 * A pattern with wildcards, taken apart. Its literal start, up to the first wildcard, leads to it
 * in the {@link WildcardTree}; the rest is matched here.
 *
 * @param pattern the pattern as written
 * @param start its literal start
 * @param segments what stands behind the start, between slashes; without the {@code *} at the end
 * @param globbed whether there was a {@code *} at the end
 * @param grant what is granted
 */
record WildcardRule(
    String pattern, String start, Segment[] segments, boolean globbed, Grant grant) {

  /** One part between slashes: any, or literally {@code text}. */
  record Segment(boolean any, String text) {}

  /**
   * The order among patterns of one start, the one that counts first. Longer starts come before
   * shorter ones by the tree's shape. (Vault's documentation, concepts/policies, priority
   * matching.)
   */
  static final Comparator<WildcardRule> PRIORITY =
      Comparator.<WildcardRule>comparingInt(rule -> rule.globbed ? 1 : 0)
          .thenComparingInt(WildcardRule::anySegments)
          .thenComparingInt(rule -> -rule.pattern.length())
          .thenComparing(WildcardRule::pattern, Comparator.reverseOrder());

  /** Whether this counts before {@code other} for a path that both match. */
  boolean before(WildcardRule other) {
    int longer = other.start.length() - start.length();
    return longer == 0 ? PRIORITY.compare(this, other) <= 0 : longer < 0;
  }

  static boolean isWildcard(String pattern) {
    return pattern.endsWith("*") || PathRule.hasSegmentWildcard(pattern);
  }

  static WildcardRule of(String pattern, Grant grant) {
    boolean globbed = pattern.endsWith("*");
    String text = globbed ? pattern.substring(0, pattern.length() - 1) : pattern;
    int any = PathRule.firstSegmentWildcard(pattern);
    int startEnd = any < 0 ? text.length() : any;
    String[] parts = text.substring(startEnd).split("/", -1);
    Segment[] segments = new Segment[parts.length];
    for (int i = 0; i < parts.length; i++) {
      segments[i] = new Segment(parts[i].equals("+"), parts[i]);
    }
    return new WildcardRule(pattern, text.substring(0, startEnd), segments, globbed, grant);
  }

  private int anySegments() {
    int count = 0;
    for (Segment segment : segments) {
      count += segment.any ? 1 : 0;
    }
    return count;
  }

  /** Whether {@code path}, up to {@code end}, goes on from {@code from} as this does. */
  boolean matches(String path, int from, int end) {
    int at = from;
    int last = segments.length - 1;
    for (int i = 0; i <= last; i++) {
      Segment segment = segments[i];
      String text = segment.text;
      if (i == last && globbed) {
        return at + text.length() <= end && path.startsWith(text, at);
      }
      int slash = path.indexOf('/', at, end);
      int segmentEnd = slash < 0 ? end : slash;
      if (!segment.any && (segmentEnd - at != text.length() || !path.startsWith(text, at))) {
        return false;
      }
      if (i == last || slash < 0) {
        return i == last && slash < 0;
      }
      at = slash + 1;
    }
    return false;
  }

  /** Whether some path that starts with {@code folder}, which ends with a slash, may match. */
  boolean mayMatchBelow(String folder) {
    if (!folder.startsWith(start)) {
      return start.startsWith(folder);
    }
    int at = start.length();
    int last = segments.length - 1;
    for (int i = 0; i <= last && at < folder.length(); i++) {
      Segment segment = segments[i];
      int slash = folder.indexOf('/', at);
      if (i == last && globbed) {
        String rest = folder.substring(at);
        return rest.startsWith(segment.text) || segment.text.startsWith(rest);
      }
      boolean same = slash - at == segment.text.length() && folder.startsWith(segment.text, at);
      if (!segment.any && !same) {
        return false;
      }
      if (i == last) {
        return false;
      }
      at = slash + 1;
    }
    return at >= folder.length();
  }
}
