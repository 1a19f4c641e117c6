package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KV versions 1 and 2 by their HTTP API, as clients of Vault use them. */
class KeyValueTest {
  private static final String MERGE = "application/merge-patch+json";

  @TempDir static Path folder;
  private static Server server;
  private static Api root;

  @BeforeAll
  static void start() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    server = Server.seed(folder, hsm, "generate_key = \"true\"").start();
    root = server.api().as(server.initialize());
    root.put("sys/mounts/v1", "{'type':'kv','options':{'version':'1'}}").expect(204);
    root.put("sys/mounts/v2", "{'type':'kv-v2'}").expect(204);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Api.Answer patch(String path, String json) {
    return root.call("PATCH", path, json.replace('\'', '"'), "Content-Type", MERGE);
  }

  @Test
  void versionOneKeepsWhatWasWrittenLast() {
    root.put("v1/a/b", "{'one':1,'ttl':'1h'}").expect(204);
    Api.Answer read = root.get("v1/a/b").expect(200);
    assertThat(read.number("data.one")).isEqualTo(1);
    assertThat(read.number("lease_duration")).isEqualTo(3600);
    root.put("v1/a/b", "{'two':2}").expect(204);
    assertThat(root.get("v1/a/b").expect(200).text()).contains("two").doesNotContain("one");
    assertThat(root.list("v1/a").expect(200).strings("data.keys")).containsExactly("b");
    assertThat(root.list("v1").expect(200).strings("data.keys")).containsExactly("a/");
    root.delete("v1/a/b").expect(204);
    root.get("v1/a/b").expect(404);
    root.list("v1").expect(404);
  }

  @Test
  void versionTwoKeepsVersionsAndTheirFates() {
    assertThat(root.put("v2/data/s", "{'data':{'n':1}}").expect(200).number("data.version"))
        .isEqualTo(1);
    root.put("v2/data/s", "{'data':{'n':2}}").expect(200);
    root.put("v2/data/s", "{'data':{'n':3}}").expect(200);
    assertThat(root.get("v2/data/s").expect(200).number("data.data.n")).isEqualTo(3);
    assertThat(root.get("v2/data/s?version=1").expect(200).number("data.data.n")).isEqualTo(1);

    root.put("v2/delete/s", "{'versions':[1,2]}").expect(204);
    Api.Answer deleted = root.get("v2/data/s?version=2").expect(404);
    assertThat(deleted.string("data.metadata.deletion_time")).isNotEmpty();
    assertThat(deleted.text()).contains("\"data\":null");
    root.put("v2/undelete/s", "{'versions':[2]}").expect(204);
    assertThat(root.get("v2/data/s?version=2").expect(200).number("data.data.n")).isEqualTo(2);
    root.put("v2/destroy/s", "{'versions':[2]}").expect(204);
    root.put("v2/undelete/s", "{'versions':[2]}").expect(204);
    assertThat(root.get("v2/data/s?version=2").expect(404).bool("data.metadata.destroyed"))
        .isTrue();

    root.delete("v2/data/s").expect(204);
    root.get("v2/data/s").expect(404);
    Api.Answer metadata = root.get("v2/metadata/s").expect(200);
    assertThat(metadata.number("data.current_version")).isEqualTo(3);
    assertThat(metadata.number("data.oldest_version")).isZero();
    assertThat(metadata.bool("data.versions.2.destroyed")).isTrue();
    root.delete("v2/metadata/s").expect(204);
    root.get("v2/metadata/s").expect(404);
  }

  @Test
  void checksAndSets() {
    root.put("v2/data/cas", "{'data':{'n':1},'options':{'cas':0}}").expect(200);
    root.put("v2/data/cas", "{'data':{'n':2},'options':{'cas':0}}").expect(400);
    root.put("v2/data/cas", "{'data':{'n':2},'options':{'cas':1}}").expect(200);
    root.put("v2/metadata/cas", "{'cas_required':true}").expect(204);
    root.put("v2/data/cas", "{'data':{'n':3}}").expect(400);
    assertThat(root.get("v2/data/cas").expect(200).number("data.data.n")).isEqualTo(2);
  }

  @Test
  void keepsNoMoreVersionsThanItsSettingsSay() {
    root.put("v2/metadata/few", "{'max_versions':2,'custom_metadata':{'owner':'a'}}").expect(204);
    for (int n = 1; n <= 4; n++) {
      root.put("v2/data/few", "{'data':{'n':" + n + "}}").expect(200);
    }
    root.get("v2/data/few?version=2").expect(404);
    root.get("v2/data/few?version=3").expect(200);
    Api.Answer metadata = root.get("v2/metadata/few").expect(200);
    assertThat(metadata.number("data.oldest_version")).isEqualTo(3);
    assertThat(metadata.string("data.custom_metadata.owner")).isEqualTo("a");
    assertThat(root.get("v2/data/few").expect(200).string("data.metadata.custom_metadata.owner"))
        .isEqualTo("a");
  }

  @Test
  void patchesDataAndMetadata() {
    root.put("v2/data/p", "{'data':{'keep':1,'drop':2,'deep':{'x':1}}}").expect(200);
    patch("v2/data/p", "{'data':{'drop':null,'deep':{'y':2}}}").expect(200);
    Api.Answer read = root.get("v2/data/p").expect(200);
    assertThat(read.number("data.data.keep")).isEqualTo(1);
    assertThat(read.number("data.data.deep.x")).isEqualTo(1);
    assertThat(read.number("data.data.deep.y")).isEqualTo(2);
    assertThat(read.text()).doesNotContain("drop");
    assertThat(root.get("v2/subkeys/p").expect(200).text()).contains("\"x\":null");
    patch("v2/metadata/p", "{'max_versions':5}").expect(204);
    assertThat(root.get("v2/metadata/p").expect(200).number("data.max_versions")).isEqualTo(5);
    patch("v2/data/none", "{'data':{'a':1}}").expect(404);
  }

  @Test
  void listsFoldersWithoutWhatIsInThem() {
    root.put("v2/data/list/a", "{'data':{}}").expect(200);
    root.put("v2/data/list/b/c", "{'data':{}}").expect(200);
    assertThat(root.list("v2/metadata/list").expect(200).strings("data.keys"))
        .containsExactly("a", "b/");
    assertThat(root.get("v2/metadata/list?list=true").expect(200).strings("data.keys"))
        .containsExactly("a", "b/");
    root.list("v2/metadata/nothing").expect(404);
  }

  @Test
  void upgradesVersionOneWithItsSecrets() {
    root.put("sys/mounts/old", "{'type':'kv','options':{'version':'1'}}").expect(204);
    root.put("old/app", "{'pass':'s'}").expect(204);
    root.put("sys/mounts/old/tune", "{'options':{'version':'2'}}");
    server.await(
        "the mount is upgraded",
        java.time.Duration.ofSeconds(30),
        () -> root.get("old/data/app").status() == 200);
    assertThat(root.get("old/data/app").expect(200).string("data.data.pass")).isEqualTo("s");
  }

  @Test
  void tellsClientsOfVersionOneWhereSecretsAre() {
    Api.Answer answer = root.get("v2/some/secret").expect(404);
    assertThat(answer.strings("warnings").getFirst()).contains("data/");
    root.put("v2/some/secret", "{'a':'b'}").expect(404);
  }
}
