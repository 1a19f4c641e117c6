package strongroom.identity;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.Json;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Uuids;
import strongroom.policy.Holder;
import strongroom.policy.Holders;
import strongroom.storage.KeyLocks;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * Keeps entities and groups on the barrier, and in memory what requests need of them.
 *
 * <p>Groups are in memory as a whole, in one {@link Groups} that is replaced when any of them
 * changes; entities are read when they first make a request. Both change after the commit that
 * stores the change and before the transaction's locks are released, so that the next request sees
 * it.
 *
 * <p>What people change comes one after the other; logins change one entity each, side by side.
 */
public final class IdentityStore implements Holders, AutoCloseable {
  private static final String GROUP = "identity/group/";
  private static final int PAGE = 500;

  private final Storage barrier;
  private final AuthMounts mounts;
  private final Clock clock;
  private final SecureRandom random;
  private final Entities entities = new Entities();

  /** Of one lock: alone for who changes what people set, shared by logins. */
  private final KeyLocks structure = new KeyLocks();

  /** By alias, then by entity: of logins. */
  private final KeyLocks aliasLocks = new KeyLocks();

  private final KeyLocks entityLocks = new KeyLocks();
  private volatile Groups groups = Groups.NONE;

  /** Works on {@code barrier}; {@link #start} reads it. */
  public IdentityStore(Storage barrier, AuthMounts mounts, Clock clock, SecureRandom random) {
    this.barrier = barrier;
    this.mounts = mounts;
    this.clock = clock;
    this.random = random;
  }

  /** Reads the groups. */
  public void start() {
    Map<String, Optional<Group>> stored = new HashMap<>();
    String after = "";
    boolean more = true;
    while (more) {
      Page page = barrier.list(GROUP, after, PAGE);
      for (String id : page.names()) {
        stored.put(id, barrier.get(GROUP + id).map(bytes -> parse(id, bytes)));
        after = id;
      }
      more = page.more();
    }
    groups = Groups.NONE.with(stored);
  }

  private static Group parse(String id, byte[] stored) {
    try {
      return Group.fromJson(Json.parseObject(stored));
    } catch (Json.MalformedJson
        | RefusedException
        | NoSuchElementException
        | ClassCastException e) {
      throw new StorageFault.Damaged("a group cannot be read: " + GROUP + id, e);
    }
  }

  @Override
  public Optional<Holder> find(String entityId, ReadableStorage from) {
    return entities.known(entityId, from).map(known -> known.holder(groups));
  }

  /**
   * Whose token a login is about to make, and what is to be noted of it: the alias' metadata and
   * the groups that the auth method counts them among. An entity is made where the alias is new.
   * Nothing is written, and no lock is taken, where nothing has changed since the last login.
   *
   * @throws RefusedException where the entity is disabled
   */
  public Identified login(Transaction transaction, Login login) {
    AliasKey key = new AliasKey(login.mountAccessor(), Texts.checkedName(login.aliasName()));
    Optional<Entities.Known> known =
        entities
            .known(key, transaction)
            .filter(before -> noted(before.entity, key, login).equals(before.entity));
    if (known.isPresent()) {
      return identified(known.get().entity, known.get().holder(groups));
    }
    Entity entity = note(transaction, key, login);
    return identified(entity, Entities.holder(entity, groups));
  }

  private static Identified identified(Entity entity, Holder holder) {
    if (holder.disabled()) {
      throw Refusal.denied("permission denied as the entity is disabled");
    }
    return new Identified(entity.id(), holder.policies());
  }

  private Entity note(Transaction transaction, AliasKey key, Login login) {
    transaction.lockShared(structure, "");
    transaction.lock(aliasLocks, key.mountAccessor() + "/" + key.name());
    Optional<Entity> known = entities.byAlias(transaction, key);
    if (known.isPresent()) {
      transaction.lock(entityLocks, known.get().id());
      known = entities.byId(transaction, known.get().id());
    }
    Entity before = known.orElseGet(() -> fresh(login));
    Entity after = noted(before, key, login);
    if (known.isEmpty() || !after.equals(before)) {
      after = known.isEmpty() ? after : after.updated(now());
      entities.write(transaction, known, after);
    }
    return after;
  }

  private Entity fresh(Login login) {
    Instant now = now();
    String id = Uuids.random(random);
    Alias alias =
        Alias.fresh(Uuids.random(random), id, now)
            .named(
                login.mountAccessor(),
                login.aliasName(),
                mounts
                    .byAccessor(login.mountAccessor())
                    .map(AuthMounts.AuthMount::local)
                    .orElse(false));
    return Entity.fresh(id, Texts.generatedName("entity", random), Entity.Profile.NONE, now)
        .plus(alias);
  }

  /** {@code before} with what {@code login} tells of it. */
  private Entity noted(Entity before, AliasKey key, Login login) {
    String accessor = login.mountAccessor();
    Set<AliasKey> external = new LinkedHashSet<>(before.external());
    external.removeIf(group -> group.mountAccessor().equals(accessor));
    login.groupNames().stream()
        .map(name -> new AliasKey(accessor, name))
        .filter(group -> groups.byAlias(group).isPresent())
        .sorted(Comparator.comparing(AliasKey::name))
        .forEach(external::add);
    boolean same = Set.copyOf(before.external()).equals(external);
    return before
        .changing(
            before.aliasAt(accessor).filter(a -> a.key().equals(key)).map(Alias::id).orElse(""),
            alias -> alias.with(login.metadata(), alias.customMetadata()))
        .withExternal(same ? before.external() : List.copyOf(external));
  }

  /** How many entities there are, by their names in storage: none is read. */
  public int entityCount() {
    return entities.count(barrier);
  }

  /**
   * The auth method with {@code accessor}.
   *
   * @throws strongroom.logical.RefusedException where there is none
   */
  AuthMounts.AuthMount requireMount(String accessor) {
    return mounts
        .byAccessor(accessor)
        .orElseThrow(() -> Refusal.invalid("invalid mount accessor: no auth method has it"));
  }

  /** Keeps others from changing anything that people set, until {@code transaction} is closed. */
  void lock(Transaction transaction) {
    transaction.lock(structure, "");
  }

  Entities entities() {
    return entities;
  }

  Groups groups() {
    return groups;
  }

  AuthMounts mounts() {
    return mounts;
  }

  Instant now() {
    return clock.instant();
  }

  SecureRandom random() {
    return random;
  }

  /** Stores groups by their ids, or removes them, for whoever holds {@link #lock}. */
  void change(Transaction transaction, Map<String, Optional<Group>> changes) {
    changes.forEach(
        (id, group) ->
            group.ifPresentOrElse(
                g -> transaction.put(GROUP + id, Json.toBytes(g.toJson())),
                () -> transaction.delete(GROUP + id)));
    transaction.afterCommit(() -> groups = groups.with(changes));
  }

  @Override
  public void close() {
    entities.clear();
    groups = Groups.NONE;
  }
}
