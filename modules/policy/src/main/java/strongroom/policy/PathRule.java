package strongroom.policy;

import java.util.Optional;

/**
 * What one stanza of a policy says.
 *
 * @param pattern the path, without a leading slash; {@code *} at its end and {@code +} for a whole
 *     segment are wildcards
 * @param grant what is granted there
 * @param template the path, where an identity must fill gaps of it first
 */
record PathRule(String pattern, Grant grant, Optional<PathTemplate> template) {
  /** Whether a segment of {@code pattern} is {@code +}. */
  static boolean hasSegmentWildcard(String pattern) {
    return firstSegmentWildcard(pattern) >= 0;
  }

  /** Where the first segment that is {@code +} stands, or -1. */
  static int firstSegmentWildcard(String pattern) {
    for (int at = pattern.indexOf('+'); at >= 0; at = pattern.indexOf('+', at + 1)) {
      boolean starts = at == 0 || pattern.charAt(at - 1) == '/';
      boolean ends = at + 1 == pattern.length() || pattern.charAt(at + 1) == '/';
      if (starts && ends) {
        return at;
      }
    }
    return -1;
  }
}
