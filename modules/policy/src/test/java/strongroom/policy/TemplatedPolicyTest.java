package strongroom.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.Operation;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Transaction;

/** Policies with gaps in their paths that the identity behind a token fills. */
class TemplatedPolicyTest {
  private static Holder holder(Map<String, String> values, String... policies) {
    return new Holder(
        false, List.of(policies), selector -> Optional.ofNullable(values.get(selector)));
  }

  private static boolean reads(Acl acl, String path) {
    return Policies.allows(acl, Operation.READ, path);
  }

  @Test
  void fillsEveryGapOfAPath() {
    Acl acl =
        Policies.rules("kv/{{identity.entity.name}}/{{ identity.entity.id }}/x*", "read")
            .renderedFor(holder(Map.of("identity.entity.name", "ann", "identity.entity.id", "1")));

    assertThat(reads(acl, "kv/ann/1/xyz")).isTrue();
    assertThat(reads(acl, "kv/bob/1/xyz")).isFalse();
    assertThat(reads(acl, "kv/{{identity.entity.name}}/{{ identity.entity.id }}/xyz")).isFalse();
    assertThat(acl.rules()).containsOnlyKeys("kv/ann/1/x*");
  }

  @Test
  void grantsNothingByATemplateWithoutAnIdentity() {
    Acl acl = Policies.rules("kv/{{identity.entity.name}}", "read", "kv/all", "read");

    assertThat(reads(acl, "kv/all")).isTrue();
    assertThat(reads(acl, "kv/{{identity.entity.name}}")).isFalse();
    assertThat(acl.rules()).containsOnlyKeys("kv/all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "a*", "*a", "+", "a/b", "/", "../x", "a\n", "\u0000"})
  void grantsNothingWhereAValueIsMissingOrWouldReachBeyondItsSegment(String value) {
    Acl plain = Policies.rules("kv/{{v}}", "read", "kv/{{v}}/*", "read", "kv/all", "read");
    Acl acl = plain.renderedFor(holder(Map.of("v", value)));

    assertThat(acl.rules()).containsOnlyKeys("kv/all");
    assertThat(reads(acl, "kv/" + value)).isFalse();
    assertThat(reads(acl, "kv/other")).isFalse();
    assertThat(reads(acl, "kv/a/b/c")).isFalse();
  }

  @Test
  void takesAPlusWithinAValueAsItself() {
    Acl acl =
        Policies.rules("kv/{{v}}/x", "read")
            .renderedFor(holder(Map.of("v", "ann+tag@example.com")));

    assertThat(reads(acl, "kv/ann+tag@example.com/x")).isTrue();
    assertThat(reads(acl, "kv/other/x")).isFalse();
  }

  @Test
  void isNotRidOfADenialByAValueThatCannotBeUsed() {
    Acl acl = Policies.rules("kv/*", "read", "kv/{{v}}", "deny");

    assertThat(reads(acl.renderedFor(holder(Map.of("v", "mine"))), "kv/mine")).isFalse();
    assertThat(reads(acl.renderedFor(holder(Map.of("v", "mine"))), "kv/other")).isTrue();
    assertThat(reads(acl.renderedFor(holder(Map.of("v", "mi*ne"))), "kv/other")).isFalse();
  }

  @Test
  void mergesARenderedPathWithTheSameOneOfAnotherPolicy() {
    Acl acl = Policies.rules("kv/ann", "list", "kv/{{v}}", "read", "kv/bob", "deny");

    Acl ann = acl.renderedFor(holder(Map.of("v", "ann")));
    assertThat(ann.capabilities("kv/ann"))
        .containsExactlyInAnyOrder(Capability.READ, Capability.LIST);
    assertThat(reads(acl.renderedFor(holder(Map.of("v", "bob"))), "kv/bob")).isFalse();
  }

  @Test
  void decidesAsTheSamePathsWrittenOutDo() {
    Random random = new Random(7);
    Holder holder = holder(Map.of("a", "a", "bb", "bb"));
    List<String> parts = List.of("a", "bb", "+", "c");
    for (int round = 0; round < 400; round++) {
      List<String> written = new ArrayList<>();
      List<String> gapped = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        StringBuilder plain = new StringBuilder("m");
        StringBuilder gaps = new StringBuilder("m");
        for (int depth = random.nextInt(3); depth >= 0; depth--) {
          String part = parts.get(random.nextInt(parts.size()));
          boolean gap = random.nextBoolean() && part.matches("a|bb");
          plain.append('/').append(part);
          gaps.append('/').append(gap ? "{{" + part + "}}" : part);
        }
        String end = random.nextInt(3) == 0 ? "/*" : "";
        String capability =
            random.nextInt(4) == 0 ? "deny" : random.nextBoolean() ? "read" : "list";
        written.addAll(List.of(plain + end, capability));
        gapped.addAll(List.of(gaps + end, capability));
      }
      Acl expected = Policies.rules(written.toArray(String[]::new));
      Acl acl = Policies.rules(gapped.toArray(String[]::new)).renderedFor(holder);
      for (String path : List.of("m/a", "m/bb", "m/c", "m/a/bb", "m/a/c/", "m/bb/a/c", "m/c/c/c")) {
        for (Operation operation : List.of(Operation.READ, Operation.LIST)) {
          assertThat(Policies.allows(acl, operation, path))
              .as("%s %s of %s", operation, path, gapped)
              .isEqualTo(Policies.allows(expected, operation, path));
        }
        assertThat(acl.mayAccessMount("m/")).isEqualTo(expected.mayAccessMount("m/"));
      }
      assertThat(acl.rules()).isEqualTo(expected.rules());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv/{{a", "kv/a}}", "kv/{{a{{b}}", "kv/{{a}}b}}", "}}{{"})
  void refusesBracesThatDoNotComeInPairs(String path) {
    assertThatThrownBy(
            () -> Policy.parse("p", "path \"" + path + "\" { capabilities = [\"read\"] }"))
        .isInstanceOf(PolicySyntax.class)
        .hasMessageContaining("braces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"root", "ROOT", " root ", "ro\u200bot", "\uff52oot", "r\u00f6ot", "root\u0000"})
  void knowsWhatLooksLikeTheRootPolicy(String name) {
    assertThat(Policy.resemblesRoot(name)).isTrue();
    assertThat(Policy.resemblesRoot("rooted")).isFalse();
    assertThat(Policy.resemblesRoot("roo")).isFalse();
  }

  @Test
  void givesNobodyTheRootPolicyByAnIdentity() throws Exception {
    InMemoryStorage barrier = new InMemoryStorage();
    PolicyStore store = new PolicyStore(barrier);

    assertThat(store.aclFor(List.of("default"), holder(Map.of(), "root")).root()).isFalse();
  }

  @Test
  void followsAChangedPolicyAtOnce() throws Exception {
    InMemoryStorage barrier = new InMemoryStorage();
    PolicyStore store = new PolicyStore(barrier);
    Holder holder = holder(Map.of("v", "ann"), "by-identity");
    assertThat(reads(store.aclFor(List.of("own"), holder), "kv/ann")).isFalse();

    write(barrier, store, "by-identity", "path \"kv/{{v}}\" { capabilities = [\"read\"] }");
    Acl allowed = store.aclFor(List.of("own"), holder);
    assertThat(reads(allowed, "kv/ann")).isTrue();
    assertThat(store.aclFor(List.of("own"), holder)).isSameAs(allowed);
    assertThat(reads(store.aclFor(List.of("own")), "kv/ann")).isFalse();

    write(barrier, store, "by-identity", "path \"kv/{{v}}\" { capabilities = [\"deny\"] }");
    assertThat(reads(store.aclFor(List.of("own"), holder), "kv/ann")).isFalse();
  }

  private static void write(InMemoryStorage barrier, PolicyStore store, String name, String text)
      throws PolicySyntax {
    try (Transaction transaction = new Transaction(barrier)) {
      store.put(transaction, Policy.parse(name, text));
      transaction.commit();
    }
  }
}
