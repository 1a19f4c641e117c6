package strongroom.hcl;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known word a mistyped one was meant to be. */
public final class Spelling {
  private static final int LENGTH_MAX = 64;

  private Spelling() {}

  /**
   * The one of {@code known} that differs from {@code given} by the fewest letters, where that is a
   * third of its letters at most: letters added, dropped, changed or swapped with their neighbour,
   * whatever their case.
   */
  public static Optional<String> closest(String given, Collection<String> known) {
    if (given.isEmpty() || given.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    String lower = given.toLowerCase(Locale.ROOT).replace('-', '_');
    Optional<String> best = Optional.empty();
    int fewest = Integer.MAX_VALUE;
    for (String word : known) {
      int most = Math.max(1, Math.max(word.length(), given.length()) / 3);
      if (word.length() <= LENGTH_MAX && Math.abs(word.length() - lower.length()) <= most) {
        int steps = distance(lower, word.toLowerCase(Locale.ROOT));
        if (steps <= most && steps < fewest) {
          fewest = steps;
          best = Optional.of(word);
        }
      }
    }
    return best;
  }

  /** {@code "; did you mean "x"?"} where there is a guess, otherwise empty text. */
  public static String hint(String given, Collection<String> known) {
    return closest(given, known).map(word -> "; did you mean \"" + word + "\"?").orElse("");
  }

  /** Edit distance with swaps of neighbours (optimal string alignment). */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] now = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(now[j - 1], last[j]) + 1, last[j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          now[j] = Math.min(now[j], before[j - 2] + 1);
        }
      }
      int[] free = before;
      before = last;
      last = now;
      now = free;
    }
    return last[b.length()];
  }
}
