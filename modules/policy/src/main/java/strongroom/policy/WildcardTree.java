package strongroom.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Patterns with wildcards in a radix tree by their literal starts. The pattern whose first wildcard
 * comes latest has priority, so the deepest node that matches wins: one walk along the path
 * decides.
 */
final class WildcardTree {
  private static final WildcardRule[] NO_RULES = {};

  private final Node root;

  WildcardTree(List<WildcardRule> rules) {
    NavigableMap<String, List<WildcardRule>> byStart = new TreeMap<>();
    for (WildcardRule rule : rules) {
      byStart.computeIfAbsent(rule.start(), start -> new ArrayList<>(1)).add(rule);
    }
    byStart.computeIfAbsent("", start -> List.of());
    root = build(0, byStart);
  }

  /**
   * A place in the tree.
   *
   * @param label what stands on the way from the parent to here
   * @param firsts the first character of each child's label, in order
   * @param rules the rules whose literal start ends here, by priority
   */
  private record Node(String label, char[] firsts, Node[] children, WildcardRule[] rules) {
    @Nullable Node child(char first) {
      for (int i = 0; i < firsts.length; i++) {
        if (firsts[i] == first) {
          return children[i];
        }
      }
      return null;
    }
  }

  /** The node of all of {@code byStart}, whose keys share their first {@code from} characters. */
  private static Node build(int from, NavigableMap<String, List<WildcardRule>> byStart) {
    String first = byStart.firstKey();
    String last = byStart.lastKey();
    int shared = from;
    // In an ordered map the first and the last key share least.
    while (shared < first.length()
        && shared < last.length()
        && first.charAt(shared) == last.charAt(shared)) {
      shared++;
    }
    WildcardRule[] rules = NO_RULES;
    NavigableMap<String, List<WildcardRule>> below = byStart;
    if (first.length() == shared) {
      rules =
          byStart.firstEntry().getValue().stream()
              .sorted(WildcardRule.PRIORITY)
              .toArray(WildcardRule[]::new);
      below = byStart.tailMap(first, false);
    }
    List<Node> children = new ArrayList<>();
    while (!below.isEmpty()) {
      String key = below.firstKey();
      String nextSibling = key.substring(0, shared) + (char) (key.charAt(shared) + 1);
      children.add(build(shared, below.headMap(nextSibling, false)));
      below = below.tailMap(nextSibling, true);
    }
    char[] firsts = new char[children.size()];
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = children.get(i).label.charAt(0);
    }
    return new Node(first.substring(from, shared), firsts, children.toArray(Node[]::new), rules);
  }

  /** The pattern that counts for {@code path}, up to {@code end}. */
  @Nullable WildcardRule find(String path, int end) {
    return find(root, path, root.label.length(), end);
  }

  private static @Nullable WildcardRule find(Node node, String path, int at, int end) {
    if (at < end) {
      Node child = node.child(path.charAt(at));
      if (child != null && at + child.label.length() <= end && path.startsWith(child.label, at)) {
        WildcardRule deeper = find(child, path, at + child.label.length(), end);
        if (deeper != null) {
          return deeper;
        }
      }
    }
    for (WildcardRule rule : node.rules) {
      if (rule.matches(path, at, end)) {
        return rule;
      }
    }
    return null;
  }
}
