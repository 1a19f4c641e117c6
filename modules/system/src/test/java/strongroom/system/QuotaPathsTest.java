package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.quota.Quotas;

class QuotaPathsTest {
  private static final String AT = "sys/quotas/rate-limit/";
  private final House house = new House();
  private final House.As root = house.root();

  @AfterEach
  void close() {
    house.close();
  }

  private static JsonObject json(String text) throws Json.MalformedJson {
    return Json.parseObject(
        text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void keepsLimitsAsClientsReadThem() throws Exception {
    root.list("sys/quotas/rate-limit").expect(404);
    root.read(AT + "q").expect(404);
    root.write("sys/mounts/kv", "{'type':'kv'}").expect(204);
    root.write(
            AT + "q",
            "{'path':'kv/a/*','rate':897.3,'interval':'2m','block_interval':'5m','type':'x'}")
        .expect(204);
    root.write(AT + "all", "{'rate':'100000'}").expect(204);
    assertThat(root.read(AT + "q").expect(200).body())
        .isEqualTo(
            json(
                "{'block_interval':300,'inheritable':false,'interval':120,'name':'q',"
                    + "'path':'kv/a/*','rate':897.3,'role':'','type':'rate-limit'}"));
    assertThat(root.read(AT + "all").expect(200).body())
        .isEqualTo(
            json(
                "{'block_interval':0,'inheritable':true,'interval':1,'name':'all','path':'',"
                    + "'rate':100000,'role':'','type':'rate-limit'}"));
    assertThat(root.list("sys/quotas/rate-limit/").expect(200).strings("keys"))
        .containsExactly("all", "q");
    root.write(AT + "q", "{'path':'/kv','rate':5}").expect(204);
    assertThat(root.read(AT + "q").string("path")).isEqualTo("kv/");
    assertThat(new Quotas(house.barrier, () -> 0).all()).isEqualTo(house.quotas.all());
    root.delete(AT + "q").expect(204);
    root.delete(AT + "q").expect(204);
    root.read(AT + "q").expect(404);
  }

  @Test
  void limitsTheMountThatItIsForWhereverItGoes() {
    root.write("sys/mounts/kv", "{'type':'kv'}").expect(204);
    root.write("sys/mounts/other", "{'type':'kv'}").expect(204);
    root.write(AT + "q", "{'path':'kv','rate':1,'interval':60}").expect(204);
    root.read("kv/a").expect(404);
    assertThat(root.read("kv/a").expect(429).words())
        .containsExactly("request path \"kv/a\": rate limit quota exceeded");
    root.read("other/a").expect(404);
    root.write("sys/remount", "{'from':'kv','to':'moved'}").expect(200);
    root.read("moved/a").expect(429);
    assertThat(root.read(AT + "q").string("path")).isEqualTo("moved/");
    root.delete("sys/mounts/moved").expect(204);
    root.read(AT + "q").expect(404);
    root.list("sys/quotas/rate-limit").expect(404);
    assertThat(house.quotas.any()).isFalse();
  }

  @Test
  void canAlwaysBeLiftedByWhoMay() {
    root.write(AT + "stop", "{'rate':1,'interval':'1h','block_interval':'24h'}").expect(204);
    root.write("sys/quotas/config", "{'rate_limit_exempt_paths':[]}").expect(204);
    root.read("sys/mounts").expect(200);
    root.read("sys/mounts").expect(429);
    root.read("sys/health").expect(429);
    root.list("sys/quotas/rate-limit").expect(200);
    house.as("").delete(AT + "stop").expect(403);
    root.read("sys/mounts").expect(429);
    root.write("sys/quotas/config", "{'rate_limit_exempt_paths':['sys/mounts']}").expect(204);
    root.read("sys/mounts").expect(200);
    root.read("sys/auth").expect(429);
    root.delete(AT + "stop").expect(204);
    root.read("sys/auth").expect(200);
  }

  @Test
  void keepsWhatHoldsForAllLimits() throws Exception {
    House.Answer before = root.read("sys/quotas/config").expect(200);
    assertThat(before.strings("rate_limit_exempt_paths")).contains("sys/health", "sys/unseal");
    root.write(
            "sys/quotas/config",
            "{'rate_limit_exempt_paths':'a/b, c/*','enable_rate_limit_audit_logging':true,"
                + "'enable_rate_limit_response_headers':'true'}")
        .expect(204);
    assertThat(root.read("sys/quotas/config").body())
        .isEqualTo(
            json(
                "{'enable_rate_limit_audit_logging':true,"
                    + "'enable_rate_limit_response_headers':true,"
                    + "'rate_limit_exempt_paths':['a/b','c/*']}"));
    root.write("sys/quotas/config", "{}").expect(204);
    assertThat(root.read("sys/quotas/config").strings("rate_limit_exempt_paths")).isEmpty();
  }

  @Test
  void limitsTheLoginsOfARole() {
    root.write("sys/auth/gate", "{'type':'gate'}").expect(204);
    root.write(AT + "r", "{'path':'auth/gate','role':'ci','rate':1,'interval':60}").expect(204);
    assertThat(root.read(AT + "r").string("role")).isEqualTo("ci");
    House.As nobody = house.as("");
    nobody.write("auth/gate/login", "{'role':'ci'}").expect(204);
    nobody.write("auth/gate/login", "{'role':'ci'}").expect(429);
    nobody.write("auth/gate/login", "{'role':'other'}").expect(204);
    nobody.write("auth/gate/login", "{'role':{}}").expect(204);
    nobody.write("auth/gate/login", "{}").expect(204);
    root.read("auth/gate/role/ci").expect(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'rate':0}",
        "{'rate':-1}",
        "{'rate':'NaN'}",
        "{'rate':'1e999'}",
        "{'rate':[]}",
        "{'rate':'many'}",
        "{'rate':1,'interval':-1}",
        "{'rate':1,'interval':'10ms'}",
        "{'rate':1,'block_interval':'-5s'}",
        "{'rate':1,'path':'nowhere/'}",
        "{'rate':1,'path':'sys','inheritable':true}",
        "{'rate':1,'role':'r'}",
        "{'rate':1,'path':'sys','role':'r'}",
        "{'rate':1,'path':'auth/token','role':'r'}",
        "{'rate':1,'path':'auth/token/create','role':'r'}"
      })
  void refusesLimitsThatCannotBe(String wrong) {
    root.write(AT + "q", wrong).expect(400);
    root.read(AT + "q").expect(404);
  }

  @Test
  void refusesNamesThatCannotBeAndASecondLimitForTheSame() {
    for (String name : List.of("-a", "a.", "a b", "a".repeat(257))) {
      root.write(AT + name, "{'rate':1}").expect(400);
    }
    root.write(AT + "a.b-c", "{'rate':1000}").expect(204);
    assertThat(root.write(AT + "second", "{'rate':1000}").expect(400).words().getFirst())
        .contains("\"a.b-c\"");
    house.with("path \"kv/*\" { capabilities = [\"read\"] }").read(AT + "a.b-c").expect(403);
  }
}
