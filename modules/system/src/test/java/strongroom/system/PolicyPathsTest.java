package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyPathsTest {
  private static final String TEXT = "path 'a/*' { capabilities = ['read'] }";
  private final House house = new House();
  private final House.As root = house.root();

  @AfterEach
  void close() {
    house.close();
  }

  private static String body(String member, String policy) {
    return "{\"" + member + "\":\"" + policy.replace("'", "\\\"") + "\"}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"sys/policies/acl/", "sys/policy/"})
  void keepsPolicies(String at) {
    root.write(at + "Ops", body("policy", TEXT)).expect(204);
    String text = TEXT.replace('\'', '"');
    House.Answer read = root.read("sys/policies/acl/oPs").expect(200);
    assertThat(read.string("name")).isEqualTo("ops");
    assertThat(read.string("policy")).isEqualTo(text);
    assertThat(root.read("sys/policy/ops").expect(200).string("rules")).isEqualTo(text);
    assertThat(root.list("sys/policies/acl").expect(200).strings("keys"))
        .containsExactly("default", "ops", "root");
    House.Answer old = root.read("sys/policy").expect(200);
    assertThat(old.strings("policies")).isEqualTo(old.strings("keys"));
    root.delete(at + "ops").expect(204);
    root.delete(at + "ops").expect(204);
    assertThat(root.read(at + "ops").expect(404).words()).isEmpty();
  }

  @Test
  void takesBase64AndTheOldMember() {
    String encoded =
        Base64.getEncoder()
            .encodeToString(TEXT.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    root.write("sys/policies/acl/x", "{'policy':'" + encoded + "'}").expect(204);
    assertThat(root.read("sys/policies/acl/x").string("policy")).isEqualTo(TEXT.replace('\'', '"'));
    root.write("sys/policy/y", body("rules", TEXT)).expect(204);
    root.read("sys/policies/acl/y").expect(200);
  }

  @Test
  void refusesWhatIsNoPolicy() {
    for (String wrong :
        List.of(
            "{}",
            "{'policy':''}",
            "{'policy':[]}",
            "{'policy':{'path':{}}}",
            "{'policy':'path {'}",
            "{\"policy\":\"path \\\"a\\\" { capabilities = [\\\"fly\\\"] }\"}")) {
      root.write("sys/policies/acl/x", wrong).expect(400);
    }
    root.read("sys/policies/acl/x").expect(404);
    root.write("sys/policies/acl/root", body("policy", TEXT)).expect(400);
    root.delete("sys/policies/acl/root").expect(400);
    root.delete("sys/policies/acl/default").expect(400);
    root.write("sys/policies/acl", "{}").expect(405);
  }

  @Test
  void takesEffectForTokensThatExist() {
    root.write("sys/mounts/a", "{'type':'kv'}").expect(204);
    root.write("a/s", "{'n':1}").expect(204);
    House.As some = house.with("path \"b/*\" { capabilities = [\"read\"] }");
    some.read("a/s").expect(403);
    root.write("sys/policies/acl/p", body("policy", TEXT)).expect(204);
    some.read("a/s").expect(200);
    some.write("a/s", "{'n':2}").expect(403);
    root.delete("sys/policies/acl/p").expect(204);
    some.read("a/s").expect(403);
  }

  @Test
  void tellsCapabilitiesByTokenSelfAndAccessor() {
    House.As some =
        house.with(
            "path \"a/*\" { capabilities = [\"update\", \"read\", \"sudo\", \"list\"] }\n"
                + "path \"a/no\" { capabilities = [\"deny\"] }");
    House.Answer one = some.write("sys/capabilities-self", "{'paths':['a/x']}").expect(200);
    assertThat(one.strings("capabilities")).containsExactly("list", "read", "sudo", "update");
    assertThat(one.strings("a/x")).isEqualTo(one.strings("capabilities"));
    House.Answer both =
        root.write("sys/capabilities", "{'token':'" + some.token + "','paths':'a/no, other'}")
            .expect(200);
    assertThat(both.strings("a/no")).containsExactly("deny");
    assertThat(both.strings("other")).containsExactly("deny");
    assertThat(both.body().member("capabilities")).isEmpty();
    String accessor = some.read("auth/token/lookup-self").expect(200).string("accessor");
    assertThat(
            root.write("sys/capabilities-accessor", "{'accessor':'" + accessor + "','path':'a/x'}")
                .expect(200)
                .strings("a/x"))
        .contains("read");
    assertThat(root.write("sys/capabilities-self", "{'paths':['a']}").strings("capabilities"))
        .containsExactly("root");
  }

  @Test
  void refusesQuestionsOfCapabilitiesThatLackSomething() {
    for (String path : List.of("sys/capabilities", "sys/capabilities-accessor")) {
      root.write(path, "{'paths':['a']}").expect(400);
      House.Answer unknown =
          root.write(path, "{'token':'hvs.x','accessor':'x','paths':['a']}").expect(400);
      assertThat(unknown.words().getFirst()).doesNotContain("hvs.x");
      root.write(path, "{'token':{},'accessor':{},'paths':['a']}").expect(400);
    }
    for (String wrong : List.of("{}", "{'paths':[]}", "{'paths':{}}", "{'paths':[{}]}")) {
      root.write("sys/capabilities-self", wrong).expect(400);
    }
  }
}
