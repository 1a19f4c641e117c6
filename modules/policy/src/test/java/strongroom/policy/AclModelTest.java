package strongroom.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

/** The tree decides as the documented rules do when they are followed word by word. */
class AclModelTest {
  private static final List<String> SEGMENTS = List.of("a", "b", "ab", "aa", "", "c");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agreesWithTheRulesFollowedWordByWord(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 600; round++) {
      Set<String> patterns = new TreeSet<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        patterns.add(pattern(random));
      }
      for (int i = 0; i < 30; i++) {
        String path = path(random);
        Optional<String> expected = patterns.stream().filter(p -> matches(p, path)).max(PRIORITY);
        for (String pattern : patterns) {
          assertThat(allowsOnly(patterns, pattern, path))
              .as("%s of %s for %s", pattern, patterns, path)
              .isEqualTo(expected.equals(Optional.of(pattern)));
        }
      }
    }
  }

  private static boolean allowsOnly(Set<String> patterns, String granted, String path) {
    List<String> words = new ArrayList<>();
    for (String pattern : patterns) {
      words.add(pattern);
      words.add(pattern.equals(granted) ? "read" : "list");
    }
    Acl acl = Policies.rules(words.toArray(String[]::new));
    return acl.allows(Operation.READ, path, JsonObject.EMPTY, Optional.empty(), false);
  }

  private static String pattern(Random random) {
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      parts.add(random.nextInt(3) == 0 ? "+" : SEGMENTS.get(random.nextInt(SEGMENTS.size())));
    }
    String text = String.join("/", parts);
    text = text.startsWith("/") ? "x" + text : text;
    return random.nextInt(3) == 0 && !text.endsWith("+") ? text + "*" : text;
  }

  private static String path(Random random) {
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      parts.add(SEGMENTS.get(random.nextInt(SEGMENTS.size())));
    }
    String text = String.join("/", parts);
    return text.startsWith("/") ? "x" + text : text;
  }

  private static final Comparator<String> PRIORITY =
      Comparator.comparingInt(AclModelTest::firstWildcard)
          .thenComparing(p -> !p.endsWith("*"))
          .thenComparingInt(p -> -plusses(p))
          .thenComparingInt(String::length)
          .thenComparing(Comparator.naturalOrder());

  private static int firstWildcard(String pattern) {
    int plus = pattern.indexOf('+');
    int star = pattern.endsWith("*") ? pattern.length() - 1 : Integer.MAX_VALUE;
    return Math.min(plus < 0 ? Integer.MAX_VALUE : plus, star);
  }

  private static int plusses(String pattern) {
    return (int) pattern.chars().filter(c -> c == '+').count();
  }

  private static boolean matches(String pattern, String path) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      boolean glob = c == '*' && i == pattern.length() - 1;
      regex.append(glob ? ".*" : c == '+' ? "[^/]*" : "\\Q" + c + "\\E");
    }
    return path.matches(regex.toString());
  }
}
