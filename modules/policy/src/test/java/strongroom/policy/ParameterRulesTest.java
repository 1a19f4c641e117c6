package strongroom.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static strongroom.policy.Policies.acl;
import static strongroom.policy.Policies.allows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

class ParameterRulesTest {
  private static final String ALL = "capabilities = [\"create\",\"read\",\"update\",\"delete\"]\n";

  private static JsonObject json(String text) {
    try {
      return Json.parseObject(text.getBytes(UTF_8));
    } catch (Json.MalformedJson e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // no rule
        "                                        | {\"a\":1}                    | true",
        // allowed
        "allowed_parameters = {\"a\" = []}       | {}                           | true",
        "allowed_parameters = {\"a\" = []}       | {\"a\":[1,2]}                | true",
        "allowed_parameters = {\"a\" = []}       | {\"A\":\"x\"}                | true",
        "allowed_parameters = {\"A\" = []}       | {\"a\":\"x\"}                | true",
        "allowed_parameters = {\"a\" = []}       | {\"a\":1,\"b\":2}            | false",
        "allowed_parameters = {\"a\" = [\"zip\",\"zap\"]} | {\"a\":\"zap\"}     | true",
        "allowed_parameters = {\"a\" = [\"zip\",\"zap\"]} | {\"a\":\"zop\"}     | false",
        "allowed_parameters = {\"a\" = \"zip\"}  | {\"a\":\"zip\"}              | true",
        "allowed_parameters = {\"a\" = [\"zip\"], \"*\" = []} | {\"b\":1}       | true",
        "allowed_parameters = {\"a\" = [\"zip\"], \"*\" = []} | {\"a\":\"x\"}   | false",
        "allowed_parameters = {\"*\" = []}       | {\"b\":1}                    | true",
        // denied
        "denied_parameters = {\"a\" = []}        | {\"a\":1}                    | false",
        "denied_parameters = {\"a\" = []}        | {\"A\":1}                    | false",
        "denied_parameters = {\"a\" = []}        | {\"b\":1}                    | true",
        "denied_parameters = {\"a\" = [\"zip\"]} | {\"a\":\"zip\"}              | false",
        "denied_parameters = {\"a\" = [\"zip\"]} | {\"a\":\"zap\"}              | true",
        "denied_parameters = {\"*\" = []}        | {\"b\":1}                    | false",
        "denied_parameters = {\"*\" = []}        | {}                           | true",
        "denied_parameters = {\"a\" = [\"x\"]}, allowed_parameters = {\"a\" = []} | {\"a\":\"x\"} | false",
        "denied_parameters = {\"a\" = [\"x\"]}, allowed_parameters = {\"b\" = []} | {\"a\":\"y\"} | false",
        // required
        "required_parameters = [\"a\", \"B\"]    | {\"a\":1,\"b\":null}         | true",
        "required_parameters = [\"a\", \"B\"]    | {\"a\":1}                    | false",
        "required_parameters = [\"a\"]           | {}                           | false",
        "required_parameters = [\"a\"]           | {\"A\":1}                    | false",
        // globs in values
        "allowed_parameters = {\"a\" = [\"foo-*\"]}   | {\"a\":\"foo-bar\"}     | true",
        "allowed_parameters = {\"a\" = [\"foo-*\"]}   | {\"a\":\"a-foo-bar\"}   | false",
        "allowed_parameters = {\"a\" = [\"*-foo\"]}   | {\"a\":\"x-foo\"}       | true",
        "allowed_parameters = {\"a\" = [\"*foo*\"]}   | {\"a\":\"a-foo-bar\"}   | true",
        "allowed_parameters = {\"a\" = [\"*\"]}       | {\"a\":\"x\"}           | false",
        "allowed_parameters = {\"a\" = [\"*\"]}       | {\"a\":\"*\"}           | true",
        "allowed_parameters = {\"a\" = [\"f*o\"]}     | {\"a\":\"foo\"}         | false",
        // types
        "denied_parameters = {\"a\" = [false]}   | {\"a\":false}                | false",
        "denied_parameters = {\"a\" = [false]}   | {\"a\":\"false\"}            | true",
        "allowed_parameters = {\"a\" = [5]}      | {\"a\":5}                    | true",
        "allowed_parameters = {\"a\" = [5]}      | {\"a\":5.0}                  | true",
        "allowed_parameters = {\"a\" = [5]}      | {\"a\":\"5\"}                | false",
        "allowed_parameters = {\"a\" = [5]}      | {\"a\":1e99999999999}        | false",
        "allowed_parameters = {\"a\" = [5]}      | {\"a\":1e999999}             | false",
        "allowed_parameters = {\"a\" = [1.5]}    | {\"a\":1.50}                 | true",
        "allowed_parameters = {\"a\" = [[\"x\",1]]} | {\"a\":[\"x\",1]}         | true",
        "allowed_parameters = {\"a\" = [[\"x\",1]]} | {\"a\":[1,\"x\"]}         | false",
        "allowed_parameters = {\"a\" = [{k = \"v\"}]} | {\"a\":{\"k\":\"v\"}}   | true",
        "allowed_parameters = {\"a\" = [{k = \"v\"}]} | {\"a\":{\"k\":\"w\"}}   | false",
        "allowed_parameters = {\"a\" = [{k = \"v\"}]} | {\"a\":{\"j\":\"v\"}}   | false",
      })
  void decidesByTheParameters(String rules, String body, boolean allowed) {
    Acl acl = acl("path \"x\" {\n" + ALL + (rules == null ? "" : rules) + "\n}");
    assertThat(allows(acl, Operation.UPDATE, "x", json(body))).isEqualTo(allowed);
    assertThat(allows(acl, Operation.READ, "x", json(body))).isEqualTo(allowed);
    assertThat(allows(acl, Operation.DELETE, "x", json(body))).isTrue();
  }

  @Test
  void mergesRulesOfTheSamePattern() {
    String one =
        "path \"x\" {\n"
            + ALL
            + "allowed_parameters = {\"a\" = [\"1\"], \"b\" = [\"1\"]}\n"
            + "required_parameters = [\"a\"] }";
    String two =
        "path \"x\" {\n"
            + ALL
            + "allowed_parameters = {\"a\" = [\"2\"], \"b\" = []}\n"
            + "denied_parameters = {\"c\" = [\"1\"]} required_parameters = [\"b\"] }";
    for (Acl acl : new Acl[] {acl(one, two), acl(two, one)}) {
      assertThat(allows(acl, Operation.UPDATE, "x", json("{\"a\":\"1\",\"b\":\"9\"}"))).isTrue();
      assertThat(allows(acl, Operation.UPDATE, "x", json("{\"a\":\"2\",\"b\":\"9\"}"))).isTrue();
      assertThat(allows(acl, Operation.UPDATE, "x", json("{\"a\":\"3\",\"b\":\"9\"}"))).isFalse();
      assertThat(allows(acl, Operation.UPDATE, "x", json("{\"a\":\"1\"}"))).isFalse();
      assertThat(allows(acl, Operation.UPDATE, "x", json("{\"b\":\"1\"}"))).isFalse();
    }
  }

  @Test
  void holdsWrappingLifetimesWithinTheirBounds() {
    Acl acl = acl("path \"x\" {\n" + ALL + "min_wrapping_ttl = 60\n max_wrapping_ttl = \"1h\" }");
    assertThat(allows(acl, Operation.READ, "x")).isFalse();
    assertThat(allows(acl, Operation.READ, "x", Duration.ofSeconds(59))).isFalse();
    assertThat(allows(acl, Operation.READ, "x", Duration.ofSeconds(60))).isTrue();
    assertThat(allows(acl, Operation.READ, "x", Duration.ofHours(1))).isTrue();
    assertThat(allows(acl, Operation.READ, "x", Duration.ofSeconds(3601))).isFalse();
  }

  @Test
  void takesTheShorterOfMergedLifetimes() {
    String one = "path \"x\" {\n" + ALL + "min_wrapping_ttl = \"1m\" max_wrapping_ttl = \"3m\" }";
    String two = "path \"x\" {\n" + ALL + "min_wrapping_ttl = \"2m\" max_wrapping_ttl = \"4m\" }";
    String disjoint =
        "path \"x\" {\n" + ALL + "min_wrapping_ttl = \"1s\" max_wrapping_ttl = \"30s\" }";
    Acl acl = acl(one, two);
    assertThat(allows(acl, Operation.READ, "x", Duration.ofMinutes(1))).isTrue();
    assertThat(allows(acl, Operation.READ, "x", Duration.ofMinutes(4))).isFalse();
    assertThat(allows(acl(one, disjoint), Operation.READ, "x", Duration.ofSeconds(30))).isTrue();
    assertThat(allows(acl(one, disjoint), Operation.READ, "x", Duration.ofMinutes(2))).isFalse();
  }

  @Test
  void ignoresALifetimeOfZero() {
    Acl acl = acl("path \"x\" {\n" + ALL + "min_wrapping_ttl = 0 }");
    assertThat(allows(acl, Operation.READ, "x")).isTrue();
  }
}
