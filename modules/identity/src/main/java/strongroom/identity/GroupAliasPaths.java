package strongroom.identity;

import java.util.HashMap;
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

/** {@code identity/group-alias}: what auth methods call external groups. */
final class GroupAliasPaths {
  private final IdentityStore store;
  private final IdentityEngine.TransactionOf transactions;

  GroupAliasPaths(IdentityStore store, IdentityEngine.TransactionOf transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  List<Endpoint> endpoints() {
    return List.of(
        described(Endpoint.at("group-alias", "Make an alias of an external group, or change one."))
            .on(Operation.UPDATE, call -> write(call, call.fields().nonEmptyString("id")))
            .build(),
        Endpoint.at("group-alias/id", "The ids of all aliases of groups.")
            .on(Operation.LIST, call -> list())
            .build(),
        described(Endpoint.at("group-alias/id/{id}", "An alias of a group by its id."))
            .on(Operation.READ, this::read)
            .on(Operation.UPDATE, call -> write(call, Optional.of(call.parameter("id"))))
            .on(Operation.DELETE, this::delete)
            .build());
  }

  private static Endpoint.Builder described(Endpoint.Builder endpoint) {
    return endpoint
        .field("name", "string", "What the auth method calls the group.")
        .field("mount_accessor", "string", "The accessor of the auth method.")
        .field("canonical_id", "string", "The group's id; a new one is made where absent.")
        .field("id", "string", "The id of an alias that is there.");
  }

  private Response read(Call call) {
    String id = call.parameter("id");
    Alias alias = store.groups().byAliasId(id).flatMap(Group::alias).orElseThrow(Refusal::notFound);
    return Response.of(new Shown(store.mounts()).alias(alias));
  }

  private Response write(Call call, Optional<String> id) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    Groups groups = store.groups();
    Optional<Group> owner =
        id.map(
            given ->
                groups
                    .byAliasId(given)
                    .orElseThrow(() -> Refusal.invalid("invalid group alias ID")));
    String name =
        Texts.checkedName(
            call.fields()
                .nonEmptyString("name")
                .orElseThrow(() -> Refusal.invalid("missing alias name")));
    String accessor =
        call.fields()
            .nonEmptyString("mount_accessor")
            .orElseThrow(() -> Refusal.invalid("missing mount_accessor"));
    Optional<Group> wanted =
        call.fields().nonEmptyString("canonical_id").map(given -> requireGroup(groups, given));
    if (store.requireMount(accessor).local()) {
      throw Refusal.invalid("the mount accessor is that of a local mount");
    }
    Optional<Group> holder = groups.byAlias(new AliasKey(accessor, name));
    if (holder.isPresent() && !holder.equals(owner)) {
      throw Refusal.invalid("combination of mount and group alias name is already in use");
    }
    Group group =
        wanted.or(() -> owner).orElseGet(() -> GroupPaths.fresh(store, Optional.empty(), true));
    Alias before = owner.flatMap(Group::alias).orElseGet(() -> freshAlias(group));
    Alias named = before.named(accessor, name, false).of(group.id());
    if (owner.isPresent() && named.equals(before)) {
      return Response.done();
    }
    Alias after = owner.isPresent() ? named.updated(store.now()) : named;
    Map<String, Optional<Group>> changes = new HashMap<>();
    owner.ifPresent(
        left ->
            changes.put(left.id(), Optional.of(left.with(Optional.empty()).updated(store.now()))));
    changes.put(group.id(), Optional.of(group.with(Optional.of(after)).updated(store.now())));
    store.change(transaction, changes);
    return Response.of(
        JsonObject.builder().put("canonical_id", group.id()).put("id", after.id()).build());
  }

  private static Group requireGroup(Groups groups, String id) {
    Group group =
        groups
            .byId(id)
            .orElseThrow(() -> Refusal.invalid("invalid group ID given in 'canonical_id'"));
    if (!group.external()) {
      throw Refusal.invalid("alias can't be set on an internal group");
    }
    return group;
  }

  private Alias freshAlias(Group group) {
    return Alias.fresh(Uuids.random(store.random()), group.id(), store.now());
  }

  private Response delete(Call call) {
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    store
        .groups()
        .byAliasId(call.parameter("id"))
        .ifPresent(
            group -> {
              Group after = group.with(Optional.empty()).updated(store.now());
              store.change(transaction, Map.of(group.id(), Optional.of(after)));
            });
    return Response.done();
  }

  private Response list() {
    Shown shown = new Shown(store.mounts());
    JsonObject.Builder details = JsonObject.builder();
    List<Alias> aliases =
        store.groups().all().stream().flatMap(group -> group.alias().stream()).toList();
    aliases.forEach(alias -> details.put(alias.id(), shown.aliasInList(alias)));
    return Shown.list(aliases.stream().map(Alias::id).sorted().toList(), details.build());
  }
}
