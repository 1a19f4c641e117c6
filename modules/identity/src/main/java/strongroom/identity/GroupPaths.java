package strongroom.identity;

import java.util.ArrayList;
import java.util.HashMap;
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
import strongroom.storage.Transaction;

/** {@code identity/group}: groups by id and by name. */
final class GroupPaths {
  /** So that one group, and all of them in memory, stay within bounds. */
  private static final int GROUPS_MAX = 50_000;

  private static final int MEMBERS_MAX = 20_000;
  private static final int MEMBERSHIPS_MAX = 1_000_000;

  private final IdentityStore store;
  private final IdentityEngine.TransactionOf transactions;

  GroupPaths(IdentityStore store, IdentityEngine.TransactionOf transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  List<Endpoint> endpoints() {
    return List.of(
        described(Endpoint.at("group", "Make a group, or change one by its id or name."))
            .on(
                Operation.UPDATE,
                call ->
                    write(
                        call,
                        call.fields().nonEmptyString("id"),
                        call.fields().nonEmptyString("name")))
            .build(),
        Endpoint.at("group/id", "The ids of all groups.")
            .on(Operation.LIST, call -> list(call, false))
            .blocking()
            .build(),
        described(Endpoint.at("group/id/{id}", "A group by its id."))
            .on(Operation.READ, call -> read(call, byId(call)))
            .on(
                Operation.UPDATE,
                call ->
                    write(
                        call,
                        Optional.of(call.parameter("id")),
                        call.fields().nonEmptyString("name")))
            .on(Operation.DELETE, call -> delete(call, this::byId))
            .blocking()
            .build(),
        Endpoint.at("group/name", "The names of all groups.")
            .on(Operation.LIST, call -> list(call, true))
            .blocking()
            .build(),
        described(Endpoint.at("group/name/{name...}", "A group by its name."))
            .on(Operation.READ, call -> read(call, byName(call)))
            .on(
                Operation.UPDATE,
                call -> write(call, Optional.empty(), Optional.of(call.parameter("name"))))
            .on(Operation.DELETE, call -> delete(call, this::byName))
            .blocking()
            .build());
  }

  private static Endpoint.Builder described(Endpoint.Builder endpoint) {
    return endpoint
        .field("name", "string", "Its name; one is made up where there is none.")
        .field("id", "string", "The id of a group that is there.")
        .field("type", "string", "internal (the default) or external; never changed.")
        .field("metadata", "object", "Strings for people and for templates.")
        .field("policies", "array", "What tokens of its members may do besides; never root.")
        .field("member_entity_ids", "array", "The entities in it; of internal groups.")
        .field("member_group_ids", "array", "The groups in it; of internal groups.");
  }

  private Optional<Group> byId(Call call) {
    return store.groups().byId(call.parameter("id"));
  }

  private Optional<Group> byName(Call call) {
    return store.groups().byName(call.parameter("name"));
  }

  private Response read(Call call, Optional<Group> group) {
    return Response.of(shown(store, transactions.of(call), group.orElseThrow(Refusal::notFound)));
  }

  /** With the members of an external group, who are known by their own entries. */
  static JsonObject shown(IdentityStore store, Transaction transaction, Group group) {
    Group whole =
        group
            .alias()
            .map(
                alias ->
                    group.with(
                        new Group.Members(
                            EntityPaths.all(store, transaction).stream()
                                .filter(entity -> entity.external().contains(alias.key()))
                                .map(Entity::id)
                                .toList(),
                            List.of())))
            .orElse(group);
    return new Shown(store.mounts()).group(whole, store.groups().parentIds(group.id()));
  }

  private Response write(Call call, Optional<String> id, Optional<String> name) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    Groups groups = store.groups();
    Optional<Group> byId =
        id.map(given -> groups.byId(given).orElseThrow(() -> Refusal.invalid("invalid group ID")));
    Optional<Group> byName = name.flatMap(given -> groups.byName(Texts.checkedName(given)));
    if (byId.isPresent() && byName.isPresent() && !byId.get().id().equals(byName.get().id())) {
      throw Refusal.invalid("group name is already in use");
    }
    Optional<Group> before = byId.or(() -> byName);
    Group base = before.orElseGet(() -> fresh(store, name, external(call).orElse(false)));
    Group after = changed(call, base.with(name.orElse(base.name()), base.profile()));
    checkMembers(transaction, base, after);
    store.change(transaction, Map.of(after.id(), Optional.of(after.updated(store.now()))));
    return before.isPresent()
        ? Response.done()
        : Response.of(JsonObject.builder().put("id", after.id()).put("name", after.name()).build());
  }

  /** A group without members, as there may be. */
  static Group fresh(IdentityStore store, Optional<String> name, boolean external) {
    if (store.groups().size() >= GROUPS_MAX) {
      throw Refusal.invalid("there are " + GROUPS_MAX + " groups; no more are allowed");
    }
    return Group.fresh(
        Uuids.random(store.random()),
        name.orElseGet(() -> Texts.generatedName("group", store.random())),
        external,
        store.now());
  }

  private static Optional<Boolean> external(Call call) {
    return call.fields()
        .nonEmptyString("type")
        .map(
            type ->
                switch (type) {
                  case "internal" -> false;
                  case "external" -> true;
                  default ->
                      throw Refusal.invalid("invalid group type: it is internal or external");
                });
  }

  private static Group changed(Call call, Group group) {
    if (external(call).filter(external -> external != group.external()).isPresent()) {
      throw Refusal.invalid("group type cannot be changed");
    }
    Fields fields = call.fields();
    Optional<List<String>> entities = fields.strings("member_entity_ids");
    Optional<List<String>> groups = fields.strings("member_group_ids");
    if (group.external() && entities.isPresent()) {
      throw Refusal.invalid("member entities can't be set manually for external groups");
    }
    if (group.external() && groups.isPresent()) {
      throw Refusal.invalid("member groups can't be set for external groups");
    }
    Group.Profile profile =
        new Group.Profile(
            Texts.policies(fields).orElse(group.profile().policies()),
            Texts.pairs(fields, "metadata").orElse(group.profile().metadata()));
    return group
        .with(group.name(), profile)
        .with(
            new Group.Members(
                entities.orElse(group.members().entityIds()),
                groups.orElse(group.members().groupIds())));
  }

  private void checkMembers(Transaction transaction, Group before, Group after) {
    Group.Members members = after.members();
    if (members.size() > MEMBERS_MAX) {
      throw Refusal.invalid("a group has at most " + MEMBERS_MAX + " members");
    }
    long more = (long) members.size() - before.members().size();
    if (more > 0 && store.groups().memberships() + more > MEMBERSHIPS_MAX) {
      throw Refusal.invalid("all groups have at most " + MEMBERSHIPS_MAX + " members together");
    }
    Set<String> known = Set.copyOf(before.members().entityIds());
    for (String id : members.entityIds()) {
      if (!known.contains(id) && store.entities().byId(transaction, id).isEmpty()) {
        throw Refusal.invalid("invalid entity ID: a member is no entity");
      }
    }
    for (String id : members.groupIds()) {
      if (id.equals(after.id())) {
        throw Refusal.invalid("member group ID \"" + id + "\" is same as the ID of the group");
      }
      if (store.groups().byId(id).isEmpty()) {
        throw Refusal.invalid("invalid member group ID: a member is no group");
      }
    }
    if (store.groups().makesCycle(after.id(), members.groupIds())) {
      throw Refusal.invalid(
          "cyclic relationship detected: a member has the group among its own members");
    }
  }

  private Response delete(Call call, Function<Call, Optional<Group>> by) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    by.apply(call).ifPresent(group -> store.change(transaction, without(group)));
    return Response.done();
  }

  /** The group gone, and no longer a member of others. */
  private Map<String, Optional<Group>> without(Group group) {
    Map<String, Optional<Group>> changes = new HashMap<>();
    changes.put(group.id(), Optional.empty());
    for (String parentId : store.groups().parentIds(group.id())) {
      Group parent = store.groups().byId(parentId).orElseThrow();
      List<String> left = new ArrayList<>(parent.members().groupIds());
      left.remove(group.id());
      Group.Members members = new Group.Members(parent.members().entityIds(), left);
      changes.put(parentId, Optional.of(parent.with(members).updated(store.now())));
    }
    return changes;
  }

  private Response list(Call call, boolean byName) {
    Map<AliasKey, Integer> members = new HashMap<>();
    if (store.groups().all().stream().anyMatch(group -> group.alias().isPresent())) {
      EntityPaths.all(store, transactions.of(call)).stream()
          .flatMap(entity -> entity.external().stream())
          .forEach(key -> members.merge(key, 1, Integer::sum));
    }
    Shown shown = new Shown(store.mounts());
    List<String> keys = new ArrayList<>();
    JsonObject.Builder details = JsonObject.builder();
    for (Group group : store.groups().all()) {
      keys.add(byName ? group.name() : group.id());
      int count =
          group
              .alias()
              .map(alias -> members.getOrDefault(alias.key(), 0))
              .orElse(group.members().entityIds().size());
      details.put(
          group.id(), shown.groupInList(group, store.groups().parentIds(group.id()).size(), count));
    }
    return Shown.list(byName ? keys.stream().sorted().toList() : keys, details.build());
  }
}
