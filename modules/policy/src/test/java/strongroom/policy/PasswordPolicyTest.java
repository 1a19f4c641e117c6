package strongroom.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordPolicyTest {
  private static final String DOCUMENTED =
      """
      length = 20
      rule "charset" {
        charset = "abcdefghijklmnopqrstuvwxyz"
        min-chars = 1
      }
      rule "charset" {
        charset = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        min-chars = 1
      }
      rule "charset" {
        charset = "0123456789"
        min-chars = 1
      }
      rule "charset" {
        charset = "!@#$%^&*STUVWXYZ"
        min-chars = 2
      }
      """;

  private final SecureRandom random = new SecureRandom();

  private static long of(String password, String characters) {
    return password.codePoints().filter(c -> characters.indexOf(c) >= 0).count();
  }

  @Test
  void keepsEachRuleInEachPassword() throws Exception {
    PasswordPolicy policy = PasswordPolicy.parse("documented", DOCUMENTED);
    assertThat(policy.provedBy(random)).isTrue();
    for (int i = 0; i < 2_000; i++) {
      String password = policy.generate(random);
      assertThat(password)
          .hasSize(20)
          .matches("[a-zA-Z0-9!@#$%^&*]+")
          .matches(p -> of(p, "abcdefghijklmnopqrstuvwxyz") >= 1)
          .matches(p -> of(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") >= 1)
          .matches(p -> of(p, "0123456789") >= 1)
          .matches(p -> of(p, "!@#$%^&*STUVWXYZ") >= 2);
    }
  }

  @Test
  void readsTheJsonForm() throws Exception {
    PasswordPolicy policy =
        PasswordPolicy.parse(
            "json", "{\"length\":6,\"rule\":[{\"charset\":{\"charset\":\"ab\",\"min-chars\":2}}]}");
    assertThat(policy.length()).isEqualTo(6);
    assertThat(policy.generate(random)).matches("[ab]{6}");
  }

  /** Of 4 characters of a and b with 3 of a at least there are five, all as likely. */
  @Test
  void makesAllPasswordsAsLikely() throws Exception {
    PasswordPolicy policy =
        PasswordPolicy.parse(
            "even",
            "length = 4 rule \"charset\" { charset = \"aab\" }"
                .replace(" rule", "\nrule")
                .concat("\nrule \"charset\" {\ncharset = \"a\"\nmin-chars = 3\n}")
                .replace("{ charset = \"aab\" }", "{\ncharset = \"aab\"\n}"));
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      seen.merge(policy.generate(random), 1, Integer::sum);
    }
    assertThat(seen).containsOnlyKeys("aaaa", "aaab", "aaba", "abaa", "baaa");
    // 2,000 each on average, with a standard deviation of 40.
    assertThat(seen.values()).allMatch(count -> count > 1_700 && count < 2_300);
  }

  @Test
  void countsCharactersBeyondTheBasicPlaneOnce() throws Exception {
    PasswordPolicy policy =
        PasswordPolicy.parse(
            "wide", "length = 5\nrule \"charset\" {\ncharset = \"😀é \"\nmin-chars = 5\n}");
    String password = policy.generate(random);
    assertThat(password.codePointCount(0, password.length())).isEqualTo(5);
    assertThat(password.codePoints()).allMatch(c -> "😀é ".indexOf(c) >= 0);
  }

  @Test
  void isNotProvedWhereHardlyAnyPasswordKeepsTheRules() throws Exception {
    String two = "rule \"charset\" {\ncharset = \"%s\"\nmin-chars = 4\n}\n";
    PasswordPolicy impossible =
        PasswordPolicy.parse("no", "length = 6\n" + two.formatted("abc") + two.formatted("xyz"));
    assertThat(impossible.provedBy(random)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                       | length",
        "length = 20                                            | rule",
        "length = 3 # rule \"charset\" { # charset = \"ab\" # }      | from 4 to 100",
        "length = 101 # rule \"charset\" { # charset = \"ab\" # }    | from 4 to 100",
        "length = 8 # length = 9                                | twice",
        "length = 8 # lenght = 9                                | allowed are length, rule",
        "length = 8 # rule \"regex\" { # charset = \"ab\" # }        | charset",
        "length = 8 # rule \"charset\" { # min-chars = 1 # }        | charset",
        "length = 8 # rule \"charset\" { # charset = \"\" # }        | one character",
        "length = 8 # rule \"charset\" { # charset = \"a\\tb\" # }    | print",
        "length = 8 # rule \"charset\" { # charset = \"a\" # min = 1 # } | min-chars",
        "length = 8 # rule \"charset\" { # charset = \"a\" # min-chars = 9 # } | 9 characters",
        "length = 8 # rule \"charset\" { # charset = \"a\" # min-chars = -1 # } | from 0 to 100",
      })
  void saysWhatIsWrong(String text, String reason) {
    assertThatThrownBy(
            () -> PasswordPolicy.parse("p", text == null ? "" : text.replace(" # ", "\n")))
        .isInstanceOf(PolicySyntax.class)
        .hasMessageContaining("line")
        .hasMessageContaining(reason);
  }
}
