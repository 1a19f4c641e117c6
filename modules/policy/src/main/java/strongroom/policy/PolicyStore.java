package strongroom.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import strongroom.logical.Refusal;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * The policies in storage, and the compiled ACLs of the sets of policies that tokens have. ACLs are
 * kept until a policy changes; which is why the caches are dropped whole then: changes are rare and
 * must be seen by the next request.
 */
public final class PolicyStore {
  private static final String FOLDER = "sys/policy/";
  private static final int PAGE = 1000;
  private static final int CACHED_ACLS_MAX = 10_000;
  private static final int NAME_LENGTH_MAX = 512;

  private final Storage barrier;

  /** ACLs by their policies' names. Replaced whole when a policy changes. */
  private volatile Map<List<String>, Acl> acls = new ConcurrentHashMap<>();

  /** Counts changes, so that an ACL compiled from what was before is not kept. */
  private volatile long changes;

  /** Works on {@code barrier}. */
  public PolicyStore(Storage barrier) {
    this.barrier = barrier;
  }

  /** Writes what every installation starts with. */
  public static void bootstrap(Transaction transaction) {
    transaction.put(
        FOLDER + Policy.DEFAULT, BuiltInPolicies.DEFAULT_TEXT.getBytes(StandardCharsets.UTF_8));
  }

  /** The policy {@code name}, in any spelling of its name. The root policy has empty text. */
  public Optional<Policy> find(String name) {
    String canonical = Policy.canonicalName(name);
    if (canonical.isEmpty() || canonical.length() > NAME_LENGTH_MAX) {
      return Optional.empty();
    }
    if (canonical.equals(Policy.ROOT)) {
      return Optional.of(parsed(Policy.ROOT, ""));
    }
    if (canonical.equals(Policy.RESPONSE_WRAPPING)) {
      return Optional.of(parsed(canonical, BuiltInPolicies.RESPONSE_WRAPPING_TEXT));
    }
    return barrier
        .get(FOLDER + canonical)
        .map(text -> parsed(canonical, new String(text, StandardCharsets.UTF_8)));
  }

  /** All names in order, {@code root} among them. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      Page page = barrier.list(FOLDER, after, PAGE);
      names.addAll(page.names());
      more = page.more();
      after = more ? page.names().getLast() : "";
    }
    names.add(Policy.ROOT);
    return names;
  }

  /** Writes {@code policy}; it counts from the transaction's commit on. */
  public void put(Transaction transaction, Policy policy) {
    if (policy.name().equals(Policy.ROOT) || policy.name().equals(Policy.RESPONSE_WRAPPING)) {
      throw Refusal.invalid("the policy " + policy.name() + " cannot be changed");
    }
    checkName(policy.name());
    transaction.put(FOLDER + policy.name(), policy.text().getBytes(StandardCharsets.UTF_8));
    transaction.afterCommit(this::forgetAcls);
  }

  /** Removes the policy {@code name}, where it is there. */
  public void delete(Transaction transaction, String name) {
    String canonical = Policy.canonicalName(name);
    switch (canonical) {
      case Policy.ROOT, Policy.DEFAULT, Policy.RESPONSE_WRAPPING ->
          throw Refusal.invalid("the policy " + canonical + " cannot be removed");
      default -> {
        checkName(canonical);
        transaction.delete(FOLDER + canonical);
        transaction.afterCommit(this::forgetAcls);
      }
    }
  }

  /** What the policies {@code names} allow together. A policy that is not there allows nothing. */
  public Acl aclFor(List<String> names) {
    Map<List<String>, Acl> cache = acls;
    Acl known = cache.get(names);
    return known != null ? known : compile(names, cache);
  }

  private Acl compile(List<String> names, Map<List<String>, Acl> cache) {
    long before = changes;
    Set<String> wanted = new TreeSet<>(names);
    List<Policy> policies = new ArrayList<>();
    for (String name : wanted) {
      find(name).ifPresent(policies::add);
    }
    Acl acl = Acl.compile(policies);
    if (cache.size() < CACHED_ACLS_MAX && before == changes) {
      cache.put(List.copyOf(names), acl);
    }
    return acl;
  }

  private synchronized void forgetAcls() {
    changes++;
    acls = new ConcurrentHashMap<>();
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.length() > NAME_LENGTH_MAX || name.endsWith("/") || name.startsWith("/")) {
      throw Refusal.invalid(
          "a policy's name has 1 to " + NAME_LENGTH_MAX + " characters and no slash at either end");
    }
  }

  private static Policy parsed(String name, String text) {
    try {
      return Policy.parse(name, text);
    } catch (Policy.Malformed e) {
      throw new StorageFault.Damaged("the stored policy " + name + " cannot be read", e);
    }
  }
}
