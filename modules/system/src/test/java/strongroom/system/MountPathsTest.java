package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

class MountPathsTest {
  private final House house = new House();
  private final House.As root = house.root();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void showsWhatEveryInstallationHas() {
    JsonObject all = root.read("sys/mounts").expect(200).body();
    assertThat(all.members().keySet()).containsExactly("cubbyhole/", "identity/", "sys/");
    JsonObject token = root.read("sys/auth").expect(200).object("token/");
    assertThat(token.members().keySet())
        .containsExactlyInAnyOrder(
            "accessor",
            "config",
            "deprecation_status",
            "description",
            "external_entropy_access",
            "local",
            "options",
            "plugin_version",
            "running_plugin_version",
            "running_sha256",
            "seal_wrap",
            "type",
            "uuid");
    assertThat(token.member("options")).contains(JsonNull.NULL);
  }

  @Test
  void enablesShowsAndDisables() {
    root.write(
            "sys/mounts/a/b",
            "{'type':'kv','description':'d','local':true,'seal_wrap':true,"
                + "'options':{'version':2},'config':{'default_lease_ttl':'1h',"
                + "'max_lease_ttl':7200,'listing_visibility':'unauth',"
                + "'audit_non_hmac_request_keys':['x'],'force_no_cache':true,"
                + "'allowed_managed_keys':['k1']}}")
        .expect(204);
    House.Answer one = root.read("sys/mounts/a/b").expect(200);
    assertThat(one.string("type")).isEqualTo("kv");
    assertThat(one.string("description")).isEqualTo("d");
    assertThat(one.string("options", "version")).isEqualTo("2");
    assertThat(one.string("accessor")).matches("kv_[0-9a-f]{8}");
    assertThat(one.at("config", "default_lease_ttl")).isEqualTo(JsonNumber.of(3600));
    assertThat(one.at("config", "max_lease_ttl")).isEqualTo(JsonNumber.of(7200));
    assertThat(one.string("config", "listing_visibility")).isEqualTo("unauth");
    assertThat(one.strings("config", "audit_non_hmac_request_keys")).containsExactly("x");
    assertThat(one.strings("config", "allowed_managed_keys")).containsExactly("k1");
    root.write("sys/mounts/a/b/tune", "{'allowed_managed_keys':['k2','k3']}").expect(204);
    assertThat(root.read("sys/mounts/a/b/tune").expect(200).strings("allowed_managed_keys"))
        .containsExactly("k2", "k3");
    one = root.read("sys/mounts/a/b").expect(200);
    assertThat(root.read("sys/mounts").object("a/b/")).isEqualTo(one.body());
    root.write("a/b/data/s", "{'data':{'n':1}}").expect(200);

    root.delete("sys/mounts/a/b").expect(204);
    root.read("sys/mounts/a/b").expect(400);
    root.read("a/b/data/s").expect(404);
    root.delete("sys/mounts/a/b").expect(204);
  }

  @Test
  void freesAPathWhenItIsDisabledAndForgetsWhatWasThere() {
    for (int round = 0; round < 20; round++) {
      root.write("sys/mounts/again", "{'type':'kv'}").expect(204);
      root.read("again/s").expect(404);
      for (int i = 0; i < 30; i++) {
        root.write("again/s" + i, "{'n':1}").expect(204);
      }
      root.write("again/s", "{'n':1}").expect(204);
      root.delete("sys/mounts/again").expect(204);
    }
  }

  @ParameterizedTest
  @CsvSource({"kv,", "kv-v1,1", "kv-v2,2", "generic,", "KV-V2,2"})
  void knowsTheNamesOfKv(String type, String version) {
    root.write("sys/mounts/x", "{'type':'" + type + "'}").expect(204);
    House.Answer mount = root.read("sys/mounts/x").expect(200);
    assertThat(mount.string("type")).isEqualTo("kv");
    if (version == null) {
      assertThat(mount.at("options")).isEqualTo(JsonNull.NULL);
    } else {
      assertThat(mount.string("options", "version")).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                 | type",
        "{'type':''}                                        | type",
        "{'type':[1]}                                       | type",
        "{'type':'nope'}                                    | nope",
        "{'type':'system'}                                  | system",
        "{'type':'cubbyhole'}                               | cubbyhole",
        "{'type':'kv','options':{'version':'3'}}            | version",
        "{'type':'kv','options':7}                          | options",
        "{'type':'kv','options':{'version':{}}}             | options",
        "{'type':'kv','config':'x'}                         | config",
        "{'type':'kv','config':{'default_lease_ttl':'x'}}   | default_lease_ttl",
        "{'type':'kv','config':{'max_lease_ttl':-1}}        | max_lease_ttl",
        "{'type':'kv','config':{'default_lease_ttl':'2h','max_lease_ttl':'1h'}} | max_lease_ttl",
        "{'type':'kv','config':{'listing_visibility':'x'}}  | listing_visibility",
        "{'type':'kv','config':{'force_no_cache':'x'}}      | force_no_cache",
        "{'type':'kv','local':'x'}                          | local",
        "{'type':'kv','seal_wrap':{}}                       | seal_wrap",
        "{'type':'kv','description':{}}                     | description",
      })
  void saysWhatIsWrongWithAMount(String body, String word) {
    assertThat(root.write("sys/mounts/x", body).expect(400).words().getFirst()).contains(word);
    root.read("sys/mounts/x").expect(400);
  }

  @Test
  void letsNoMountStandWithinAnother() {
    root.write("sys/mounts/a/b", "{'type':'kv'}").expect(204);
    assertThat(root.write("sys/mounts/a/b", "{'type':'kv'}").expect(400).words())
        .containsExactly("path is already in use at a/b/");
    root.write("sys/mounts/a", "{'type':'kv'}").expect(400);
    root.write("sys/mounts/a/b/c", "{'type':'kv'}").expect(400);
    root.write("sys/mounts/a/bc", "{'type':'kv'}").expect(204);
    root.write("sys/mounts/ab", "{'type':'kv'}").expect(204);
    root.write("a/b/x", "{'n':1}").expect(204);
    root.write("a/bc/x", "{'n':2}").expect(204);
    assertThat(root.read("a/b/x").text()).contains("1");
    assertThat(root.read("a/bc/x").text()).contains("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sys", "sys/x", "cubbyhole", "cubbyhole/x", "identity", "auth", "auth/x"})
  void keepsTheServersOwnPaths(String path) {
    root.write("sys/mounts/" + path, "{'type':'kv'}").expect(400);
    root.read("sys/mounts/auth/token").expect(400);
    root.write("sys/mounts/auth/token/tune", "{}").expect(400);
    root.write("sys/auth/x", "{'type':'kv'}").expect(400);
    root.delete("sys/mounts/cubbyhole").expect(400);
    root.delete("sys/mounts/sys").expect(400);
    root.delete("sys/auth/token").expect(400);
  }

  @Test
  void tunesWhatIsNamedAndShowsWhatHolds() {
    root.write("sys/mounts/x", "{'type':'kv'}").expect(204);
    House.Answer before = root.read("sys/mounts/x/tune").expect(200);
    assertThat(before.at("default_lease_ttl")).isEqualTo(JsonNumber.of(2764800));
    assertThat(before.at("max_lease_ttl")).isEqualTo(JsonNumber.of(2764800));
    root.write(
            "sys/mounts/x/tune",
            "{'default_lease_ttl':'30m','max_lease_ttl':'1h','description':'new',"
                + "'listing_visibility':'hidden','allowed_response_headers':['A','B']}")
        .expect(204);
    root.write("sys/mounts/x/tune", "{'default_lease_ttl':'45m'}").expect(204);
    House.Answer after = root.read("sys/mounts/x/tune").expect(200);
    assertThat(after.at("default_lease_ttl")).isEqualTo(JsonNumber.of(2700));
    assertThat(after.at("max_lease_ttl")).isEqualTo(JsonNumber.of(3600));
    assertThat(after.string("description")).isEqualTo("new");
    assertThat(after.strings("allowed_response_headers")).containsExactly("A", "B");
    root.write("sys/mounts/x/tune", "{'default_lease_ttl':'system','max_lease_ttl':'system'}")
        .expect(204);
    assertThat(root.read("sys/mounts/x").object("config").member("max_lease_ttl"))
        .contains(JsonNumber.of(0));
    root.write("sys/mounts/x/tune", "{'default_lease_ttl':'9000h'}").expect(400);
    root.read("sys/mounts/none/tune").expect(400);
    root.write("sys/mounts/none/tune", "{}").expect(400);
  }

  @Test
  void losesNoneOfRacingTunings() throws Exception {
    root.write("sys/mounts/x", "{'type':'kv'}").expect(204);
    House.together(
        20, i -> root.write("sys/mounts/x/tune", "{'options':{'k" + i + "':'v'}}").expect(204));
    assertThat(root.read("sys/mounts/x").object("options").members()).hasSize(20);
  }

  @Test
  void upgradesKvAndNeverDowngradesIt() throws Exception {
    root.write("sys/mounts/x", "{'type':'kv'}").expect(204);
    root.write("x/s", "{'n':1}").expect(204);
    House.Answer upgraded =
        root.write("sys/mounts/x/tune", "{'options':{'version':'2'}}").expect(200);
    assertThat(upgraded.words().getFirst()).startsWith("Upgrading mount from version 1");
    for (int tries = 0; root.read("x/data/s").status() != 200; tries++) {
      assertThat(tries).isLessThan(3_000);
      Thread.sleep(10);
    }
    root.write("sys/mounts/x/tune", "{'options':{'version':'2'}}").expect(204);
    root.write("sys/mounts/x/tune", "{'options':{'version':'1'}}").expect(400);
    root.read("x/data/s").expect(200);
  }

  @Test
  void movesAMountWithWhatIsInIt() {
    root.write("sys/mounts/from", "{'type':'kv-v2'}").expect(204);
    root.write("sys/mounts/other", "{'type':'kv'}").expect(204);
    root.write("from/data/s", "{'data':{'n':1}}").expect(200);
    String id =
        root.write("sys/remount", "{'from':'from','to':'to/deep/'}")
            .expect(200)
            .string("migration_id");
    House.Answer status = root.read("sys/remount/status/" + id).expect(200);
    assertThat(status.string("migration_info", "status")).isEqualTo("success");
    assertThat(status.string("migration_info", "source_mount")).isEqualTo("from/");
    assertThat(status.string("migration_info", "target_mount")).isEqualTo("to/deep/");
    root.read("to/deep/data/s").expect(200);
    root.read("from/data/s").expect(404);
    root.read("sys/remount/status/none").expect(404);
    for (String wrong :
        List.of(
            "{}",
            "{'from':'to/deep'}",
            "{'from':'none','to':'x'}",
            "{'from':'to/deep','to':'other'}",
            "{'from':'to/deep','to':'other/x'}",
            "{'from':'to/deep','to':'sys/x'}",
            "{'from':'to/deep','to':'auth/x'}",
            "{'from':'sys','to':'x'}",
            "{'from':'auth/token','to':'auth/x'}",
            "{'from':[],'to':'x'}")) {
      root.write("sys/remount", wrong).expect(400);
    }
    root.write("sys/remount", "{'from':'to/deep','to':'to/deep/er'}").expect(200);
    root.read("to/deep/er/data/s").expect(200);
  }

  @Test
  void letsOneOfRacingMovesWin() throws Exception {
    root.write("sys/mounts/from", "{'type':'kv'}").expect(204);
    AtomicInteger winners = new AtomicInteger();
    House.together(
        30,
        i -> {
          if (root.write("sys/remount", "{'from':'from','to':'to" + i + "'}").status() == 200) {
            winners.incrementAndGet();
          }
        });
    assertThat(winners).hasValue(1);
  }

  @Test
  void needsSudoForAuthMethodsAndMoves() {
    House.As some =
        house.with(
            "path \"sys/*\" { capabilities = [\"create\", \"read\", \"update\", \"delete\"] }");
    some.read("sys/mounts").expect(200);
    some.write("sys/auth/x", "{'type':'token'}").expect(403);
    some.read("sys/auth/token/tune").expect(403);
    some.write("sys/remount", "{'from':'a','to':'b'}").expect(403);
  }

  @Test
  void showsTheMountsThatTheCallerMaySee() {
    root.write("sys/mounts/mine", "{'type':'kv-v2'}").expect(204);
    root.write("sys/mounts/open", "{'type':'kv','config':{'listing_visibility':'unauth'}}")
        .expect(204);
    root.write("sys/mounts/other", "{'type':'kv'}").expect(204);
    House.As some = house.with("path \"mine/data/team/+/x\" { capabilities = [\"read\"] }");
    House.Answer seen = some.read("sys/internal/ui/mounts").expect(200);
    assertThat(seen.object("secret").members().keySet())
        .contains("mine/", "open/")
        .doesNotContain("other/");
    assertThat(house.as("").read("sys/internal/ui/mounts").expect(200).text())
        .isEqualTo(
            "{\"auth\":{},\"secret\":{\"open/\":{\"description\":\"\",\"options\":null,"
                + "\"type\":\"kv\"}}}");
    House.Answer one = some.read("sys/internal/ui/mounts/mine/data/anything").expect(200);
    assertThat(one.string("path")).isEqualTo("mine/");
    assertThat(one.string("options", "version")).isEqualTo("2");
    for (String hidden : List.of("other", "other/x", "none", "none/x")) {
      assertThat(some.read("sys/internal/ui/mounts/" + hidden).expect(403).words().getFirst())
          .startsWith("preflight capability check returned 403, please ensure client's policies")
          .contains("\"" + hidden + "/\"");
    }
    house.as("").read("sys/internal/ui/mounts/mine").expect(403);
    assertThat(root.read("sys/internal/ui/mounts").object("secret").members().keySet())
        .containsExactly("cubbyhole/", "identity/", "mine/", "open/", "other/", "sys/");
  }

  @Test
  void tellsTheCallersRules() {
    House.As some =
        house.with(
            "path \"a/b\" { capabilities = [\"read\"] }\n"
                + "path \"a/c/*\" { capabilities = [\"list\"] }\n"
                + "path \"a/d\" { capabilities = [\"deny\"] }");
    House.Answer rules = some.read("sys/internal/ui/resultant-acl").expect(200);
    assertThat(rules.strings("exact_paths", "a/b", "capabilities")).containsExactly("read");
    assertThat(rules.strings("exact_paths", "a/d", "capabilities")).containsExactly("deny");
    assertThat(rules.strings("glob_paths", "a/c/", "capabilities")).containsExactly("list");
    house.as("").read("sys/internal/ui/resultant-acl").expect(403);
  }

  @Test
  void answersWhatItCannotDoWithoutFault() {
    root.read("sys/none").expect(404);
    root.read("sys").expect(404);
    root.ask(Operation.PATCH, "sys/mounts/x", "{}").expect(405);
    root.read("none/x").expect(404);
    house.as("").read("none/x").expect(403);
    house.as("").read("sys/none").expect(403);
  }
}
