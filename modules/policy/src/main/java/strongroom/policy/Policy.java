package strongroom.policy;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** One policy: its name, its text as it was written, and what the text says. Immutable. */
public final class Policy {
  /** The policy that allows everything. Built in: it has no text and cannot be written. */
  public static final Policy ROOT = new Policy("root", "", List.of());

  /** The name of the policy that tokens have unless they are made without. */
  public static final String DEFAULT_NAME = "default";

  /** How long a name may be, in UTF-16 units. */
  public static final int NAME_LENGTH_MAX = 512;

  private final String name;
  private final String text;
  private final List<PathRule> rules;

  private Policy(String name, String text, List<PathRule> rules) {
    this.name = name;
    this.text = text;
    this.rules = rules;
  }

  /**
   * The policy that {@code text}, in HCL or JSON, says.
   *
   * @param name is taken as {@link #normalizedName} has it
   * @throws PolicySyntax where the text is no policy, with the place and what to change
   */
  public static Policy parse(String name, String text) throws PolicySyntax {
    String normalized = normalizedName(name);
    return new Policy(normalized, text, new PolicyReader(normalized).read(text));
  }

  /** {@code name} as policies are known by: in lower case and without blanks around it. */
  public static String normalizedName(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether {@code name} is the root policy's, or looks like it: in another case, with blanks, with
   * characters that are not seen or stand for the same letters. Only {@code root} itself is root;
   * the others are refused where people would take them for it.
   */
  public static boolean resemblesRoot(String name) {
    if (name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '-')) {
      return name.equals(ROOT.name);
    }
    StringBuilder seen = new StringBuilder();
    Normalizer.normalize(name, Normalizer.Form.NFKD)
        .codePoints()
        .filter(Policy::isSeen)
        .forEach(seen::appendCodePoint);
    return seen.toString().toLowerCase(Locale.ROOT).equals(ROOT.name);
  }

  private static boolean isSeen(int character) {
    return switch (Character.getType(character)) {
      case Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.CONTROL,
          Character.FORMAT,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** The name, in lower case. */
  public String name() {
    return name;
  }

  /** The text as it was written. */
  public String text() {
    return text;
  }

  List<PathRule> rules() {
    return rules;
  }

  /** The name only. */
  @Override
  public String toString() {
    return "Policy[" + name + "]";
  }
}
