package strongroom.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
  private static final RuleSet NOTHING = new RuleSet(Map.of());
  private static final Acl ROOT = new Acl(true, NOTHING, List.of(), null);

  private final boolean root;
  private final RuleSet rules;
  private final List<PathRule> templates;

  /** What the templates are for one identity; null where there are none or nobody to fill them. */
  private final @Nullable RuleSet rendered;

  private Acl(boolean root, RuleSet rules, List<PathRule> templates, @Nullable RuleSet rendered) {
    this.root = root;
    this.rules = rules;
    this.templates = templates;
    this.rendered = rendered;
  }

  /** Merges {@code policies}; with {@link Policy#ROOT} among them everything is allowed. */
  public static Acl compile(Collection<Policy> policies) {
    if (policies.stream().anyMatch(policy -> policy.name().equals(Policy.ROOT.name()))) {
      return ROOT;
    }
    Map<String, Grant> byPattern = new LinkedHashMap<>();
    List<PathRule> templates = new ArrayList<>();
    for (Policy policy : policies) {
      for (PathRule rule : policy.rules()) {
        if (rule.template().isPresent()) {
          templates.add(rule);
        } else {
          byPattern.merge(rule.pattern(), rule.grant(), Grant::and);
        }
      }
    }
    return new Acl(false, new RuleSet(byPattern), List.copyOf(templates), null);
  }

  /**
   * This with the templates of its policies filled for {@code holder}. Where the holder has no
   * value for one, or none that stays within its segment, the rule grants nothing; one that denies
   * must not be got rid of by such a value, so that then all is denied.
   */
  Acl renderedFor(Holder holder) {
    if (templates.isEmpty()) {
      return this;
    }
    Map<String, Grant> byPattern = new LinkedHashMap<>();
    for (PathRule rule : templates) {
      switch (rule.template().orElseThrow().render(holder)) {
        case PathTemplate.Rendered.Pattern(String pattern) ->
            byPattern.merge(pattern, rule.grant(), Grant::and);
        case PathTemplate.Rendered.Missing missing -> {}
        case PathTemplate.Rendered.Unsafe unsafe -> {
          if (rule.grant().denied()) {
            return new Acl(false, NOTHING, List.of(), null);
          }
        }
      }
    }
    byPattern.replaceAll(
        (pattern, grant) -> {
          Grant general = rules.byPattern().get(pattern);
          return general == null ? grant : grant.and(general);
        });
    return new Acl(false, rules, templates, new RuleSet(byPattern));
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
    Grant aroundMount = wildcard(mountPath, mountPath.length());
    return (atMount != null && atMount.grantsAnything())
        || (aroundMount != null && aroundMount.grantsAnything())
        || rules.grantsBelow(mountPath)
        || (rendered != null && rendered.grantsBelow(mountPath));
  }

  /**
   * Every pattern, wildcards and all, with its capabilities; {@link Capability#DENY} alone where it
   * grants none. Nothing for a root.
   */
  public Map<String, Set<Capability>> rules() {
    Map<String, Grant> all = new LinkedHashMap<>(rules.byPattern());
    if (rendered != null) {
      all.putAll(rendered.byPattern());
    }
    Map<String, Set<Capability>> told = new LinkedHashMap<>();
    all.forEach(
        (pattern, grant) ->
            told.put(
                pattern,
                grant.grantsAnything()
                    ? Capability.ofBits(grant.bits())
                    : Set.of(Capability.DENY)));
    return Collections.unmodifiableMap(told);
  }

  /**
   * A list's path counts with its trailing slash and without: of exact rules the one with the slash
   * first, of wildcards the one without, as in Vault, so that {@code secret/+} decides on a list of
   * {@code secret/a/} before {@code secret/*} does.
   */
  private @Nullable Grant find(String path, boolean list) {
    boolean folder = list && path.endsWith("/");
    Grant grant = exact(path);
    if (grant == null && folder) {
      grant = exact(path.substring(0, path.length() - 1));
    }
    if (grant == null && folder) {
      grant = wildcard(path, path.length() - 1);
    }
    if (grant == null) {
      grant = wildcard(path, path.length());
    }
    return grant;
  }

  private @Nullable Grant exact(String path) {
    Grant own = rendered == null ? null : rendered.exact(path);
    return own == null ? rules.exact(path) : own;
  }

  private @Nullable Grant wildcard(String path, int end) {
    WildcardRule general = rules.wildcard(path, end);
    WildcardRule own = rendered == null ? null : rendered.wildcard(path, end);
    WildcardRule counts = own != null && (general == null || own.before(general)) ? own : general;
    return counts == null ? null : counts.grant();
  }

  /** How many patterns there are. */
  @Override
  public String toString() {
    return root ? "Acl[root]" : "Acl[" + rules.byPattern().size() + " patterns]";
  }
}
