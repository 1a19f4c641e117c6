package strongroom.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.policy.Policy.PathRule;

/**
 * What a set of policies allows, compiled for asking: one look in a hash table for a rule of just
 * the path, then the longest prefix, then the few rules with wildcards. Immutable; asking takes no
 * lock and, for a plain rule, no memory.
 *
 * <p>Which rule counts follows the documented order: a rule of just the path before all others; of
 * rules with {@code *} or {@code +}, the one whose first wildcard stands furthest right; then one
 * without {@code *} at its end; then the one with fewer {@code +}; then the longer; then the one
 * that is later in the alphabet. Several policies' rules of the same path are merged first.
 */
public final class Acl {
  /** Allows everything. */
  private static final Acl ROOT = new Acl(true, Map.of());

  private final boolean root;
  private final Map<String, Rule> exact = new HashMap<>();
  private final NavigableMap<String, Rule> prefixes = new TreeMap<>();
  private final List<Wildcard> wildcards = new ArrayList<>();

  private Acl(boolean root, Map<PathRule, Rule> rules) {
    this.root = root;
    rules.forEach(
        (path, rule) -> {
          if (path.segmentWildcards()) {
            wildcards.add(new Wildcard(path, List.of(path.path().split("/", -1)), rule));
          } else if (path.prefix()) {
            prefixes.put(path.path(), rule);
          } else {
            exact.put(path.path(), rule);
          }
        });
  }

  private record Wildcard(PathRule path, List<String> segments, Rule rule) {}

  /** The compiled form of {@code policies} together. */
  public static Acl compile(Collection<Policy> policies) {
    Map<PathRule, Rule> rules = new HashMap<>();
    for (Policy policy : policies) {
      if (policy.name().equals(Policy.ROOT)) {
        return ROOT;
      }
      policy.rules().forEach(rule -> rules.merge(rule.getKey(), rule.getValue(), Rule::merge));
    }
    return new Acl(false, rules);
  }

  /** What the root policy allows: all. */
  public static Acl ofRoot() {
    return ROOT;
  }

  /** Whether this allows everything, whatever the path. */
  public boolean root() {
    return root;
  }

  /**
   * Whether {@code operation} is allowed.
   *
   * @param path the whole path without {@code v1/}
   * @param body for rules about parameters
   * @param wrapTtl how long the answer is to be wrapped, for rules about wrapping
   * @param needsSudo whether the endpoint asks for {@code sudo} besides
   */
  public boolean allows(
      Operation operation,
      String path,
      JsonObject body,
      Optional<Duration> wrapTtl,
      boolean needsSudo) {
    if (root) {
      return true;
    }
    if (operation == Operation.HELP) {
      return true;
    }
    Rule rule = find(path, operation == Operation.LIST);
    if (rule == null || rule.denies()) {
      return false;
    }
    int needed = Capability.needed(operation) | (needsSudo ? Capability.SUDO.bit() : 0);
    return (rule.capabilities() & needed) == needed
        && (rule.plain() || rule.allows(operation, body, wrapTtl));
  }

  /** What is allowed on {@code path}; {@link Capability#DENY} alone where nothing is. */
  public Set<Capability> capabilities(String path) {
    Rule rule = find(path, path.endsWith("/"));
    if (rule == null || rule.denies() || rule.capabilities() == 0) {
      return EnumSet.of(Capability.DENY);
    }
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (Capability capability : Capability.values()) {
      if ((rule.capabilities() & capability.bit()) != 0) {
        capabilities.add(capability);
      }
    }
    return capabilities;
  }

  /** Whether any rule allows something at {@code mountPath} (with a slash behind) or below it. */
  public boolean mayAccessMount(String mountPath) {
    if (root) {
      return true;
    }
    String bare = mountPath.substring(0, mountPath.length() - 1);
    boolean at =
        exact.entrySet().stream()
            .anyMatch(
                e ->
                    grants(e.getValue())
                        && (e.getKey().startsWith(mountPath) || e.getKey().equals(bare)));
    boolean below =
        prefixes.entrySet().stream()
            .anyMatch(
                e ->
                    grants(e.getValue())
                        && (e.getKey().startsWith(mountPath) || mountPath.startsWith(e.getKey())));
    return at || below || wildcards.stream().anyMatch(w -> grants(w.rule()) && couldMeet(w, mountPath));
  }

  /** The paths of all rules with what they allow, those that end with a star among them. */
  public Map<String, Set<Capability>> ruleCapabilities(boolean ofPrefixes) {
    Map<String, Set<Capability>> all = new TreeMap<>();
    (ofPrefixes ? prefixes : exact)
        .forEach(
            (path, rule) -> {
              Set<Capability> set = EnumSet.noneOf(Capability.class);
              for (Capability capability : Capability.values()) {
                if ((rule.capabilities() & capability.bit()) != 0) {
                  set.add(capability);
                }
              }
              all.put(path, set);
            });
    return all;
  }

  private static boolean grants(Rule rule) {
    return !rule.denies() && rule.capabilities() != 0;
  }

  private static boolean couldMeet(Wildcard wildcard, String mountPath) {
    List<String> mount = List.of(mountPath.substring(0, mountPath.length() - 1).split("/", -1));
    List<String> rule = wildcard.segments();
    for (int i = 0; i < Math.min(mount.size(), rule.size()); i++) {
      boolean last = i == rule.size() - 1;
      boolean prefix = last && wildcard.path().prefix() && mount.get(i).startsWith(rule.get(i));
      if (!rule.get(i).equals("+") && !rule.get(i).equals(mount.get(i)) && !prefix) {
        return false;
      }
    }
    return rule.size() >= mount.size() || wildcard.path().prefix();
  }

  private @Nullable Rule find(String path, boolean list) {
    Rule rule = exact.get(path);
    if (rule == null && list && path.endsWith("/")) {
      // A folder is listed with and without its slash.
      rule = exact.get(path.substring(0, path.length() - 1));
    }
    if (rule != null) {
      return rule;
    }
    Map.Entry<String, Rule> prefix = longestPrefix(path);
    if (wildcards.isEmpty()) {
      return prefix == null ? null : prefix.getValue();
    }
    Wildcard best = bestWildcard(path, list);
    if (best == null) {
      return prefix == null ? null : prefix.getValue();
    }
    if (prefix == null || compare(best.path(), new PathRule(prefix.getKey(), true, false)) > 0) {
      return best.rule();
    }
    return prefix.getValue();
  }

  private Map.@Nullable Entry<String, Rule> longestPrefix(String path) {
    // The longest prefix is not above the path in order; what stands between shares less with it,
    // so each step goes down to the common beginning.
    String bound = path;
    Map.Entry<String, Rule> entry = prefixes.floorEntry(bound);
    while (entry != null && !path.startsWith(entry.getKey())) {
      bound = path.substring(0, common(path, entry.getKey()));
      entry = prefixes.floorEntry(bound);
    }
    return entry;
  }

  private static int common(String left, String right) {
    int length = Math.min(left.length(), right.length());
    int i = 0;
    while (i < length && left.charAt(i) == right.charAt(i)) {
      i++;
    }
    return i;
  }

  private @Nullable Wildcard bestWildcard(String path, boolean list) {
    List<String> segments = List.of(path.split("/", -1));
    List<String> withoutSlash =
        list && path.endsWith("/") ? segments.subList(0, segments.size() - 1) : segments;
    Wildcard best = null;
    for (Wildcard wildcard : wildcards) {
      boolean meets = meets(wildcard, segments) || meets(wildcard, withoutSlash);
      if (meets && (best == null || compare(wildcard.path(), best.path()) > 0)) {
        best = wildcard;
      }
    }
    return best;
  }

  private static boolean meets(Wildcard wildcard, List<String> segments) {
    List<String> rule = wildcard.segments();
    boolean prefix = wildcard.path().prefix();
    if (segments.size() < rule.size() || (segments.size() > rule.size() && !prefix)) {
      return false;
    }
    for (int i = 0; i < rule.size(); i++) {
      String wanted = rule.get(i);
      String given = segments.get(i);
      boolean lastOfPrefix = prefix && i == rule.size() - 1;
      boolean same = lastOfPrefix ? given.startsWith(wanted) : given.equals(wanted);
      // A wildcard stands for a segment, and an empty one is none.
      if (!same && !(wanted.equals("+") && !given.isEmpty())) {
        return false;
      }
    }
    return true;
  }

  /** Above zero where {@code left} comes before {@code right} in the documented order. */
  private static int compare(PathRule left, PathRule right) {
    int byFirst = Integer.compare(firstWildcard(left), firstWildcard(right));
    if (byFirst != 0) {
      return byFirst;
    }
    if (left.prefix() != right.prefix()) {
      return left.prefix() ? -1 : 1;
    }
    int byCount = Long.compare(wildcardCount(right), wildcardCount(left));
    if (byCount != 0) {
      return byCount;
    }
    int byLength = Integer.compare(left.path().length(), right.path().length());
    return byLength != 0 ? byLength : left.path().compareTo(right.path());
  }

  private static int firstWildcard(PathRule rule) {
    String path = "/" + rule.path() + "/";
    int plus = rule.segmentWildcards() ? path.indexOf("/+/") : -1;
    return plus >= 0 ? plus : rule.path().length();
  }

  private static long wildcardCount(PathRule rule) {
    if (!rule.segmentWildcards()) {
      return 0;
    }
    return Arrays.stream(rule.path().split("/", -1)).filter("+"::equals).count();
  }
}
