package strongroom.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static strongroom.policy.Policies.acl;
import static strongroom.policy.Policies.allows;
import static strongroom.policy.Policies.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

class AclTest {
  @ParameterizedTest
  @CsvSource({
    // pattern, path, whether it matches
    "secret/foo,secret/foo,true",
    "secret/foo,secret/food,false",
    "secret/foo,secret/foo/bar,false",
    "/secret/foo,secret/foo,true",
    "secret/bar/*,secret/bar/zip,true",
    "secret/bar/*,secret/bar/zip/zap,true",
    "secret/bar/*,secret/bars/zip,false",
    "secret/bar/*,secret/bar/,true",
    "secret/bar/*,secret/bar,false",
    "secret/zip-*,secret/zip-zap/zong,true",
    "secret/zip-*,secret/zip/zap,false",
    "*,anything/at/all,true",
    "secret/+/teamb,secret/x/teamb,true",
    "secret/+/teamb,secret/x/y/teamb,false",
    "secret/+/teamb,secret/x/teamb/y,false",
    "secret/+/teamb,secret/x/teamb/,false",
    "secret/+/+/teamb,secret/foo/bar/teamb,true",
    "secret/+/team*,secret/x/teamb/y,true",
    "secret/+/team*,secret/x/tea,false",
    "secret/+/*,secret/x/y/z,true",
    "secret/+/*,secret/x/,true",
    "secret/+/*,secret/x,false",
    "secret/+,secret/x,true",
    "secret/+,secret/,true",
    "secret/+,secret,false",
    "secret/+,secret/x/y,false",
    "+/x,a/x,true",
    "+/x,a/y,false",
    "+,a,true",
    "+,a/b,false",
    "secret/+x/y,secret/+x/y,true",
    "secret/+x/y,secret/ax/y,false",
    "secret/a*b/c,secret/a*b/c,true",
    "secret/a*b/c,secret/axb/c,false",
    "secret/*/+/x,secret/*/q/x,true",
    "secret/*/+/x,secret/p/q/x,false",
  })
  void matchesPatterns(String pattern, String path, boolean matches) {
    assertThat(allows(rules(pattern, "read"), Operation.READ, path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    // the pattern that counts, one that does not, and a path that both match
    "secret/foo,secret/*,secret/foo",
    "secret/foo,secret/+,secret/foo",
    "secret/foo,*,secret/foo",
    // 1. The first wildcard comes later.
    "secret/foo*,secret/*,secret/foobar",
    "secret/foo/*,secret/+/bar,secret/foo/bar",
    "secret/foo/+,secret/+/bar,secret/foo/bar",
    "secret/f*,secret/+/bar/baz,secret/foo/bar/baz",
    // 2. Ends in * or does not.
    "secret/+/bar,secret/+/b*,secret/foo/bar",
    "secret/+/+,secret/*,secret/foo/bar",
    "secret/+/+/+/+,secret/+/*,secret/a/b/c/d",
    // 3. Fewer + segments.
    "secret/*,secret/+/+/foo/*,secret/a/b/foo/c",
    "secret/+/bar,secret/+/+,secret/foo/bar",
    "secret/+/bar/*,secret/+/+/*,secret/foo/bar/x",
    // 4. Longer.
    "secret/+/bar/b*,secret/+/bar/*,secret/foo/bar/baz",
    // 5. Lexicographically larger: same first wildcard, same number, same length.
    "a/+/b/+/d,a/+/+/c/d,a/x/b/c/d",
    "a/+/b/+,a/+/+/c,a/x/b/c",
  })
  void followsThePriorityOfTheDocumentation(String winner, String loser, String path) {
    Acl allowing = rules(winner, "read", loser, "deny");
    Acl denying = rules(loser, "read", winner, "deny");
    assertThat(allows(allowing, Operation.READ, path)).isTrue();
    assertThat(allows(denying, Operation.READ, path)).isFalse();
  }

  @Test
  void fallsBackToTheNextPatternThatMatches() {
    Acl acl = rules("secret/foo/+/x", "read", "secret/f*", "list", "sec*", "update");
    assertThat(acl.capabilities("secret/foo/a/x")).containsExactly(Capability.READ);
    assertThat(acl.capabilities("secret/foo/a/y")).containsExactly(Capability.LIST);
    assertThat(acl.capabilities("secret/bar")).containsExactly(Capability.UPDATE);
    assertThat(acl.capabilities("other")).containsExactly(Capability.DENY);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void needsTheCapabilityOfTheOperation(Operation operation) {
    for (Capability capability : Capability.values()) {
      boolean expected = operation == Operation.HELP || operation.name().equals(capability.name());
      Acl acl = rules("x", capability.wireName());
      assertThat(allows(acl, operation, "x")).as(capability.wireName()).isEqualTo(expected);
    }
  }

  @Test
  void unitesTheCapabilitiesOfOnePatternInSeveralPolicies() {
    Acl acl =
        acl(
            "path \"x/*\" { capabilities = [\"read\"] }",
            "path \"x/*\" { capabilities = [\"list\", \"patch\"] }");
    assertThat(acl.capabilities("x/y"))
        .containsExactlyInAnyOrder(Capability.READ, Capability.LIST, Capability.PATCH);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void letsDenyWinInEitherOrder(boolean first) {
    String deny = "path \"x/+\" { capabilities = [\"deny\", \"read\"] }";
    String grant = "path \"x/+\" { capabilities = [\"read\", \"sudo\"] }";
    Acl acl = first ? acl(deny, grant) : acl(grant, deny);
    assertThat(allows(acl, Operation.READ, "x/y")).isFalse();
    assertThat(acl.capabilities("x/y")).containsExactly(Capability.DENY);
  }

  @Test
  void letsAnExactRuleWithoutCapabilitiesHideAWildcard() {
    Acl acl = acl("path \"x/*\" { capabilities = [\"read\"] }\npath \"x/y\" {}");
    assertThat(allows(acl, Operation.READ, "x/z")).isTrue();
    assertThat(allows(acl, Operation.READ, "x/y")).isFalse();
  }

  @Test
  void listsWithAndWithoutTrailingSlash() {
    for (String pattern : List.of("a/b", "a/b/", "+/b", "+/b/", "a/b*", "a/b/*", "a/+")) {
      Acl acl = rules(pattern, "list");
      assertThat(allows(acl, Operation.LIST, "a/b/")).as(pattern).isTrue();
      assertThat(allows(acl, Operation.LIST, "a/b")).as(pattern).isTrue();
    }
    assertThat(allows(rules("a/b", "read"), Operation.READ, "a/b/")).isFalse();
    assertThat(rules("a/b/", "list").capabilities("a/b")).containsExactly(Capability.DENY);
    Acl exactFirst = rules("a/b", "list", "a/b/", "deny");
    assertThat(allows(exactFirst, Operation.LIST, "a/b/")).isFalse();
    Acl longerStart = rules("a/b*", "deny", "+/b", "list");
    assertThat(allows(longerStart, Operation.LIST, "a/b/")).isFalse();
  }

  @Test
  void letsAPatternOfTheFolderItselfDecideOnItsListBeforeOneOfWhatIsBelow() {
    for (String list : List.of("a/b", "a/b/")) {
      assertThat(allows(rules("a/+", "deny", "a/*", "list"), Operation.LIST, list)).isFalse();
      assertThat(allows(rules("a/+", "list", "a/*", "deny"), Operation.LIST, list)).isTrue();
      assertThat(allows(rules("a/*", "read", "a/b/*", "list"), Operation.LIST, list)).isFalse();
    }
    assertThat(rules("a/+", "deny", "a/*", "list").capabilities("a/b/"))
        .containsExactly(Capability.DENY);
  }

  @Test
  void needsSudoBesideTheOperation() {
    Acl without = rules("x", "update");
    Acl with = rules("x", "update,sudo");
    Acl only = rules("x", "sudo");
    assertThat(without.allows(Operation.UPDATE, "x", JsonObject.EMPTY, Optional.empty(), true))
        .isFalse();
    assertThat(with.allows(Operation.UPDATE, "x", JsonObject.EMPTY, Optional.empty(), true))
        .isTrue();
    assertThat(only.allows(Operation.UPDATE, "x", JsonObject.EMPTY, Optional.empty(), true))
        .isFalse();
  }

  @Test
  void allowsARootEverything() {
    Acl acl =
        Acl.compile(List.of(Policy.ROOT, Policies.policy("path \"*\" { policy = \"deny\" }")));
    assertThat(acl.root()).isTrue();
    assertThat(acl.allows(Operation.DELETE, "x", JsonObject.EMPTY, Optional.empty(), true))
        .isTrue();
    assertThat(acl.mayAccessMount("secret/")).isTrue();
  }

  @Test
  void allowsNothingWithoutPolicies() {
    Acl acl = Acl.compile(List.of());
    assertThat(acl.root()).isFalse();
    assertThat(allows(acl, Operation.READ, "x")).isFalse();
    assertThat(allows(acl, Operation.HELP, "x")).isTrue();
    assertThat(acl.capabilities("")).containsExactly(Capability.DENY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret/../sys/seal",
        "secret/./x",
        "secret//x",
        "secret/%2e%2e/sys/seal",
        "secret/a\u0000b"
      })
  void takesDotsSlashesAndPercentsLiterally(String path) {
    assertThat(allows(rules("secret/*", "read"), Operation.READ, path)).isTrue();
    assertThat(allows(rules("sys/*", "read"), Operation.READ, path)).isFalse();
    assertThat(allows(rules("secret/x", "read", "sys/seal", "read"), Operation.READ, path))
        .isFalse();
    assertThat(allows(rules("secret/*", "read", "secret/x", "deny"), Operation.READ, path))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "secret/a/b,true",
    "secret/*,true",
    "secret/a/*,true",
    "sec*,true",
    "*,true",
    "+/data/x,true",
    "secret/+/x,true",
    "+,true",
    "+/+/+,true",
    "x+,false",
    "other/+/x,false",
    "secre/+/x,false",
    "other/*,false",
    "secret,true",
    "secretive/x,false",
    "secretive/*,false",
  })
  void showsAMountThatARuleReaches(String pattern, boolean shown) {
    assertThat(rules(pattern, "read").mayAccessMount("secret/")).isEqualTo(shown);
    assertThat(rules(pattern, "deny").mayAccessMount("secret/")).isFalse();
  }

  @Test
  void showsNestedMounts() {
    assertThat(rules("auth/+/login", "read").mayAccessMount("auth/approle/")).isTrue();
    assertThat(rules("auth/+", "read").mayAccessMount("auth/approle/")).isTrue();
    assertThat(rules("+/approle/*", "read").mayAccessMount("auth/approle/")).isTrue();
    assertThat(rules("+/userpass/*", "read").mayAccessMount("auth/approle/")).isFalse();
    assertThat(rules("+/app*", "read").mayAccessMount("auth/approle/")).isTrue();
  }

  @Test
  void tellsItsRules() {
    Acl acl = rules("a", "read,list", "b/*", "deny");
    assertThat(acl.rules())
        .containsEntry("a", Set.of(Capability.READ, Capability.LIST))
        .containsEntry("b/*", Set.of(Capability.DENY));
  }
}
