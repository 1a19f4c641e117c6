package strongroom.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.logical.Uuids;
import strongroom.policy.Holder;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

class IdentityStoreTest {
  private final People people = new People();

  private Entity stored(String id) {
    return people.store.entities().byId(people.barrier, id).orElseThrow();
  }

  @Test
  void aSecondLoginThatTellsNothingNewWritesNothing() {
    people.external("a1", "staff");
    String id = people.login("a1", "ann", "staff").entityId();
    try (Transaction transaction = new Transaction(people.barrier)) {
      Login again = new Login("a1", "Ann", Map.of("by", "a1"), List.of("STAFF"));
      assertThat(people.store.login(transaction, again).entityId()).isEqualTo(id);
      assertThat(transaction.hasWrites()).isFalse();
    }
  }

  @Test
  void theSameNameAtTwoMountsIsTwoEntities() {
    assertThat(people.login("a1", "ann").entityId())
        .isNotEqualTo(people.login("a2", "ann").entityId());
  }

  @Test
  void whatALoginTellsOfSomebodyIsNoted() {
    String id = people.login("a1", "ann").entityId();
    people.committed(
        t -> people.store.login(t, new Login("a1", "ann", Map.of("mail", "x"), List.of())));

    assertThat(stored(id).aliases().getFirst().metadata()).isEqualTo(Map.of("mail", "x"));
  }

  @Test
  void membershipOfExternalGroupsIsWhatTheLastLoginByTheirMountTold() {
    people.external("a1", "staff");
    people.external("a1", "ops");
    people.external("a2", "guests");
    String id = people.login("a1", "ann", "staff", "none").entityId();
    assertThat(people.policies(id)).containsExactly("staff");

    Entity before = stored(id);
    Alias second = before.aliases().getFirst().named("a2", "ann", false);
    people.committed(
        t -> {
          Alias own =
              new Alias(
                  Uuids.random(people.store.random()),
                  id,
                  "a2",
                  second.name(),
                  Map.of(),
                  Map.of(),
                  List.of(),
                  false,
                  second.times());
          people.store.entities().write(t, Optional.of(before), before.plus(own));
          return true;
        });
    assertThat(people.login("a2", "ann", "guests", "staff").entityId()).isEqualTo(id);
    assertThat(people.policies(id)).containsExactly("guests", "staff");

    assertThat(people.login("a1", "ann", "ops").policies()).containsExactly("guests", "ops");
    people.login("a2", "ann");
    assertThat(people.policies(id)).containsExactly("ops");
  }

  @Test
  void aRenamedOrRemovedAliasOfAGroupEndsMemberships() {
    Group staff = people.external("a1", "staff");
    Group ops = people.external("a1", "ops");
    String id = people.login("a1", "ann", "staff", "ops").entityId();
    assertThat(people.policies(id)).containsExactly("ops", "staff");

    people.change(staff.with(staff.alias().map(alias -> alias.named("a1", "other", false))));
    people.change(ops.with(Optional.empty()));

    assertThat(people.policies(id)).isEmpty();
  }

  @Test
  void everythingIsThereAfterARestart() {
    people.external("a1", "staff");
    String id = people.login("a1", "ann", "staff").entityId();
    Group group = people.internal("inner", id);

    people.store.close();
    people.store = people.reopened();

    assertThat(people.policies(id)).containsExactly("inner", "staff");
    assertThat(people.login("a1", "ann", "staff").entityId()).isEqualTo(id);
    people.remove(group);
    assertThat(people.policies(id)).containsExactly("staff");
  }

  @Test
  void aHolderIsTheSameUntilSomethingOfItChanges() {
    String id = people.login("a1", "ann").entityId();
    String other = people.login("a1", "bob").entityId();
    Holder holder = people.holder(id).orElseThrow();
    assertThat(people.holder(id)).containsSame(holder);

    people.internal("inner", other);
    assertThat(people.policies(id)).isEmpty();
    Entity before = stored(id);
    people.committed(
        t -> {
          Entity.Profile disabled = new Entity.Profile(List.of("x"), Map.of(), true);
          people.store.entities().write(t, Optional.of(before), before.with("ann", disabled));
          return true;
        });

    assertThat(people.policies(id)).containsExactly("x");
    assertThat(people.holder(id).orElseThrow().disabled()).isTrue();
    assertThatThrownBy(() -> people.login("a1", "ann")).isInstanceOf(RefusedException.class);
  }

  @Test
  void aChangeThatWasNotCommittedIsNotSeen() {
    String id = people.login("a1", "ann").entityId();
    Entity before = stored(id);
    try (Transaction transaction = new Transaction(people.barrier)) {
      people.store.entities().delete(transaction, before);
      people.store.change(transaction, Map.of());
      assertThat(people.holder(id)).isPresent();
    }
    assertThat(people.holder(id)).isPresent();
  }

  /** A commit between the read of an entity and its being kept in memory. */
  @Test
  void whatWasReadBeforeAChangeIsNotKeptBehindIt() {
    String id = people.login("a1", "ann").entityId();
    Entity before = stored(id);
    ReadableStorage slow =
        new ReadableStorage() {
          @Override
          public Optional<byte[]> get(String key) {
            Optional<byte[]> read = people.barrier.get(key);
            people.committed(
                t -> {
                  Entity.Profile other = new Entity.Profile(List.of("new"), Map.of(), false);
                  people.store.entities().write(t, Optional.of(before), before.with("a", other));
                  return true;
                });
            return read;
          }

          @Override
          public Page list(String folder, String after, int limit) {
            return people.barrier.list(folder, after, limit);
          }
        };

    assertThat(people.store.find(id, slow).orElseThrow().policies()).isEmpty();
    assertThat(people.policies(id)).containsExactly("new");
  }

  @Test
  void namesWhatIsDamaged() {
    String id = people.login("a1", "ann").entityId();
    byte[] damaged = "{\"id\":5}".getBytes(StandardCharsets.UTF_8);
    people.barrier.commit(new Batch().put("identity/entity/" + id, damaged));
    assertThatThrownBy(() -> people.reopened().find(id, people.barrier))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining(id);

    people.barrier.commit(new Batch().put("identity/group/x", damaged));
    assertThatThrownBy(people::reopened).isInstanceOf(StorageFault.Damaged.class);
  }

  @Test
  void selectorsTellOfTheEntityItsAliasesAndItsGroups() {
    String id = people.login("a1", "ann").entityId();
    Group group = people.internal("inner", id);
    Entity entity =
        stored(id).with("Ann", new Entity.Profile(List.of(), Map.of("team", "x"), false));
    Alias alias = entity.aliases().getFirst();
    Selectors selectors =
        new Selectors(
            entity.changing(alias.id(), a -> a.with(a.metadata(), Map.of("site.no", "7"))),
            List.of(group));

    assertThat(selectors.apply("identity.entity.id")).contains(id);
    assertThat(selectors.apply("identity.entity.name")).contains("Ann");
    assertThat(selectors.apply("identity.entity.metadata.team")).contains("x");
    assertThat(selectors.apply("identity.entity.aliases.a1.name")).contains("ann");
    assertThat(selectors.apply("identity.entity.aliases.a1.id")).contains(alias.id());
    assertThat(selectors.apply("identity.entity.aliases.a1.metadata.by")).contains("a1");
    assertThat(selectors.apply("identity.entity.aliases.a1.custom_metadata.site.no")).contains("7");
    assertThat(selectors.apply("identity.groups.ids." + group.id() + ".name")).contains("inner");
    assertThat(selectors.apply("identity.groups.names.inner.id")).contains(group.id());
    for (String none :
        List.of(
            "",
            "identity.entity.",
            "identity.entity.metadata",
            "identity.entity.metadata.",
            "identity.entity.metadata.none",
            "identity.entity.aliases.a2.name",
            "identity.entity.aliases.a1",
            "identity.entity.aliases.a1.none",
            "identity.groups.names.inner",
            "identity.groups.names.other.id",
            "identity.groups.names.inner.metadata.none",
            "identity.groups.none.inner.id",
            "time.now",
            "Identity.entity.id")) {
      assertThat(selectors.apply(none)).as(none).isEmpty();
    }
  }
}
