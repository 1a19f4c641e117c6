package strongroom.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patterns with what they grant, ready to be looked up by path. Immutable. */
final class RuleSet {
  private final Map<String, Grant> byPattern;
  private final Map<String, Grant> exact = new HashMap<>();
  private final List<WildcardRule> wildcards;
  private final WildcardTree tree;

  /** Has {@code byPattern} for its own: nobody changes it afterwards. */
  RuleSet(Map<String, Grant> byPattern) {
    this.byPattern = byPattern;
    byPattern.forEach(
        (pattern, grant) -> {
          if (!WildcardRule.isWildcard(pattern)) {
            exact.put(pattern, grant);
          }
        });
    wildcards =
        byPattern.entrySet().stream()
            .filter(rule -> WildcardRule.isWildcard(rule.getKey()))
            .map(rule -> WildcardRule.of(rule.getKey(), rule.getValue()))
            .toList();
    tree = new WildcardTree(wildcards);
  }

  Map<String, Grant> byPattern() {
    return byPattern;
  }

  /** What the pattern that is {@code path} itself grants. */
  @Nullable Grant exact(String path) {
    return exact.isEmpty() ? null : exact.get(path);
  }

  /** The pattern with wildcards that counts for {@code path}, up to {@code end}. */
  @Nullable WildcardRule wildcard(String path, int end) {
    return tree.find(path, end);
  }

  /** Whether a pattern below {@code mountPath}, which ends with a slash, grants anything. */
  boolean grantsBelow(String mountPath) {
    for (Map.Entry<String, Grant> rule : exact.entrySet()) {
      if (rule.getValue().grantsAnything() && rule.getKey().startsWith(mountPath)) {
        return true;
      }
    }
    for (WildcardRule rule : wildcards) {
      boolean below =
          PathRule.hasSegmentWildcard(rule.pattern())
              ? rule.mayMatchBelow(mountPath)
              : rule.start().startsWith(mountPath);
      if (below && rule.grant().grantsAnything()) {
        return true;
      }
    }
    return false;
  }
}
