package strongroom.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path with gaps that the identity behind a token fills: {@code
 * secret/{{identity.entity.name}}/*}. Taken apart once, when the policy is read.
 *
 * <p>A value fills a gap within one segment: one with a slash, a star, or that is {@code +} by
 * itself would reach further than whoever wrote the policy has meant (Vault's documentation,
 * concepts/policies, templated policies; CVE-2026-5006).
 */
final class PathTemplate {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private final List<String> literals;
  private final List<String> selectors;

  /** What a template becomes for one identity. */
  sealed interface Rendered {
    /** A pattern as any other. */
    record Pattern(String text) implements Rendered {}

    /** The identity has no value for a gap. */
    record Missing() implements Rendered {}

    /** A value would reach beyond its segment. */
    record Unsafe() implements Rendered {}
  }

  private PathTemplate(List<String> literals, List<String> selectors) {
    this.literals = List.copyOf(literals);
    this.selectors = List.copyOf(selectors);
  }

  /** Whether {@code path} has anything of a template. */
  static boolean isTemplate(String path) {
    return path.contains(OPEN) || path.contains(CLOSE);
  }

  /** The template in {@code path}; empty where its braces do not come in pairs. */
  static Optional<PathTemplate> parse(String path) {
    List<String> literals = new ArrayList<>();
    List<String> selectors = new ArrayList<>();
    int at = 0;
    while (true) {
      int open = path.indexOf(OPEN, at);
      String literal = open < 0 ? path.substring(at) : path.substring(at, open);
      if (literal.contains(CLOSE)) {
        return Optional.empty();
      }
      literals.add(literal);
      if (open < 0) {
        return Optional.of(new PathTemplate(literals, selectors));
      }
      int close = path.indexOf(CLOSE, open);
      int nested = path.indexOf(OPEN, open + OPEN.length());
      if (close < 0 || (nested >= 0 && nested < close)) {
        return Optional.empty();
      }
      selectors.add(path.substring(open + OPEN.length(), close).strip());
      at = close + CLOSE.length();
    }
  }

  Rendered render(Holder holder) {
    StringBuilder text = new StringBuilder(literals.getFirst());
    for (int i = 0; i < selectors.size(); i++) {
      Optional<String> value = holder.value(selectors.get(i)).filter(v -> !v.isEmpty());
      if (value.isEmpty()) {
        return new Rendered.Missing();
      }
      if (!staysInItsSegment(value.get())) {
        return new Rendered.Unsafe();
      }
      text.append(value.get()).append(literals.get(i + 1));
    }
    return new Rendered.Pattern(text.toString());
  }

  private static boolean staysInItsSegment(String value) {
    return !value.equals("+")
        && value.chars().noneMatch(c -> c == '*' || c == '/' || c < 0x20 || c == 0x7f);
  }
}
