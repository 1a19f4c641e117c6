package strongroom.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.logical.Uuids;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Transaction;

/** {@code identity/entity}: entities by id and by name. */
final class EntityPaths {
  private final IdentityStore store;
  private final IdentityEngine.TransactionOf transactions;

  EntityPaths(IdentityStore store, IdentityEngine.TransactionOf transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  List<Endpoint> endpoints() {
    return List.of(
        described(Endpoint.at("entity", "Make an entity, or change one by its id or name."))
            .on(
                Operation.UPDATE,
                call ->
                    write(
                        call,
                        call.fields().nonEmptyString("id"),
                        call.fields().nonEmptyString("name")))
            .build(),
        Endpoint.at("entity/merge", "Merge entities into one.")
            .field("from_entity_ids", "array", "The ids of those that are merged, and go.")
            .field("to_entity_id", "string", "The id of the one that they become.")
            .field(
                "conflicting_alias_ids_to_keep",
                "array",
                "Of two aliases of one mount, the one that stays.")
            .field("force", "boolean", "Taken, and of no meaning: no MFA secrets are merged.")
            .on(Operation.UPDATE, new EntityMerge(store, transactions)::merge)
            .build(),
        Endpoint.at("entity/batch-delete", "Delete entities.")
            .field("entity_ids", "array", "Their ids.")
            .on(Operation.UPDATE, this::deleteMany)
            .build(),
        Endpoint.at("entity/id", "The ids of all entities.")
            .on(Operation.LIST, call -> list(call, false))
            .build(),
        described(Endpoint.at("entity/id/{id}", "An entity by its id."))
            .on(Operation.READ, call -> read(byId(call)))
            .on(
                Operation.UPDATE,
                call ->
                    write(
                        call,
                        Optional.of(call.parameter("id")),
                        call.fields().nonEmptyString("name")))
            .on(Operation.DELETE, call -> delete(call, this::byId))
            .build(),
        Endpoint.at("entity/name", "The names of all entities.")
            .on(Operation.LIST, call -> list(call, true))
            .build(),
        described(Endpoint.at("entity/name/{name...}", "An entity by its name."))
            .on(Operation.READ, call -> read(byName(call)))
            .on(
                Operation.UPDATE,
                call ->
                    write(
                        call,
                        call.fields().nonEmptyString("id"),
                        Optional.of(call.parameter("name"))))
            .on(Operation.DELETE, call -> delete(call, this::byName))
            .build());
  }

  private static Endpoint.Builder described(Endpoint.Builder endpoint) {
    return endpoint
        .field("name", "string", "Its name; one is made up where there is none.")
        .field("id", "string", "The id of an entity that is there.")
        .field("metadata", "object", "Strings for people and for templates.")
        .field("policies", "array", "What its tokens may do besides; never root.")
        .field("disabled", "boolean", "Whether its tokens are refused.");
  }

  private Optional<Entity> byId(Call call) {
    return store.entities().byId(transactions.of(call), call.parameter("id"));
  }

  private Optional<Entity> byName(Call call) {
    return store.entities().byName(transactions.of(call), call.parameter("name"));
  }

  private Response read(Optional<Entity> entity) {
    return Response.of(shown(store, entity.orElseThrow(Refusal::notFound)));
  }

  static JsonObject shown(IdentityStore store, Entity entity) {
    return new Shown(store.mounts()).entity(entity, store.groups().of(entity));
  }

  private Response write(Call call, Optional<String> id, Optional<String> name) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    Optional<Entity> byId =
        id.map(
            given ->
                store
                    .entities()
                    .byId(transaction, given)
                    .orElseThrow(() -> Refusal.invalid("entity not found from id")));
    Optional<Entity> byName =
        name.flatMap(given -> store.entities().byName(transaction, Texts.checkedName(given)));
    if (byId.isPresent() && byName.isPresent() && !byId.get().id().equals(byName.get().id())) {
      throw Refusal.invalid("entity name is already in use");
    }
    Optional<Entity> before = byId.or(() -> byName);
    Fields fields = call.fields();
    Entity.Profile old = before.map(Entity::profile).orElse(Entity.Profile.NONE);
    Entity.Profile profile =
        new Entity.Profile(
            Texts.policies(fields).orElse(old.policies()),
            Texts.pairs(fields, "metadata").orElse(old.metadata()),
            fields.bool("disabled").orElse(old.disabled()));
    if (before.isPresent()) {
      Entity after = before.get().with(name.orElse(before.get().name()), profile);
      store.entities().write(transaction, before, after.updated(store.now()));
      return Response.done();
    }
    Entity made =
        Entity.fresh(
            Uuids.random(store.random()),
            name.orElseGet(() -> Texts.generatedName("entity", store.random())),
            profile,
            store.now());
    store.entities().write(transaction, before, made);
    return Response.of(
        JsonObject.builder()
            .putNull("aliases")
            .put("id", made.id())
            .put("name", made.name())
            .build());
  }

  private Response delete(Call call, Function<Call, Optional<Entity>> by) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    by.apply(call).ifPresent(entity -> delete(transaction, List.of(entity)));
    return Response.done();
  }

  private Response deleteMany(Call call) {
    Set<String> ids = new LinkedHashSet<>(call.fields().strings("entity_ids").orElse(List.of()));
    if (ids.isEmpty()) {
      throw Refusal.invalid("missing entity ids to delete");
    }
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    delete(
        transaction,
        ids.stream().flatMap(id -> store.entities().byId(transaction, id).stream()).toList());
    return Response.done();
  }

  private void delete(Transaction transaction, List<Entity> gone) {
    Map<String, Optional<Group>> changes = new HashMap<>();
    for (Entity entity : gone) {
      store.entities().delete(transaction, entity);
      store.groups().withMember(entity.id()).forEach(g -> changes.put(g.id(), Optional.of(g)));
    }
    List<String> ids = gone.stream().map(Entity::id).toList();
    changes.replaceAll(
        (id, group) ->
            group.map(
                g -> {
                  List<String> left = new ArrayList<>(g.members().entityIds());
                  left.removeAll(Set.copyOf(ids));
                  return g.with(new Group.Members(left, g.members().groupIds()))
                      .updated(store.now());
                }));
    store.change(transaction, changes);
  }

  private Response list(Call call, boolean byName) {
    Shown shown = new Shown(store.mounts());
    List<String> keys = new ArrayList<>();
    JsonObject.Builder details = JsonObject.builder();
    for (Entity entity : all(store, transactions.of(call))) {
      keys.add(byName ? entity.name() : entity.id());
      details.put(entity.id(), shown.entityInList(entity));
    }
    return Shown.list(byName ? keys.stream().sorted().toList() : keys, details.build());
  }

  /** All entities, in the order of their ids. */
  static List<Entity> all(IdentityStore store, ReadableStorage from) {
    List<Entity> all = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      Page page = store.entities().ids(from, after);
      for (String id : page.names()) {
        store.entities().byId(from, id).ifPresent(all::add);
        after = id;
      }
      more = page.more();
    }
    return all;
  }
}
