package strongroom.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.policy.Policies.acl;
import static strongroom.policy.Policies.allows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.Operation;

class PolicyTest {
  @ParameterizedTest
  @CsvSource({
    "deny,deny",
    "read,'read,list'",
    "write,'create,read,update,delete,list'",
    "sudo,'create,read,update,delete,list,sudo'"
  })
  void takesTheOldShorthand(String old, String capabilities) {
    Acl acl = acl("path \"x\" { policy = \"" + old + "\" }");
    assertThat(acl.capabilities("x").stream().map(Capability::wireName))
        .containsExactlyInAnyOrder(capabilities.split(","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"path\": {\"x/*\": {\"capabilities\": [\"read\"]}}}",
        "{\"path\": [{\"x/*\": {\"capabilities\": [\"read\"]}}]}",
        "{\"name\": \"n\", \"path\": {\"x/*\": [{\"capabilities\": [\"read\"]}]}}",
        "name = \"n\"\npath \"x/*\" { capabilities = [\"read\"] }",
        "path \"x/*\" { capabilities = \"read\" }",
        "path = { \"x/*\" = { capabilities = [\"read\"], comment = \"why\" } }",
        "path /* a */ \"x/*\" // b\n { # c\n capabilities = [\"read\",] }",
      })
  void takesHclAndJsonAlike(String text) {
    assertThat(allows(acl(text), Operation.READ, "x/y")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "path \"x\" { capabilities = [\"raed\"] } | line 1, column 28 | did you mean \"read\"",
        "path \"x\" { capabilites = [\"read\"] } | line 1, column 12 | did you mean \"capabilities\"",
        "paths \"x\" {} | line 1, column 1 | did you mean \"path\"",
        "path \"x\" { capabilities = [1] } | line 1, column 28 | takes strings, not a number",
        "path \"x\" { capabilities = {} } | line 1, column 27 | takes strings, not an object",
        "path \"a/+*\" { } | line 1, column 6 | +*",
        "path \"x\" { policy = \"admin\" } | line 1, column 21 | \"sudo\"",
        "path \"x\" { allowed_parameters = [\"a\"] } | line 1, column 34 | an object of names",
        "path \"x\" { allowed_parameters = {\"*\" = [\"a\"]} } | column 40 | the empty list only",
        "path \"x\" { denied_parameters = {a = [] A = []} } | column 40 | twice",
        "path \"x\" { min_wrapping_ttl = \"soon\" } | column 31 | \"90s\"",
        "path \"x\" { min_wrapping_ttl = -1 } | column 31 | \"90s\"",
        "path \"x\" { min_wrapping_ttl = 9 max_wrapping_ttl = 3 } | column 1 | longer than",
        "path \"x\" { control_group { } } | column 12 | not supported",
        "path \"x\" { capabilities = [] capabilities = [] } | column 30 | twice",
        "path \"x\" \"y\" { } | column 10 | one label",
        "path { a = 1 } | column 12 | is a block",
        "path \"x\" | column 9 | behind",
        "just text | column 10 | behind",
      })
  void namesThePlaceOfAMistake(String text, String place, String part) {
    assertThatThrownBy(() -> Policy.parse("My-App", text))
        .isInstanceOf(PolicySyntax.class)
        .hasMessageStartingWith("policy \"my-app\", line ")
        .hasMessageContaining(place)
        .hasMessageContaining(part);
  }

  @Test
  void keepsNameInLowerCaseAndTextAsItWas() throws Exception {
    Policy policy = Policy.parse("  Dev-Team ", "# nothing\n");
    assertThat(policy.name()).isEqualTo("dev-team");
    assertThat(policy.text()).isEqualTo("# nothing\n");
    assertThat(policy).hasToString("Policy[dev-team]");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void refusesDamagedTextsWithTheirOwnFaultOnly(long seed) {
    String whole =
        """
        path "a/+/b*" {
          capabilities = ["read", "list"]
          allowed_parameters = { "a" = ["x*", 1, true], "*" = [] }
          required_parameters = ["a"]
          min_wrapping_ttl = "1s"
        }
        """;
    Random random = new Random(seed);
    int parsed = 0;
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder(whole);
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.setCharAt(at, (char) (random.nextInt(95) + 32));
        } else {
          text.delete(at, Math.min(text.length(), at + random.nextInt(5)));
        }
      }
      try {
        Acl acl = Acl.compile(java.util.List.of(Policy.parse("fuzz", text.toString())));
        assertThat(acl.root()).isFalse();
        parsed++;
      } catch (PolicySyntax e) {
        assertThat(e).hasMessageStartingWith("policy \"fuzz\", line ");
      }
    }
    assertThat(parsed).isPositive();
  }
}
