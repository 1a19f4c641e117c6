package strongroom.identity;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.storage.Transaction;

/** {@code identity/lookup}: who is known by an id, a name, or an alias. */
final class LookupPaths {
  private final IdentityStore store;
  private final IdentityEngine.TransactionOf transactions;

  LookupPaths(IdentityStore store, IdentityEngine.TransactionOf transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  /** What is looked for: by exactly one of these. */
  private sealed interface Wanted {
    record Id(String id) implements Wanted {}

    record Name(String name) implements Wanted {}

    record AliasId(String id) implements Wanted {}

    record ByAlias(AliasKey key) implements Wanted {}
  }

  List<Endpoint> endpoints() {
    return List.of(
        described(Endpoint.at("lookup/entity", "The entity that is known by what is given."))
            .on(Operation.UPDATE, this::entity)
            .build(),
        described(Endpoint.at("lookup/group", "The group that is known by what is given."))
            .on(Operation.UPDATE, this::group)
            .build());
  }

  private static Endpoint.Builder described(Endpoint.Builder endpoint) {
    return endpoint
        .field("id", "string", "Its id.")
        .field("name", "string", "Its name.")
        .field("alias_id", "string", "The id of one of its aliases.")
        .field("alias_name", "string", "The name of one of its aliases, with the accessor.")
        .field("alias_mount_accessor", "string", "The accessor of the alias' auth method.");
  }

  private Response entity(Call call) {
    Transaction transaction = transactions.of(call);
    Entities entities = store.entities();
    Optional<Entity> found =
        switch (wanted(call)) {
          case Wanted.Id(String id) -> entities.byId(transaction, id);
          case Wanted.Name(String name) -> entities.byName(transaction, name);
          case Wanted.AliasId(String id) -> entities.byAliasId(transaction, id);
          case Wanted.ByAlias(AliasKey key) -> entities.byAlias(transaction, key);
        };
    return answer(found.map(entity -> EntityPaths.shown(store, entity)));
  }

  private Response group(Call call) {
    Groups groups = store.groups();
    Optional<Group> found =
        switch (wanted(call)) {
          case Wanted.Id(String id) -> groups.byId(id);
          case Wanted.Name(String name) -> groups.byName(name);
          case Wanted.AliasId(String id) -> groups.byAliasId(id);
          case Wanted.ByAlias(AliasKey key) -> groups.byAlias(key);
        };
    return answer(found.map(group -> GroupPaths.shown(store, transactions.of(call), group)));
  }

  /** Nobody is no mistake: 204. */
  private static Response answer(Optional<JsonObject> found) {
    return found.map(Response::of).orElseGet(Response::done);
  }

  private static Wanted wanted(Call call) {
    Optional<String> id = call.fields().nonEmptyString("id");
    Optional<String> name = call.fields().nonEmptyString("name");
    Optional<String> aliasId = call.fields().nonEmptyString("alias_id");
    Optional<String> aliasName = call.fields().nonEmptyString("alias_name");
    Optional<String> accessor = call.fields().nonEmptyString("alias_mount_accessor");
    long given =
        List.of(id, name, aliasId, aliasName, accessor).stream()
            .filter(Optional::isPresent)
            .count();
    if (given == 0) {
      throw Refusal.invalid("query parameter not supplied");
    }
    if (given == 2 && aliasName.isPresent() && accessor.isPresent()) {
      return new Wanted.ByAlias(new AliasKey(accessor.get(), aliasName.get()));
    }
    if (given > 1) {
      throw Refusal.invalid(
          "query parameter conflict; please supply distinct set of query parameters");
    }
    return id.<Wanted>map(Wanted.Id::new)
        .or(() -> name.map(Wanted.Name::new))
        .or(() -> aliasId.map(Wanted.AliasId::new))
        .orElseThrow(
            () -> Refusal.invalid("both 'alias_name' and 'alias_mount_accessor' needs to be set"));
  }
}
