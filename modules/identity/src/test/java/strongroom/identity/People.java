package strongroom.identity;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import strongroom.logical.Uuids;
import strongroom.policy.Holder;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Transaction;

/** An identity store on real storage, and the auth methods {@code a1} and {@code a2}. */
final class People {
  final InMemoryStorage barrier = new InMemoryStorage();
  IdentityStore store = reopened();

  /** Another store on the same storage, as after a restart. */
  IdentityStore reopened() {
    IdentityStore other =
        new IdentityStore(
            barrier,
            accessor ->
                List.of("a1", "a2").contains(accessor)
                    ? Optional.of(new AuthMounts.AuthMount("auth/" + accessor, "test", false))
                    : Optional.empty(),
            Clock.systemUTC(),
            new SecureRandom());
    other.start();
    return other;
  }

  <T> T committed(Function<Transaction, T> work) {
    try (Transaction transaction = new Transaction(barrier)) {
      T result = work.apply(transaction);
      transaction.commit();
      return result;
    }
  }

  Identified login(String accessor, String name, String... groups) {
    return committed(
        t -> store.login(t, new Login(accessor, name, Map.of("by", accessor), List.of(groups))));
  }

  /** An external group with a policy of its own name. */
  Group external(String accessor, String name) {
    Group group =
        Group.fresh(Uuids.random(store.random()), name, true, store.now())
            .with(name, new Group.Profile(List.of(name), Map.of()));
    Alias alias =
        Alias.fresh(Uuids.random(store.random()), group.id(), store.now())
            .named(accessor, name, false);
    return change(group.with(Optional.of(alias)));
  }

  /** An internal group of {@code entityId} with a policy of its own name. */
  Group internal(String name, String entityId) {
    return change(
        Group.fresh(Uuids.random(store.random()), name, false, store.now())
            .with(name, new Group.Profile(List.of(name), Map.of()))
            .with(new Group.Members(List.of(entityId), List.of())));
  }

  Group change(Group group) {
    return committed(
        t -> {
          store.change(t, Map.of(group.id(), Optional.of(group)));
          return group;
        });
  }

  void remove(Group group) {
    committed(
        t -> {
          store.change(t, Map.of(group.id(), Optional.empty()));
          return true;
        });
  }

  Optional<Holder> holder(String entityId) {
    return store.find(entityId, barrier);
  }

  List<String> policies(String entityId) {
    return holder(entityId).orElseThrow().policies();
  }
}
