package strongroom.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The identity behind a token, as far as policies depend on it. What it says never changes: where
 * the identity changes, another holder takes its place.
 *
 * <p>It keeps what was compiled for it, so that a token's second request costs no more than that of
 * a token without an identity.
 */
public final class Holder {
  /** For how many lists of tokens' own policies an Acl is kept. */
  private static final int ACLS_MAX = 16;

  private final boolean disabled;
  private final List<String> policies;
  private final Function<String, Optional<String>> values;
  private volatile @Nullable Compiled compiled;

  /**
   * What was compiled while the policies were as {@code memory} has them.
   *
   * @param acls by the names of the tokens' own policies
   */
  private record Compiled(Object memory, Map<List<String>, Acl> acls) {}

  /**
   * An identity.
   *
   * @param disabled whether its tokens are refused
   * @param policies the names of the policies that it gives its tokens besides their own
   * @param values what stands for a template's selector ({@code identity.entity.name}); empty where
   *     there is no such value
   */
  public Holder(
      boolean disabled, List<String> policies, Function<String, Optional<String>> values) {
    this.disabled = disabled;
    // Nobody becomes root by an identity, whatever is stored.
    this.policies =
        policies.stream().filter(name -> !Policy.resemblesRoot(name)).distinct().sorted().toList();
    this.values = values;
  }

  /** Whether its tokens are refused. */
  public boolean disabled() {
    return disabled;
  }

  /** The names of the policies that it gives its tokens besides their own, in order. */
  public List<String> policies() {
    return policies;
  }

  Optional<String> value(String selector) {
    return values.apply(selector);
  }

  /**
   * The Acl of a token with {@code own} policies.
   *
   * @param memory stands for the policies as they are: what was compiled for another is dropped
   * @param compile makes the Acl of names, without templates
   */
  Acl acl(List<String> own, Object memory, Function<List<String>, Acl> compile) {
    Compiled now = compiled;
    if (now == null || !now.memory.equals(memory)) {
      now = new Compiled(memory, new ConcurrentHashMap<>());
      compiled = now;
    }
    Acl known = now.acls.get(own);
    if (known != null) {
      return known;
    }
    TreeSet<String> all = new TreeSet<>(own);
    all.addAll(policies);
    Acl acl = compile.apply(List.copyOf(all)).renderedFor(this);
    if (now.acls.size() >= ACLS_MAX) {
      now.acls.clear();
    }
    now.acls.put(List.copyOf(own), acl);
    return acl;
  }

  /** Names nobody. */
  @Override
  public String toString() {
    return "Holder" + policies;
  }
}
