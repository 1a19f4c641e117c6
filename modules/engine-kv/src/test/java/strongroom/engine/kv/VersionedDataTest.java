package strongroom.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonNull;

class VersionedDataTest {
  private final Kv kv = Kv.version2();

  @Test
  void answersAWriteWithWhatIsKnownOfTheNewVersion() {
    Kv.Answer answer = kv.write("data/a", "{'data':{'n':1}}").expect(200);
    assertThat(answer.text())
        .isEqualTo(
            "{\"created_time\":\"2026-01-02T03:04:05.6Z\",\"custom_metadata\":null,"
                + "\"deletion_time\":\"\",\"destroyed\":false,\"version\":1}");
  }

  @Test
  void readsTheNewestVersionOrTheOneAskedFor() {
    kv.write("data/a", "{'data':{'n':1}}").expect(200);
    kv.write("data/a", "{'data':{'n':2}}").expect(200);
    assertThat(kv.read("data/a").expect(200).number("data.n")).isEqualTo(2);
    assertThat(kv.read("data/a", "{'version':'0'}").expect(200).number("data.n")).isEqualTo(2);
    Kv.Answer first = kv.read("data/a", "{'version':'1'}").expect(200);
    assertThat(first.number("data.n")).isEqualTo(1);
    assertThat(first.number("metadata.version")).isEqualTo(1);
    assertThat(kv.read("data/a", "{'version':'3'}").expect(404).words()).isEmpty();
  }

  @Test
  void keepsWhatIsWrittenAsItWasWritten() {
    String data = "{\"z\":1e400,\"a\":[{},[],null,true,-0.10],\"é\\u0000\":\"\\uD800\"}";
    kv.write("data/a", "{\"data\":" + data + "}").expect(200);
    assertThat(kv.read("data/a").expect(200).at("data"))
        .isEqualTo(Kv.parsed("{\"data\":" + data + "}").member("data").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'data':null}", "{'options':{'cas':0}}", "{'a':'b'}"})
  void needsData(String body) {
    assertThat(kv.write("data/a", body).expect(400).words()).containsExactly("no data provided");
    assertThat(kv.patch("data/a", body).expect(400).words()).containsExactly("no data provided");
    assertThat(kv.stored(key -> true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data/a     | {'data':'x'}                              | data",
        "data/a     | {'data':[1]}                              | data",
        "data/a     | {'data':{},'options':7}                   | options",
        "data/a     | {'data':{},'options':{'cas':'x'}}         | cas",
        "data/a     | {'data':{},'options':{'cas':1.5}}         | cas",
        "data/a     | {'data':{},'options':{'cas':{}}}          | cas",
        "delete/a   | {'versions':'x'}                          | versions",
        "delete/a   | {'versions':{}}                           | versions",
        "undelete/a | {'versions':[{}]}                         | versions",
        "destroy/a  | {'versions':[1.5]}                        | versions",
        "destroy/a  | {'versions':[99999999999999999999]}       | versions",
      })
  void namesTheMemberOfTheWrongType(String path, String body, String member) {
    kv.write("data/a", "{'data':{}}").expect(200);
    assertThat(kv.write(path, body).expect(400).words().getFirst()).contains(member);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data/", "metadata/", "data/a/", "metadata/a/"})
  void takesNoFolderForAKey(String path) {
    kv.write(path, "{'data':{},'max_versions':1}").expect(400);
    kv.read(path).expect(404);
    kv.delete(path).expect(400);
    kv.patch(path, "{'data':{}}").expect(400);
  }

  @Test
  void refusesPathsThatAreTooLong() {
    kv.write("data/" + "ä".repeat(1024), "{'data':{}}").expect(200);
    kv.write("data/" + "ä".repeat(1025), "{'data':{}}").expect(400);
    kv.list("metadata/" + "ä".repeat(1025)).expect(400);
  }

  @Test
  void checksAndSets() {
    kv.write("data/a", "{'data':{},'options':{'cas':1}}").expect(400);
    kv.write("data/a", "{'data':{},'options':{'cas':0}}").expect(200);
    assertThat(kv.write("data/a", "{'data':{},'options':{'cas':0}}").expect(400).words())
        .containsExactly("check-and-set parameter did not match the current version");
    kv.write("data/a", "{'data':{},'options':{'cas':'1'}}").expect(200);
    kv.patch("data/a", "{'data':{'x':1},'options':{'cas':1}}").expect(400);
    kv.patch("data/a", "{'data':{'x':1},'options':{'cas':2}}").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config", "metadata/a"})
  void insistsOnCheckAndSetWhereItIsRequired(String where) {
    kv.write(where, "{'cas_required':true}").expect(204);
    assertThat(kv.write("data/a", "{'data':{}}").expect(400).words())
        .containsExactly("check-and-set parameter required for this call");
    kv.write("data/a", "{'data':{},'options':{'cas':0}}").expect(200);
    kv.patch("data/a", "{'data':{}}").expect(400);
    kv.patch("data/a", "{'data':{},'options':{'cas':1}}").expect(200);
  }

  @Test
  void countsDeletedAndDestroyedVersionsInCheckAndSet() {
    kv.write("data/a", "{'data':{}}").expect(200);
    kv.write("destroy/a", "{'versions':[1]}").expect(204);
    kv.write("data/a", "{'data':{},'options':{'cas':0}}").expect(400);
    kv.write("data/a", "{'data':{},'options':{'cas':1}}").expect(200);
  }

  @Test
  void letsOneOfThirtyRacingWritersWin() throws Exception {
    AtomicInteger winners = new AtomicInteger();
    Kv.together(
        30,
        i -> {
          if (kv.write("data/a", "{'data':{'n':" + i + "},'options':{'cas':0}}").status() == 200) {
            winners.incrementAndGet();
          }
        });
    assertThat(winners).hasValue(1);
    assertThat(kv.read("metadata/a").number("current_version")).isEqualTo(1);
  }

  @Test
  void losesNoneOfThirtyRacingPatches() throws Exception {
    kv.write("data/a", "{'data':{}}").expect(200);
    kv.write("metadata/a", "{'max_versions':40}").expect(204);
    Kv.together(30, i -> kv.patch("data/a", "{'data':{'k" + i + "':1}}").expect(200));
    Kv.Answer all = kv.read("data/a").expect(200);
    for (int i = 0; i < 30; i++) {
      assertThat(all.number("data.k" + i)).isEqualTo(1);
    }
    assertThat(all.number("metadata.version")).isEqualTo(31);
  }

  @Test
  void mergesPatchesAsRfc7396Says() {
    kv.write("data/a", "{'data':{'keep':1,'drop':2,'deep':{'x':1,'y':2},'flat':3}}").expect(200);
    kv.patch(
            "data/a",
            "{'data':{'drop':null,'deep':{'y':null,'z':[1]},'flat':{'now':null,'deep':1}}}")
        .expect(200);
    assertThat(kv.read("data/a").expect(200).at("data"))
        .isEqualTo(Kv.parsed("{'keep':1,'deep':{'x':1,'z':[1]},'flat':{'deep':1}}"));
  }

  @Test
  void patchesOnlyWhatCanBeRead() {
    assertThat(kv.patch("data/a", "{'data':{}}").expect(404).text()).isEqualTo("{}");
    kv.write("metadata/empty", "{'max_versions':3}").expect(204);
    kv.patch("data/empty", "{'data':{}}").expect(404);
    kv.write("data/a", "{'data':{'n':1}}").expect(200);
    kv.delete("data/a").expect(204);
    Kv.Answer deleted = kv.patch("data/a", "{'data':{'n':2}}").expect(404);
    assertThat(deleted.number("version")).isEqualTo(1);
    assertThat(deleted.string("deletion_time")).isNotEmpty();
    kv.write("destroy/a", "{'versions':[1]}").expect(204);
    assertThat(kv.patch("data/a", "{'data':{'n':2}}").expect(404).text())
        .contains("\"destroyed\":true");
    kv.patch("data/a", "{'data':{},'options':{'cas':7}}").expect(400);
  }

  @Test
  void deletesTheNewestVersionOrThoseNamed() {
    for (int i = 1; i <= 3; i++) {
      kv.write("data/a", "{'data':{'n':" + i + "}}").expect(200);
    }
    kv.delete("data/a").expect(204);
    Kv.Answer gone = kv.read("data/a").expect(404);
    assertThat(gone.at("data")).isEqualTo(JsonNull.NULL);
    assertThat(gone.string("metadata.deletion_time")).isEqualTo("2026-01-02T03:04:05.6Z");
    kv.write("delete/a", "{'versions':'1, 2'}").expect(204);
    kv.read("data/a", "{'version':1}").expect(404);
    kv.read("data/a", "{'version':2}").expect(404);
    kv.write("undelete/a", "{'versions':[2,'3',17]}").expect(204);
    kv.read("data/a", "{'version':1}").expect(404);
    kv.read("data/a", "{'version':2}").expect(200);
    kv.read("data/a").expect(200);
  }

  @Test
  void keepsTheTimeOfTheFirstDeletion() {
    kv.write("data/a", "{'data':{}}").expect(200);
    kv.delete("data/a").expect(204);
    kv.pass(java.time.Duration.ofHours(1));
    kv.delete("data/a").expect(204);
    kv.write("delete/a", "{'versions':[1]}").expect(204);
    assertThat(kv.read("data/a").string("metadata.deletion_time"))
        .isEqualTo("2026-01-02T03:04:05.6Z");
  }

  @Test
  void destroysForGood() {
    kv.write("data/a", "{'data':{'n':1}}").expect(200);
    kv.write("data/a", "{'data':{'n':2}}").expect(200);
    kv.write("destroy/a", "{'versions':[1]}").expect(204);
    assertThat(kv.stored(key -> key.startsWith("data/"))).containsExactly("data/a/2");
    kv.write("undelete/a", "{'versions':[1]}").expect(204);
    assertThat(kv.read("data/a", "{'version':1}").expect(404).text())
        .contains("\"destroyed\":true")
        .contains("\"data\":null");
    kv.read("data/a").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete/none", "undelete/none", "destroy/none"})
  void hasNothingToDoWhereNothingIs(String path) {
    kv.write(path, "{'versions':[1]}").expect(204);
    kv.delete("data/none").expect(204);
    assertThat(kv.stored(key -> true)).isEmpty();
    for (String none : new String[] {"{}", "{'versions':[]}", "{'versions':''}"}) {
      assertThat(kv.write(path, none).expect(400).words().getFirst())
          .isEqualToIgnoringCase("no version number provided");
    }
  }

  @Test
  void showsNamesWithoutValues() {
    kv.write("data/a", "{'data':{'a':{'b':{'c':'secret'}},'d':[{'e':1}],'f':{},'g':null}}")
        .expect(200);
    assertThat(kv.read("subkeys/a").expect(200).at("subkeys"))
        .isEqualTo(Kv.parsed("{'a':{'b':{'c':null}},'d':null,'f':null,'g':null}"));
    assertThat(kv.read("subkeys/a", "{'depth':'1'}").expect(200).at("subkeys"))
        .isEqualTo(Kv.parsed("{'a':null,'d':null,'f':null,'g':null}"));
    assertThat(kv.read("subkeys/a", "{'depth':'2'}").expect(200).at("subkeys"))
        .isEqualTo(Kv.parsed("{'a':{'b':null},'d':null,'f':null,'g':null}"));
    kv.read("subkeys/a", "{'depth':'100000'}").expect(200);
    kv.read("subkeys/a", "{'depth':'-1'}").expect(400);
    kv.read("subkeys/a", "{'depth':'x'}").expect(400);
  }

  @Test
  void showsTheNamesOfTheVersionAskedFor() {
    kv.read("subkeys/a").expect(404);
    kv.write("data/a", "{'data':{'one':1}}").expect(200);
    kv.write("data/a", "{'data':{}}").expect(200);
    Kv.Answer first = kv.read("subkeys/a", "{'version':'1'}").expect(200);
    assertThat(first.at("subkeys")).isEqualTo(Kv.parsed("{'one':null}"));
    assertThat(first.number("metadata.version")).isEqualTo(1);
    assertThat(kv.read("subkeys/a").expect(200).at("subkeys")).isEqualTo(Kv.parsed("{}"));
    kv.delete("data/a").expect(204);
    Kv.Answer deleted = kv.read("subkeys/a").expect(404);
    assertThat(deleted.at("subkeys")).isEqualTo(JsonNull.NULL);
    assertThat(deleted.body().member("data")).isEmpty();
  }
}
