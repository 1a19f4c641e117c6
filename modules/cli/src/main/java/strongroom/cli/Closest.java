package strongroom.cli;

import java.util.List;
import java.util.Optional;

/** Finds what somebody who mistyped most likely meant. */
final class Closest {
  private static final int DISTANCE_MAX = 2;

  private Closest() {}

  /** The one of {@code names} that {@code word} is nearest to, if it is near. */
  static Optional<String> of(String word, List<String> names) {
    String best = "";
    int least = DISTANCE_MAX + 1;
    for (String name : names) {
      int distance = distance(word, name);
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return best.isEmpty() || least >= word.length() ? Optional.empty() : Optional.of(best);
  }

  /** How many letters must be put in, left out or changed (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
