package strongroom.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Json;
import strongroom.logical.RefusedException;
import strongroom.policy.Holder;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * All entities. In storage, below {@code identity/}: {@code entity/<id>} the entity with its
 * aliases; {@code entity-name/<hash>}, {@code alias/<accessor>/<hash>}, {@code alias-id/<id>} and
 * {@code merged/<id>} the id of the entity that is known so.
 *
 * <p>In memory are those that made requests lately, with what their policies are: {@link
 * #CACHED_MAX} at most, however many there are.
 */
final class Entities {
  private static final String FOLDER = "identity/";
  private static final String ENTITY = FOLDER + "entity/";
  private static final String NAME = FOLDER + "entity-name/";
  private static final String ALIAS = FOLDER + "alias/";
  private static final String ALIAS_ID = FOLDER + "alias-id/";
  private static final String MERGED = FOLDER + "merged/";

  private static final int CACHED_MAX = 50_000;
  private static final int ID_LENGTH_MAX = 64;
  private static final int PAGE = 500;

  private final Map<String, Known> cache = new ConcurrentHashMap<>();

  /** How often any entity was changed: what was read before a change is not kept behind it. */
  private final AtomicLong changes = new AtomicLong();

  /** An entity in memory, with what follows from it and the groups of a moment. */
  static final class Known {
    final Entity entity;
    private volatile @Nullable Derived derived;

    private Known(Entity entity) {
      this.entity = entity;
    }

    /** Any of several threads may make it anew; each makes the same. */
    Holder holder(Groups groups) {
      Derived now = derived;
      if (now == null || !now.groups.equals(groups)) {
        now = new Derived(groups, Entities.holder(entity, groups));
        derived = now;
      }
      return now.holder;
    }
  }

  private record Derived(Groups groups, Holder holder) {}

  /** What {@code entity} is to policies, with {@code groups} as they are. */
  static Holder holder(Entity entity, Groups groups) {
    List<Group> all = groups.of(entity).all();
    List<String> policies = new ArrayList<>(entity.profile().policies());
    all.forEach(group -> policies.addAll(group.profile().policies()));
    return new Holder(entity.profile().disabled(), policies, new Selectors(entity, all));
  }

  /** The entity that {@code key} names, from memory where it is there. */
  Optional<Known> known(AliasKey key, ReadableStorage from) {
    return key.mountAccessor().contains("/")
        ? Optional.empty()
        : from.get(aliasKey(key)).flatMap(id -> known(new String(id, US_ASCII), from));
  }

  /**
   * The entity {@code id}, or the one it was merged into, from memory where it is there.
   *
   * @param from storage, or a transaction that has written no entity
   */
  Optional<Known> known(String id, ReadableStorage from) {
    Known known = cache.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    long before = changes.get();
    Optional<Entity> stored = byIdOrMerged(from, id);
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    Known fresh = new Known(stored.get());
    if (cache.size() >= CACHED_MAX) {
      cache.keySet().stream().limit(CACHED_MAX / 10).toList().forEach(cache::remove);
    }
    cache.put(id, fresh);
    if (changes.get() != before) {
      // A commit may have changed the entity between the read and the line before.
      cache.remove(id, fresh);
    }
    return Optional.of(fresh);
  }

  Optional<Entity> byId(ReadableStorage from, String id) {
    return isId(id) ? from.get(ENTITY + id).map(bytes -> parse(id, bytes)) : Optional.empty();
  }

  Optional<Entity> byIdOrMerged(ReadableStorage from, String id) {
    return byId(from, id).or(() -> isId(id) ? pointed(from, MERGED + id) : Optional.empty());
  }

  Optional<Entity> byName(ReadableStorage from, String name) {
    return pointed(from, NAME + hash(name));
  }

  Optional<Entity> byAlias(ReadableStorage from, AliasKey key) {
    return key.mountAccessor().contains("/") ? Optional.empty() : pointed(from, aliasKey(key));
  }

  Optional<Entity> byAliasId(ReadableStorage from, String aliasId) {
    return isId(aliasId) ? pointed(from, ALIAS_ID + aliasId) : Optional.empty();
  }

  private Optional<Entity> pointed(ReadableStorage from, String key) {
    return from.get(key).flatMap(id -> byId(from, new String(id, US_ASCII)));
  }

  /** Ids come from clients, and must not name anything else in storage. */
  private static boolean isId(String id) {
    return !id.isEmpty()
        && id.length() <= ID_LENGTH_MAX
        && id.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  private static Entity parse(String id, byte[] stored) {
    try {
      return Entity.fromJson(Json.parseObject(stored));
    } catch (Json.MalformedJson
        | RefusedException
        | NoSuchElementException
        | ClassCastException e) {
      throw new StorageFault.Damaged("an entity cannot be read: " + ENTITY + id, e);
    }
  }

  /** Up to a page of ids behind {@code after}. */
  Page ids(ReadableStorage from, String after) {
    return from.list(ENTITY, after, PAGE);
  }

  /** How many there are. */
  int count(ReadableStorage from) {
    Page page = ids(from, "");
    int count = page.names().size();
    while (page.more()) {
      page = ids(from, page.names().getLast());
      count += page.names().size();
    }
    return count;
  }

  /** Stores {@code after} in the place of {@code before}. */
  void write(Transaction transaction, Optional<Entity> before, Entity after) {
    before.ifPresent(entity -> deleteIndexes(transaction, entity));
    byte[] id = after.id().getBytes(US_ASCII);
    transaction.put(NAME + hash(after.name()), id);
    for (Alias alias : after.aliases()) {
      transaction.put(aliasKey(alias.key()), id);
      transaction.put(ALIAS_ID + alias.id(), id);
    }
    for (String merged : after.mergedIds()) {
      transaction.put(MERGED + merged, id);
    }
    transaction.put(ENTITY + after.id(), Json.toBytes(after.toJson()));
    before.ifPresent(entity -> forget(transaction, entity));
    forget(transaction, after);
  }

  void delete(Transaction transaction, Entity entity) {
    deleteIndexes(transaction, entity);
    transaction.delete(ENTITY + entity.id());
    forget(transaction, entity);
  }

  private static void deleteIndexes(Transaction transaction, Entity entity) {
    transaction.delete(NAME + hash(entity.name()));
    for (Alias alias : entity.aliases()) {
      transaction.delete(aliasKey(alias.key()));
      transaction.delete(ALIAS_ID + alias.id());
    }
    for (String merged : entity.mergedIds()) {
      transaction.delete(MERGED + merged);
    }
  }

  private void forget(Transaction transaction, Entity entity) {
    transaction.afterCommit(
        () -> {
          changes.incrementAndGet();
          cache.remove(entity.id());
          entity.mergedIds().forEach(cache::remove);
        });
  }

  private static String aliasKey(AliasKey key) {
    return ALIAS + key.mountAccessor() + "/" + hash(key.name());
  }

  /** Of a name as it is compared: names may hold anything and be of any length. */
  private static String hash(String name) {
    try {
      byte[] canonical = AliasKey.canonical(name).getBytes(UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void clear() {
    cache.clear();
  }
}
