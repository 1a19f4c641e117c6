package strongroom.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;

class KeyMetadataTest {
  private final Kv kv = Kv.version2();

  private void write(String key, int times) {
    for (int i = 0; i < times; i++) {
      kv.write("data/" + key, "{'data':{}}").expect(200);
    }
  }

  @Test
  void tellsEveryMemberOfANewKey() {
    write("a", 1);
    assertThat(kv.read("metadata/a").expect(200).text())
        .isEqualTo(
            "{\"cas_required\":false,\"created_time\":\"2026-01-02T03:04:05.6Z\","
                + "\"current_version\":1,\"custom_metadata\":null,"
                + "\"delete_version_after\":\"0s\",\"max_versions\":0,\"oldest_version\":0,"
                + "\"updated_time\":\"2026-01-02T03:04:05.6Z\",\"versions\":{\"1\":"
                + "{\"created_time\":\"2026-01-02T03:04:05.6Z\",\"deletion_time\":\"\","
                + "\"destroyed\":false}}}");
  }

  @Test
  void tellsEverySettingOfANewMount() {
    assertThat(kv.read("config").expect(200).text())
        .isEqualTo("{\"cas_required\":false,\"delete_version_after\":\"0s\",\"max_versions\":0}");
    kv.write("config", "{'max_versions':'7','cas_required':'true','delete_version_after':'90m'}")
        .expect(204);
    kv.write("config", "{}").expect(204);
    assertThat(kv.read("config").expect(200).text())
        .isEqualTo(
            "{\"cas_required\":true,\"delete_version_after\":\"1h30m0s\",\"max_versions\":7}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config     | {'max_versions':'x'}           | max_versions",
        "config     | {'max_versions':-1}            | max_versions",
        "config     | {'max_versions':1e30}          | max_versions",
        "config     | {'cas_required':[]}            | cas_required",
        "config     | {'delete_version_after':'x'}   | delete_version_after",
        "config     | {'delete_version_after':{}}    | delete_version_after",
        "metadata/a | {'max_versions':{}}            | max_versions",
        "metadata/a | {'cas_required':'maybe'}       | cas_required",
        "metadata/a | {'delete_version_after':true}  | delete_version_after",
        "metadata/a | {'delete_version_after':'-1s'} | delete_version_after",
        "metadata/a | {'custom_metadata':'x'}        | custom_metadata",
        "metadata/a | {'custom_metadata':{'a':{}}}   | custom_metadata",
        "metadata/a | {'custom_metadata':{'a':[1]}}  | custom_metadata",
        "metadata/a | {'custom_metadata':{'a':null}} | custom_metadata",
      })
  void namesTheSettingOfTheWrongType(String path, String body, String member) {
    assertThat(kv.write(path, body).expect(400).words().getFirst()).contains(member);
    assertThat(kv.stored(key -> true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0,0,10", "0,3,3", "3,0,3", "2,4,4", "4,2,4", "1,0,1"})
  void keepsTheLargerOfWhatKeyAndMountAskFor(int ofKey, int ofMount, int kept) {
    kv.write("config", "{'max_versions':" + ofMount + "}").expect(204);
    kv.write("metadata/a", "{'max_versions':" + ofKey + "}").expect(204);
    write("a", 12);
    assertThat(kv.stored(key -> key.startsWith("data/"))).hasSize(kept);
    Kv.Answer metadata = kv.read("metadata/a").expect(200);
    assertThat(metadata.number("current_version")).isEqualTo(12);
    assertThat(metadata.number("oldest_version")).isEqualTo(12 - kept + 1);
    kv.read("data/a", "{'version':" + (12 - kept) + "}").expect(404);
    kv.read("data/a", "{'version':" + (12 - kept + 1) + "}").expect(200);
  }

  @Test
  void dropsAllThatIsTooOldWhenTheLimitWasLowered() {
    write("a", 8);
    kv.write("metadata/a", "{'max_versions':2}").expect(204);
    write("a", 1);
    assertThat(kv.stored(key -> key.startsWith("data/"))).containsExactly("data/a/8", "data/a/9");
  }

  @ParameterizedTest
  @CsvSource({
    "0s,  0s,  ''",
    "0s,  1h,  2026-01-02T04:04:05.6Z",
    "2h,  0s,  2026-01-02T05:04:05.6Z",
    "2h,  1h,  2026-01-02T04:04:05.6Z",
    "1h,  2h,  2026-01-02T04:04:05.6Z",
    "-1s, 1h,  ''",
    "-5h, 0s,  ''",
  })
  void letsAVersionLastAsLongAsTheShorterOfTheTwo(String ofMount, String ofKey, String deleted) {
    kv.write("config", "{'delete_version_after':'" + ofMount + "'}").expect(204);
    kv.write("metadata/a", "{'delete_version_after':'" + ofKey + "'}").expect(204);
    assertThat(kv.write("data/a", "{'data':{}}").expect(200).string("deletion_time"))
        .isEqualTo(deleted);
    kv.patch("data/a", "{'data':{}}").expect(200);
    assertThat(kv.read("data/a").expect(200).string("metadata.deletion_time")).isEqualTo(deleted);
  }

  @Test
  void showsAMountThatDeletesNothingAsVaultDoes() {
    kv.write("config", "{'delete_version_after':'-3h'}").expect(204);
    assertThat(kv.read("config").string("delete_version_after")).isEqualTo("-1s");
    kv.write("config", "{'delete_version_after':0}").expect(204);
    assertThat(kv.read("config").string("delete_version_after")).isEqualTo("0s");
  }

  @Test
  void deletesAVersionWhenItsTimeHasCome() {
    kv.write("metadata/a", "{'delete_version_after':'60'}").expect(204);
    write("a", 1);
    kv.pass(Duration.ofSeconds(59));
    kv.read("data/a").expect(200);
    kv.pass(Duration.ofSeconds(1));
    kv.read("data/a").expect(404);
    kv.patch("data/a", "{'data':{}}").expect(404);
    kv.write("undelete/a", "{'versions':[1]}").expect(204);
    kv.read("data/a").expect(200);
  }

  @Test
  void keepsSettingsOfAKeyWithoutData() {
    kv.write("metadata/a", "{'max_versions':5,'custom_metadata':{'owner':'x','n':1,'b':true}}")
        .expect(204);
    Kv.Answer metadata = kv.read("metadata/a").expect(200);
    assertThat(metadata.number("current_version")).isZero();
    assertThat(metadata.at("custom_metadata"))
        .isEqualTo(Kv.parsed("{'owner':'x','n':'1','b':'true'}"));
    assertThat(metadata.at("versions")).isEqualTo(Kv.parsed("{}"));
    kv.read("data/a").expect(404);
    kv.delete("data/a").expect(204);
    write("a", 1);
    assertThat(kv.read("data/a").string("metadata.custom_metadata.owner")).isEqualTo("x");
    kv.write("metadata/a", "{'custom_metadata':{}}").expect(204);
    assertThat(kv.read("metadata/a").at("custom_metadata")).isEqualTo(JsonNull.NULL);
    assertThat(kv.read("metadata/a").number("max_versions")).isEqualTo(5);
  }

  @Test
  void makesNoKeyOfAWriteWithoutSettings() {
    kv.write("metadata/a", "{}").expect(204);
    kv.write("metadata/a", "{'other':1}").expect(204);
    kv.read("metadata/a").expect(404);
  }

  @Test
  void holdsCustomMetadataWithinItsLimits() {
    kv.write("metadata/a", custom(64, 128, 512)).expect(204);
    for (String tooMuch :
        new String[] {
          custom(65, 128, 512), custom(1, 129, 1), custom(1, 3, 513), custom(1, 3, 0)
        }) {
      assertThat(kv.write("metadata/a", tooMuch).expect(400).words().getFirst())
          .startsWith("custom_metadata validation failed")
          .doesNotContain("vv");
      kv.patch("metadata/a", custom(64, 128, 512)).expect(204);
    }
    kv.write("metadata/a", "{'custom_metadata':{'':'x'}}").expect(400);
    kv.write("metadata/a", "{'custom_metadata':{'a\\u0007':'x'}}").expect(400);
    kv.write("metadata/a", "{'custom_metadata':{'a':'x\\n'}}").expect(400);
    kv.patch("metadata/a", "{'custom_metadata':{'one more':'x'}}").expect(400);
  }

  private static String custom(int count, int keyLength, int valueLength) {
    StringBuilder body = new StringBuilder("{'custom_metadata':{");
    for (int i = 0; i < count; i++) {
      String number = String.format("%03d", i);
      body.append(i == 0 ? "" : ",")
          .append("'" + number + "k".repeat(keyLength - 3) + "':'" + "v".repeat(valueLength) + "'");
    }
    return body.append("}}").toString();
  }

  @Test
  void patchesWhatIsNamedAndResetsWhatIsNull() {
    kv.patch("metadata/a", "{'max_versions':1}").expect(404);
    kv.write(
            "metadata/a",
            "{'max_versions':5,'cas_required':true,'delete_version_after':'1h',"
                + "'custom_metadata':{'a':'1','b':'2'}}")
        .expect(204);
    kv.patch("metadata/a", "{'custom_metadata':{'a':null,'c':'3'},'max_versions':6}").expect(204);
    Kv.Answer patched = kv.read("metadata/a");
    assertThat(patched.at("custom_metadata")).isEqualTo(Kv.parsed("{'b':'2','c':'3'}"));
    assertThat(patched.number("max_versions")).isEqualTo(6);
    assertThat(patched.at("cas_required")).isEqualTo(new JsonBoolean(true));
    kv.patch(
            "metadata/a",
            "{'max_versions':null,'cas_required':null,'delete_version_after':null,"
                + "'custom_metadata':null}")
        .expect(204);
    Kv.Answer reset = kv.read("metadata/a");
    assertThat(reset.number("max_versions")).isZero();
    assertThat(reset.at("cas_required")).isEqualTo(new JsonBoolean(false));
    assertThat(reset.string("delete_version_after")).isEqualTo("0s");
    assertThat(reset.at("custom_metadata")).isEqualTo(JsonNull.NULL);
    kv.patch("metadata/a", "{'max_versions':'x'}").expect(400);
    kv.patch("metadata/a", "{'custom_metadata':7}").expect(400);
  }

  @Test
  void warnsWhoFreesAKeyOfWhatItsMountRequires() {
    kv.write("config", "{'cas_required':true}").expect(204);
    for (Kv.Answer answer :
        new Kv.Answer[] {
          kv.write("metadata/a", "{'cas_required':false}"),
          kv.patch("metadata/a", "{'cas_required':false}")
        }) {
      assertThat(answer.expect(200).words().getFirst()).contains("mandated by backend config");
    }
    assertThat(kv.write("metadata/a", "{'cas_required':true}").expect(204).words()).isEmpty();
  }

  @Test
  void removesAKeyWithEverythingOfIt() {
    write("a", 3);
    write("a/b", 2);
    kv.delete("metadata/a").expect(204);
    assertThat(kv.stored(key -> true))
        .containsExactlyInAnyOrder("meta/a/b", "data/a/b/1", "data/a/b/2");
    kv.read("metadata/a").expect(404);
    kv.delete("metadata/a").expect(204);
    assertThat(kv.write("data/a", "{'data':{}}").expect(200).number("version")).isEqualTo(1);
  }

  @Test
  void listsNamesAndFolders() {
    kv.list("metadata/").expect(404);
    for (String key : new String[] {"b", "a", "a/x", "a/y/z", "ab"}) {
      write(key, 1);
    }
    assertThat(kv.list("metadata/").expect(200).keys()).containsExactly("a", "a/", "ab", "b");
    assertThat(kv.list("metadata").expect(200).keys()).containsExactly("a", "a/", "ab", "b");
    assertThat(kv.list("metadata/a").expect(200).keys()).containsExactly("x", "y/");
    assertThat(kv.list("metadata/a/").expect(200).keys()).containsExactly("x", "y/");
    kv.list("metadata/b").expect(404);
    kv.delete("data/b").expect(204);
    assertThat(kv.list("metadata/").expect(200).keys()).contains("b");
  }

  @Test
  void listsByPages() {
    for (int i = 0; i < 1203; i++) {
      write("k" + (10_000 + i), 1);
    }
    assertThat(kv.list("metadata/").expect(200).keys()).hasSize(1203).isSorted();
    assertThat(
            kv.ask(strongroom.logical.Operation.LIST, "metadata/", "{'after':'k10005','limit':'2'}")
                .keys())
        .containsExactly("k10006", "k10007");
    kv.ask(strongroom.logical.Operation.LIST, "metadata/", "{'limit':'x'}").expect(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "some", "some/secret", "metadatas/x", "config/x"})
  void tellsClientsOfVersionOneWhereToLook(String path) {
    assertThat(kv.read(path).expect(404).words().getFirst()).contains("below data/");
    assertThat(kv.list(path).expect(404).words().getFirst()).contains("below metadata/");
    kv.write(path, "{'a':1}").expect(404);
    kv.delete(path).expect(404);
  }
}
