package strongroom.identity;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;
import strongroom.policy.Policy;

/** What names, policies and metadata may be, and the making of ids. */
final class Texts {
  private static final int NAME_LENGTH_MAX = 512;
  private static final int POLICIES_MAX = 512;
  private static final int PAIRS_MAX = 64;
  private static final int KEY_LENGTH_MAX = 128;
  private static final int VALUE_LENGTH_MAX = 512;
  private static final int GENERATED_BYTES = 8;

  private Texts() {}

  /** A name that somebody has given: 1 to 512 characters, none of them a control character. */
  static String checkedName(String name) {
    boolean odd =
        name.codePoints()
            .anyMatch(
                c -> {
                  int type = Character.getType(c);
                  return type == Character.CONTROL || type == Character.SURROGATE;
                });
    if (name.isBlank() || name.length() > NAME_LENGTH_MAX || odd) {
      throw Refusal.invalid(
          "a name has 1 to " + NAME_LENGTH_MAX + " characters, and no control characters");
    }
    return name;
  }

  /** A name for what was made without one: {@code entity_0123456789abcdef}. */
  static String generatedName(String kind, SecureRandom random) {
    byte[] bytes = new byte[GENERATED_BYTES];
    random.nextBytes(bytes);
    return kind + "_" + HexFormat.of().formatHex(bytes);
  }

  /**
   * The member {@code policies}, in order, in canonical form; the root policy, and what looks like
   * it, is refused.
   */
  static Optional<List<String>> policies(Fields fields) {
    return fields.strings("policies").map(Texts::checkedPolicies);
  }

  private static List<String> checkedPolicies(List<String> given) {
    TreeSet<String> names = new TreeSet<>();
    for (String name : given) {
      if (Policy.resemblesRoot(name)) {
        throw Refusal.invalid("policies cannot contain root");
      }
      String canonical = Policy.normalizedName(name);
      if (canonical.length() > Policy.NAME_LENGTH_MAX) {
        throw Refusal.invalid("a policy's name has 1 to " + Policy.NAME_LENGTH_MAX + " characters");
      }
      if (!canonical.isEmpty()) {
        names.add(canonical);
      }
    }
    if (names.size() > POLICIES_MAX) {
      throw Refusal.invalid("at most " + POLICIES_MAX + " policies are allowed");
    }
    return List.copyOf(names);
  }

  /** The member {@code metadata} or {@code custom_metadata}. */
  static Optional<Map<String, String>> pairs(Fields fields, String name) {
    return fields.pairs(name).map(pairs -> checkedPairs(name, pairs));
  }

  private static Map<String, String> checkedPairs(String name, Map<String, String> pairs) {
    if (pairs.size() > PAIRS_MAX) {
      throw Refusal.invalid(name + " has at most " + PAIRS_MAX + " entries");
    }
    pairs.forEach(
        (key, value) -> {
          if (key.isEmpty()
              || key.length() > KEY_LENGTH_MAX
              || !key.chars().allMatch(Texts::isOfKey)) {
            throw Refusal.invalid(
                "a key of "
                    + name
                    + " has 1 to "
                    + KEY_LENGTH_MAX
                    + " characters: letters, digits, and any of = / + _ -");
          }
          if (value.length() > VALUE_LENGTH_MAX) {
            throw Refusal.invalid(
                "a value of " + name + " has at most " + VALUE_LENGTH_MAX + " characters");
          }
        });
    return pairs;
  }

  private static boolean isOfKey(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "=/+_-".indexOf(c) >= 0;
  }
}
