package strongroom.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.logical.Uuids;
import strongroom.storage.Transaction;

/**
 * {@code identity/entity-alias}: what auth methods call entities. {@code alias} and {@code persona}
 * are its older names.
 */
final class EntityAliasPaths {
  private static final List<String> PREFIXES = List.of("entity-alias", "alias", "persona");

  private final IdentityStore store;
  private final IdentityEngine.TransactionOf transactions;

  EntityAliasPaths(IdentityStore store, IdentityEngine.TransactionOf transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  List<Endpoint> endpoints() {
    return PREFIXES.stream().flatMap(prefix -> endpoints(prefix).stream()).toList();
  }

  private List<Endpoint> endpoints(String prefix) {
    return List.of(
        described(Endpoint.at(prefix, "Make an alias, or change one."))
            .on(Operation.UPDATE, call -> write(call, call.fields().nonEmptyString("id")))
            .build(),
        Endpoint.at(prefix + "/id", "The ids of all aliases.")
            .on(Operation.LIST, this::list)
            .build(),
        described(Endpoint.at(prefix + "/id/{id}", "An alias by its id."))
            .on(Operation.READ, this::read)
            .on(Operation.UPDATE, call -> write(call, Optional.of(call.parameter("id"))))
            .on(Operation.DELETE, this::delete)
            .build());
  }

  private static Endpoint.Builder described(Endpoint.Builder endpoint) {
    return endpoint
        .field("name", "string", "What the auth method calls the entity.")
        .field("canonical_id", "string", "The entity's id; a new one is made where absent.")
        .field("entity_id", "string", "The older name of canonical_id.")
        .field("mount_accessor", "string", "The accessor of the auth method.")
        .field("id", "string", "The id of an alias that is there.")
        .field("custom_metadata", "object", "Strings for people and for templates.");
  }

  private Response read(Call call) {
    String id = call.parameter("id");
    Alias alias =
        store
            .entities()
            .byAliasId(transactions.of(call), id)
            .flatMap(entity -> entity.alias(id))
            .orElseThrow(Refusal::notFound);
    return Response.of(new Shown(store.mounts()).alias(alias));
  }

  private Response write(Call call, Optional<String> id) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    Optional<String> accessor = call.fields().nonEmptyString("mount_accessor");
    Optional<String> name = call.fields().nonEmptyString("name").map(Texts::checkedName);
    if (id.isPresent()) {
      Entity owner =
          store
              .entities()
              .byAliasId(transaction, id.get())
              .orElseThrow(() -> Refusal.invalid("invalid alias ID provided"));
      return update(call, owner, owner.alias(id.get()).orElseThrow());
    }
    if (accessor.isEmpty() || name.isEmpty()) {
      throw Refusal.invalid("'id' or 'mount_accessor' and 'name' must be provided");
    }
    AuthMounts.AuthMount mount = store.requireMount(accessor.get());
    AliasKey key = new AliasKey(accessor.get(), name.get());
    Optional<Entity> owner = store.entities().byAlias(transaction, key);
    return owner.isPresent()
        ? update(call, owner.get(), owner.get().aliasAt(accessor.get()).orElseThrow())
        : create(call, key, name.get(), mount);
  }

  private static Optional<String> canonicalId(Call call) {
    return call.fields()
        .nonEmptyString("canonical_id")
        .or(() -> call.fields().nonEmptyString("entity_id"));
  }

  private Response create(Call call, AliasKey key, String name, AuthMounts.AuthMount mount) {
    Transaction transaction = transactions.of(call);
    Optional<Entity> owner =
        canonicalId(call)
            .map(
                id ->
                    store
                        .entities()
                        .byId(transaction, id)
                        .orElseThrow(() -> Refusal.invalid("invalid canonical ID")));
    if (owner.isPresent() && owner.get().aliasAt(key.mountAccessor()).isPresent()) {
      throw Refusal.invalid("Alias already exists for requested entity and mount accessor");
    }
    Entity entity =
        owner.orElseGet(
            () ->
                Entity.fresh(
                    Uuids.random(store.random()),
                    Texts.generatedName("entity", store.random()),
                    Entity.Profile.NONE,
                    store.now()));
    Alias alias =
        Alias.fresh(Uuids.random(store.random()), entity.id(), store.now())
            .named(key.mountAccessor(), name, mount.local())
            .with(Map.of(), Texts.pairs(call.fields(), "custom_metadata").orElse(Map.of()));
    store.entities().write(transaction, owner, entity.plus(alias).updated(store.now()));
    return told(alias);
  }

  private Response update(Call call, Entity owner, Alias before) {
    String accessor = call.fields().nonEmptyString("mount_accessor").orElse(before.mountAccessor());
    String name = call.fields().nonEmptyString("name").orElse(before.name());
    String canonicalId = canonicalId(call).orElse(owner.id());
    Map<String, String> custom =
        Texts.pairs(call.fields(), "custom_metadata").orElse(before.customMetadata());
    Alias named =
        before
            .named(accessor, name, store.requireMount(accessor).local())
            .with(before.metadata(), custom);
    if (named.equals(before) && canonicalId.equals(owner.id())) {
      return Response.done();
    }
    Transaction transaction = transactions.of(call);
    boolean taken =
        store
            .entities()
            .byAlias(transaction, named.key())
            .flatMap(entity -> entity.aliasAt(accessor))
            .filter(alias -> !alias.id().equals(before.id()))
            .isPresent();
    if (taken) {
      throw Refusal.invalid("alias with combination of mount accessor and name already exists");
    }
    Alias after = named.of(canonicalId).updated(store.now());
    if (canonicalId.equals(owner.id())) {
      return renamed(transaction, owner, before, after);
    }
    return moved(transaction, owner, before, after);
  }

  private Response renamed(Transaction transaction, Entity owner, Alias before, Alias after) {
    Entity entity = owner.without(before.id());
    if (entity.aliasAt(after.mountAccessor()).isPresent()) {
      throw Refusal.invalid(
          "Alias cannot be updated as the entity already has an alias for the given"
              + " 'mount_accessor'");
    }
    Entity kept =
        after.key().equals(before.key())
            ? owner.changing(before.id(), alias -> after)
            : notInGroupsOf(before, entity).plus(after);
    store.entities().write(transaction, Optional.of(owner), kept.updated(store.now()));
    return told(after);
  }

  private Response moved(Transaction transaction, Entity owner, Alias before, Alias after) {
    Entity target =
        store
            .entities()
            .byId(transaction, after.canonicalId())
            .orElseThrow(
                () -> Refusal.invalid("given 'canonical_id' is not associated with an entity"));
    if (before.local()) {
      throw Refusal.invalid("local aliases can't be moved between entities");
    }
    if (target.aliasAt(after.mountAccessor()).isPresent()) {
      throw Refusal.invalid(
          "Alias cannot be updated as the given entity already has an alias for this mount");
    }
    Entity left = notInGroupsOf(before, owner.without(before.id()));
    store.entities().write(transaction, Optional.of(owner), left.updated(store.now()));
    Entity joined = target.plus(after);
    store.entities().write(transaction, Optional.of(target), joined.updated(store.now()));
    return told(after);
  }

  /** Whoever is no longer known to an auth method is in no group by its word either. */
  private static Entity notInGroupsOf(Alias alias, Entity entity) {
    return entity.withExternal(
        entity.external().stream()
            .filter(key -> !key.mountAccessor().equals(alias.mountAccessor()))
            .toList());
  }

  private static Response told(Alias alias) {
    return Response.of(
        JsonObject.builder()
            .put("canonical_id", alias.canonicalId())
            .put("id", alias.id())
            .build());
  }

  private Response delete(Call call) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    String id = call.parameter("id");
    store
        .entities()
        .byAliasId(transaction, id)
        .ifPresent(
            owner -> {
              Alias alias = owner.alias(id).orElseThrow();
              Entity left = notInGroupsOf(alias, owner.without(id));
              store.entities().write(transaction, Optional.of(owner), left.updated(store.now()));
            });
    return Response.done();
  }

  private Response list(Call call) {
    Shown shown = new Shown(store.mounts());
    List<String> keys = new ArrayList<>();
    JsonObject.Builder details = JsonObject.builder();
    for (Entity entity : EntityPaths.all(store, transactions.of(call))) {
      for (Alias alias : entity.aliases()) {
        keys.add(alias.id());
        details.put(alias.id(), shown.aliasInList(alias));
      }
    }
    return Shown.list(keys.stream().sorted().toList(), details.build());
  }
}
