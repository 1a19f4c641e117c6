package strongroom.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A policy: its name, its text as it was written, and the rules that the text says. */
public final class Policy {
  /** The policy that allows everything. It has no text and cannot be written. */
  public static final String ROOT = "root";

  /** The policy that every token has unless it says otherwise. */
  public static final String DEFAULT = "default";

  /** The policy of a wrapping token: to unwrap, and nothing else. */
  public static final String RESPONSE_WRAPPING = "response-wrapping";

  private final String name;
  private final String text;
  private final List<Map.Entry<PathRule, Rule>> rules;

  private Policy(String name, String text, List<Map.Entry<PathRule, Rule>> rules) {
    this.name = name;
    this.text = text;
    this.rules = rules;
  }

  /** A text is no policy; the message says where and why. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  /**
   * Reads {@code text}, HCL or JSON, as the policy {@code name}.
   *
   * @throws Malformed where the text is no policy
   */
  public static Policy parse(String name, String text) throws Malformed {
    return new Policy(canonicalName(name), text, PolicyText.rules(text));
  }

  /** A policy's name as it is compared: without blanks around it and in lower case. */
  public static String canonicalName(String name) {
    return lower(name.strip());
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** In its canonical form. */
  public String name() {
    return name;
  }

  /** As it was written. */
  public String text() {
    return text;
  }

  List<Map.Entry<PathRule, Rule>> rules() {
    return rules;
  }

  /** The name only. */
  @Override
  public String toString() {
    return "Policy[" + name + "]";
  }

  /**
   * A rule's path.
   *
   * @param path without a star at the end
   * @param prefix whether there was one
   * @param segmentWildcards whether some segment is {@code +}
   */
  record PathRule(String path, boolean prefix, boolean segmentWildcards) {
    static Optional<PathRule> of(String written) {
      String path = written.startsWith("/") ? written.substring(1) : written;
      boolean prefix = path.endsWith("*");
      if (prefix) {
        path = path.substring(0, path.length() - 1);
      }
      boolean wildcards =
          path.equals("+")
              || path.startsWith("+/")
              || path.contains("/+/")
              || path.endsWith("/+");
      // "a+*" names no segment and no prefix that anybody could mean.
      return path.contains("+*") ? Optional.empty() : Optional.of(new PathRule(path, prefix, wildcards));
    }
  }
}
