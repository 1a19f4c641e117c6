package strongroom.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.engine.Call;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;
import strongroom.storage.Transaction;

/**
 * Makes several entities one. The aliases, and the places in groups, of those that go become the
 * one's; their policies and metadata do not. Tokens of those that go are the one's from then on.
 */
final class EntityMerge {
  private final IdentityStore store;
  private final IdentityEngine.TransactionOf transactions;

  EntityMerge(IdentityStore store, IdentityEngine.TransactionOf transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  Response merge(Call call) {
    Fields fields = call.fields();
    String toId =
        fields
            .nonEmptyString("to_entity_id")
            .orElseThrow(() -> Refusal.invalid("missing entity id to merge to"));
    Set<String> fromIds = new LinkedHashSet<>(fields.strings("from_entity_ids").orElse(List.of()));
    if (fromIds.isEmpty()) {
      throw Refusal.invalid("missing entity ids to merge from");
    }
    Set<String> keep =
        Set.copyOf(
            new HashSet<>(fields.strings("conflicting_alias_ids_to_keep").orElse(List.of())));
    if (fromIds.size() > 1 && keep.size() > 1) {
      throw Refusal.invalid(
          "aliases conflicts cannot be resolved with multiple from entity ids - merge one entity"
              + " at a time");
    }
    if (fromIds.contains(toId)) {
      throw Refusal.invalid("to_entity_id should not be present in from_entity_ids");
    }
    Transaction transaction = transactions.of(call);
    store.lock(transaction);
    Entity to = require(transaction, toId, "entity id to merge to is invalid");
    List<Entity> from =
        fromIds.stream()
            .map(id -> require(transaction, id, "entity id to merge from is invalid"))
            .toList();
    checkMounts(to, from, keep);
    Entity merged = to;
    for (Entity entity : from) {
      merged = merged(merged, entity, keep);
      store.entities().delete(transaction, entity);
    }
    store.entities().write(transaction, Optional.of(to), merged.updated(store.now()));
    store.change(transaction, memberships(to, from));
    return Response.done();
  }

  private Entity require(Transaction transaction, String id, String otherwise) {
    return store.entities().byId(transaction, id).orElseThrow(() -> Refusal.invalid(otherwise));
  }

  /** An entity has one alias a mount: where there are two, people say which stays. */
  private static void checkMounts(Entity to, List<Entity> from, Set<String> keep) {
    Map<String, String> owners = new HashMap<>();
    for (Entity entity : from) {
      for (Alias alias : entity.aliases()) {
        String other = owners.putIfAbsent(alias.mountAccessor(), entity.id());
        if (other != null) {
          throw Refusal.invalid(
              "mount accessor "
                  + alias.mountAccessor()
                  + " found in multiple fromEntities, merge should be done with one fromEntity at"
                  + " a time");
        }
        Optional<Alias> conflicting = to.aliasAt(alias.mountAccessor());
        if (conflicting.isPresent()
            && !keep.contains(alias.id())
            && !keep.contains(conflicting.get().id())) {
          throw conflict(keep, to, conflicting.get(), alias);
        }
      }
    }
  }

  private static RefusedException conflict(Set<String> keep, Entity to, Alias one, Alias other) {
    return Refusal.invalid(
        keep.isEmpty()
            ? "toEntity and at least one fromEntity have aliases with the same mount accessor,"
                + " repeat the merge request specifying exactly one fromEntity, clashes:"
                + " mountAccessor: "
                + one.mountAccessor()
                + ", toEntity ID: "
                + to.id()
                + ", fromEntity ID: "
                + other.canonicalId()
                + ", conflicting toEntity alias ID: "
                + one.id()
                + ", conflicting fromEntity alias ID: "
                + other.id()
            : "conflicting mount accessors in following alias IDs and neither were present in"
                + " conflicting_alias_ids_to_keep: "
                + other.id()
                + ", "
                + one.id());
  }

  private static Entity merged(Entity to, Entity from, Set<String> keep) {
    Entity result = to;
    for (Alias alias : from.aliases()) {
      Optional<Alias> conflicting = to.aliasAt(alias.mountAccessor());
      if (conflicting.isPresent() && keep.contains(conflicting.get().id())) {
        continue;
      }
      if (conflicting.isPresent()) {
        result = result.without(conflicting.get().id());
      }
      result = result.plus(alias.mergedInto(to.id()));
    }
    Set<AliasKey> external = new LinkedHashSet<>(to.external());
    external.addAll(from.external());
    List<String> mergedIds = new ArrayList<>(result.mergedIds());
    mergedIds.addAll(from.mergedIds());
    mergedIds.add(from.id());
    return result.withExternal(List.copyOf(external)).withMergedIds(mergedIds);
  }

  /** The groups of those that go, with {@code to} in their place. */
  private Map<String, Optional<Group>> memberships(Entity to, List<Entity> from) {
    Set<String> gone = new HashSet<>(from.stream().map(Entity::id).toList());
    Map<String, Optional<Group>> changes = new HashMap<>();
    for (String id : gone) {
      for (Group group : store.groups().withMember(id)) {
        List<String> members = new ArrayList<>(group.members().entityIds());
        members.removeAll(gone);
        members.add(to.id());
        Group.Members after = new Group.Members(members, group.members().groupIds());
        changes.put(group.id(), Optional.of(group.with(after).updated(store.now())));
      }
    }
    return changes;
  }
}
