package strongroom.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * Keeps policies on the barrier under {@code sys/policy/}, and in memory what was read and
 * compiled. Safe for use by many threads. Names are taken as {@link Policy#normalizedName} has
 * them.
 *
 * <p>A write drops all that is in memory, after its commit and before its transaction's locks are
 * released. Whoever began to read before that fills the memory that was dropped, so nothing old
 * stays behind.
 */
public final class PolicyStore {
  private static final String FOLDER = "sys/policy/";
  private static final int POLICY_BYTES_MAX = 512 * 1024;
  private static final int POLICIES_CACHED_MAX = 2_000;
  private static final int ACLS_CACHED_MAX = 10_000;
  private static final int NAMES_PAGE = 1_000;

  private final Storage barrier;
  private volatile Memory memory = new Memory();

  /** Reads from {@code barrier}; writes go to the transactions given. */
  public PolicyStore(Storage barrier) {
    this.barrier = barrier;
  }

  /** What was read since the last write. */
  private static final class Memory {
    final Map<String, Optional<Policy>> policies = new ConcurrentHashMap<>();
    final Map<List<String>, Acl> acls = new ConcurrentHashMap<>();
  }

  /** Writes the policy {@code default}, as a new installation has it. */
  public static void bootstrap(Transaction tx) {
    tx.put(key(Policy.DEFAULT_NAME), encode(BuiltInPolicies.DEFAULT_TEXT));
  }

  /**
   * The policy of a name; {@code root} and {@code response-wrapping} are built in.
   *
   * @throws StorageFault.Damaged where what is stored is no policy
   */
  public Optional<Policy> find(String name) {
    return find(Policy.normalizedName(name), memory);
  }

  private Optional<Policy> find(String name, Memory in) {
    if (name.equals(Policy.ROOT.name())) {
      return Optional.of(Policy.ROOT);
    }
    if (name.equals(BuiltInPolicies.RESPONSE_WRAPPING.name())) {
      return Optional.of(BuiltInPolicies.RESPONSE_WRAPPING);
    }
    if (name.isEmpty() || name.length() > Policy.NAME_LENGTH_MAX) {
      return Optional.empty();
    }
    Optional<Policy> known = in.policies.get(name);
    if (known == null) {
      known = barrier.get(key(name)).map(stored -> decode(name, stored));
      if (in.policies.size() < POLICIES_CACHED_MAX) {
        in.policies.put(name, known);
      }
    }
    return known;
  }

  /** All names in order: those stored, and {@code root}. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(Policy.ROOT.name());
    String after = "";
    boolean more = true;
    while (more) {
      Page page = barrier.list(FOLDER, after, NAMES_PAGE);
      for (String stored : page.names()) {
        names.add(stored.replace("%2F", "/").replace("%25", "%"));
        after = stored;
      }
      more = page.more();
    }
    Collections.sort(names);
    return List.copyOf(names);
  }

  /**
   * Stores {@code policy}. It takes effect for all tokens when {@code tx} has committed.
   *
   * @throws RefusedException for a name that is built in, empty or too long, and for a text of more
   *     than 512 KiB
   */
  public void put(Transaction tx, Policy policy) {
    String name = policy.name();
    if (isBuiltIn(name)) {
      throw Refusal.invalid("the policy \"" + name + "\" is built in and cannot be changed");
    }
    if (name.isEmpty() || name.length() > Policy.NAME_LENGTH_MAX) {
      throw Refusal.invalid(
          "a policy's name has 1 to "
              + Policy.NAME_LENGTH_MAX
              + " characters, not "
              + name.length());
    }
    byte[] stored = encode(policy.text());
    if (stored.length > POLICY_BYTES_MAX) {
      throw Refusal.tooLarge(
          "the policy has " + stored.length + " bytes; " + POLICY_BYTES_MAX + " are allowed");
    }
    tx.put(key(name), stored);
    tx.afterCommit(this::forget);
  }

  /**
   * Deletes a policy; one that is not there is fine. Takes effect when {@code tx} has committed.
   *
   * @throws RefusedException for {@code default} and for names that are built in
   */
  public void delete(Transaction tx, String name) {
    String normalized = Policy.normalizedName(name);
    if (isBuiltIn(normalized) || normalized.equals(Policy.DEFAULT_NAME)) {
      throw Refusal.invalid("the policy \"" + normalized + "\" cannot be deleted");
    }
    if (!normalized.isEmpty() && normalized.length() <= Policy.NAME_LENGTH_MAX) {
      tx.delete(key(normalized));
      tx.afterCommit(this::forget);
    }
  }

  /**
   * The policies of {@code names} compiled. A name without a policy grants nothing.
   *
   * @throws StorageFault.Damaged where what is stored is no policy
   */
  public Acl aclFor(List<String> names) {
    return aclFor(names, memory);
  }

  /**
   * The same with the policies of {@code holder} besides, and with the templates of all filled for
   * it.
   *
   * @throws StorageFault.Damaged where what is stored is no policy
   */
  public Acl aclFor(List<String> names, Holder holder) {
    Memory in = memory;
    return holder.acl(names, in, all -> aclFor(all, in));
  }

  private Acl aclFor(List<String> names, Memory in) {
    Acl known = in.acls.get(names);
    if (known != null) {
      return known;
    }
    List<String> normalized =
        names.stream().map(Policy::normalizedName).distinct().sorted().toList();
    Acl acl =
        Optional.ofNullable(in.acls.get(normalized))
            .orElseGet(
                () ->
                    Acl.compile(
                        normalized.stream()
                            .map(name -> find(name, in))
                            .flatMap(Optional::stream)
                            .toList()));
    if (in.acls.size() >= ACLS_CACHED_MAX) {
      in.acls.clear();
    }
    in.acls.put(normalized, acl);
    in.acls.put(List.copyOf(names), acl);
    return acl;
  }

  /** Drops what is in memory: after a write, and where storage changed by another's hand. */
  public void forget() {
    memory = new Memory();
  }

  private static boolean isBuiltIn(String name) {
    return name.equals(Policy.ROOT.name()) || name.equals(BuiltInPolicies.RESPONSE_WRAPPING.name());
  }

  /** Slashes belong to the name, so they must not make folders. */
  private static String key(String name) {
    return FOLDER + name.replace("%", "%25").replace("/", "%2F");
  }

  private static byte[] encode(String text) {
    return Json.toBytes(JsonObject.builder().put("version", 1).put("text", text).build());
  }

  private static Policy decode(String name, byte[] stored) {
    try {
      Optional<String> text = new Fields(Json.parseObject(stored)).string("text");
      return Policy.parse(name, text.orElseThrow());
    } catch (Json.MalformedJson | PolicySyntax | RefusedException | NoSuchElementException e) {
      throw new StorageFault.Damaged(
          "what is stored under " + key(name) + " is not a policy: write the policy again", e);
    }
  }
}
