package strongroom.policy;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

/**
 * What a token may do: its policies, merged and compiled. Immutable.
 *
 * <p>A pattern that stands in several policies grants what all of them grant, and nothing where one
 * denies. Of different patterns that match a path only one counts: the exact one, otherwise the one
 * of the highest priority (Vault's documentation, concepts/policies). Where none matches, nothing
 * is allowed. Paths are compared as they are, character by character: {@code ..}, {@code //} and
 * {@code %2e} mean nothing here.
 *
 * <p>A check is one hash look-up and one walk along the path, without allocation.
 */
public final class Acl {
  private static final Acl ROOT = new Acl(true, Map.of());

  private final boolean root;
  private final Map<String, Grant> exact = new HashMap<>();
  private final List<WildcardRule> wildcards;
  private final WildcardTree tree;
  private final Map<String, Grant> byPattern;

  private Acl(boolean root, Map<String, Grant> byPattern) {
    this.root = root;
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

  /** Merges {@code policies}; with {@link Policy#ROOT} among them everything is allowed. */
  public static Acl compile(Collection<Policy> policies) {
    if (policies.stream().anyMatch(policy -> policy.name().equals(Policy.ROOT.name()))) {
      return ROOT;
    }
    Map<String, Grant> byPattern = new LinkedHashMap<>();
    for (Policy policy : policies) {
      for (PathRule rule : policy.rules()) {
        byPattern.merge(rule.pattern(), rule.grant(), Grant::and);
      }
    }
    return new Acl(false, byPattern);
  }

  /** Whether this allows everything. */
  public boolean root() {
    return root;
  }

  /**
   * Whether a request is allowed. {@link Operation#HELP} always is.
   *
   * @param path the full path below {@code /v1/}, without a leading slash; a list counts as one
   *     with a trailing slash
   * @param body the request's parameters; for a read, those of its query
   * @param wrapTtl the lifetime asked for, where the answer is to be wrapped
   * @param needsSudo whether the path is root-protected
   */
  public boolean allows(
      Operation operation,
      String path,
      JsonObject body,
      Optional<Duration> wrapTtl,
      boolean needsSudo) {
    if (root || operation == Operation.HELP) {
      return true;
    }
    boolean list = operation == Operation.LIST;
    // A list is of a folder, whether or not the client wrote the slash.
    Grant grant = find(list && !path.endsWith("/") ? path + "/" : path, list);
    return grant != null && grant.allows(operation, body, wrapTtl, needsSudo);
  }

  /**
   * The capabilities on {@code path}, as {@code sys/capabilities} tells them: {@link
   * Capability#DENY} alone where there are none. Of a root's there is nothing to tell: ask {@link
   * #root}.
   */
  public Set<Capability> capabilities(String path) {
    Grant grant = find(path, true);
    return grant == null || !grant.grantsAnything()
        ? Set.of(Capability.DENY)
        : Capability.ofBits(grant.bits());
  }

  /**
   * Whether anything at or below {@code mountPath} may be allowed: whether the mount is shown to
   * the token's owner.
   *
   * @param mountPath ends with a slash
   */
  public boolean mayAccessMount(String mountPath) {
    if (root) {
      return true;
    }
    Grant atMount = find(mountPath, true);
    Grant aroundMount = tree.find(mountPath, mountPath.length());
    if ((atMount != null && atMount.grantsAnything())
        || (aroundMount != null && aroundMount.grantsAnything())) {
      return true;
    }
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

  /**
   * Every pattern, wildcards and all, with its capabilities; {@link Capability#DENY} alone where it
   * grants none. Nothing for a root.
   */
  public Map<String, Set<Capability>> rules() {
    Map<String, Set<Capability>> rules = new LinkedHashMap<>();
    byPattern.forEach(
        (pattern, grant) ->
            rules.put(
                pattern,
                grant.grantsAnything()
                    ? Capability.ofBits(grant.bits())
                    : Set.of(Capability.DENY)));
    return Collections.unmodifiableMap(rules);
  }

  /**
   * A list's path counts with its trailing slash and without: of exact rules the one with the slash
   * first, of wildcards the one without, as in Vault, so that {@code secret/+} decides on a list of
   * {@code secret/a/} before {@code secret/*} does.
   */
  private @Nullable Grant find(String path, boolean list) {
    boolean folder = list && path.endsWith("/");
    Grant grant = exact.isEmpty() ? null : exact.get(path);
    if (grant == null && folder && !exact.isEmpty()) {
      grant = exact.get(path.substring(0, path.length() - 1));
    }
    if (grant == null && folder) {
      grant = tree.find(path, path.length() - 1);
    }
    if (grant == null) {
      grant = tree.find(path, path.length());
    }
    return grant;
  }

  /** How many patterns there are. */
  @Override
  public String toString() {
    return root ? "Acl[root]" : "Acl[" + byPattern.size() + " patterns]";
  }
}
