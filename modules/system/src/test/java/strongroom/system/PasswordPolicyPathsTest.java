package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordPolicyPathsTest {
  private static final String AT = "sys/policies/password";
  private static final String TEXT =
      "length = 12\\nrule \\\"charset\\\" {\\ncharset = \\\"abc123\\\"\\nmin-chars = 2\\n}";
  private final House house = new House();
  private final House.As root = house.root();

  @AfterEach
  void close() {
    house.close();
  }

  private static String body(String policy) {
    return "{\"policy\":\"" + policy + "\"}";
  }

  @Test
  void keepsPoliciesAndMakesPasswords() {
    root.list(AT).expect(404);
    root.write(AT + "/short", body(TEXT)).expect(204);
    root.write(AT + "/other", body(TEXT)).expect(204);
    assertThat(root.list(AT).expect(200).strings("keys")).containsExactly("other", "short");
    assertThat(root.read(AT + "/short").expect(200).string("policy"))
        .isEqualTo(TEXT.replace("\\n", "\n").replace("\\\"", "\""));
    String first = root.read(AT + "/short/generate").expect(200).string("password");
    assertThat(first).matches("[abc123]{12}");
    assertThat(root.read(AT + "/short/generate").expect(200).string("password"))
        .isNotEqualTo(first);
    root.delete(AT + "/short").expect(204);
    root.delete(AT + "/short").expect(204);
    root.read(AT + "/short").expect(404);
    root.read(AT + "/short/generate").expect(404);
  }

  @Test
  void takesBase64() {
    String text = TEXT.replace("\\n", "\n").replace("\\\"", "\"");
    String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    root.write(AT + "/b", body(encoded)).expect(204);
    assertThat(root.read(AT + "/b").expect(200).string("policy")).isEqualTo(text);
  }

  @Test
  void refusesWhatMakesNoPassword() {
    root.write(AT + "/x", "{}").expect(400);
    root.write(AT + "/x", "{'policy':''}").expect(400);
    root.write(AT + "/x", body("length = 12")).expect(400);
    String four = "rule \\\"charset\\\" {\\ncharset = \\\"%s\\\"\\nmin-chars = 4\\n}\\n";
    House.Answer refused =
        root.write(AT + "/x", body("length = 6\\n" + four.formatted("abc") + four.formatted("xyz")))
            .expect(400);
    assertThat(refused.words()).singleElement().asString().contains("min-chars");
    root.write(AT + "/x", body("length = 12\\n# " + "x".repeat(70_000))).expect(413);
    root.write(AT + "/" + "n".repeat(129), body(TEXT)).expect(400);
    root.list(AT).expect(404);
  }

  @Test
  void makesNoPasswordForWhoMayOnlyReadThePolicy() {
    root.write(AT + "/p", body(TEXT)).expect(204);
    House.As reader = house.with("path \"sys/policies/password/p\" { capabilities = [\"read\"] }");
    reader.read(AT + "/p").expect(200);
    reader.read(AT + "/p/generate").expect(403);
    reader.write(AT + "/p", body(TEXT)).expect(403);
  }
}
