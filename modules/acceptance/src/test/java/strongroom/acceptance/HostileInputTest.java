package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client's mistake is a 4xx that says what to change and repeats nothing secret. */
class HostileInputTest {
  private static final String MARKER = "hunter2-MARKER-4711";

  @TempDir static Path folder;
  private static Server server;
  private static Api root;

  @BeforeAll
  static void start() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    server = Server.seed(folder, hsm, "generate_key = \"true\"").start();
    root = server.api().as(server.initialize());
    root.put("sys/mounts/secret", "{'type':'kv','options':{'version':'2'}}").expect(204);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Method, path and body of what clients get wrong. */
  private static final List<List<String>> MISTAKES =
      List.of(
          List.of("PUT", "secret/data/x", "{"),
          List.of("PUT", "secret/data/x", "[]"),
          List.of("PUT", "secret/data/x", "\"" + MARKER + "\""),
          List.of("PUT", "secret/data/x", "{\"data\":\"" + MARKER + "\"}"),
          List.of("PUT", "secret/data/x", "{\"data\":{\"a\":\"" + MARKER + "\"},\"options\":7}"),
          List.of(
              "PUT",
              "secret/data/x",
              "{\"data\":{\"a\":\"" + MARKER + "\"},\"options\":{\"cas\":\"" + MARKER + "\"}}"),
          List.of("PUT", "secret/data/", "{\"data\":{}}"),
          List.of("PUT", "secret/metadata/x", "{\"max_versions\":\"" + MARKER + "\"}"),
          List.of("PUT", "secret/metadata/x", "{\"custom_metadata\":{\"a\":{}}}"),
          List.of("PUT", "secret/undelete/x", "{\"versions\":\"" + MARKER + "\"}"),
          List.of("PUT", "secret/config", "{\"delete_version_after\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/policies/acl/p", "{\"policy\":\"path {\"}"),
          List.of("PUT", "sys/policies/acl/root", "{\"policy\":\"\"}"),
          List.of("PUT", "sys/mounts/sys", "{\"type\":\"kv\"}"),
          List.of("PUT", "sys/mounts/other", "{\"type\":\"no-such-engine\"}"),
          List.of("PUT", "sys/mounts/secret/deeper", "{\"type\":\"kv\"}"),
          List.of("PUT", "auth/token/create", "{\"ttl\":\"" + MARKER + "\"}"),
          List.of("PUT", "auth/token/create", "{\"policies\":{\"a\":\"" + MARKER + "\"}}"),
          List.of("PUT", "auth/token/create", "{\"num_uses\":-1}"),
          List.of("PUT", "auth/token/create", "{\"type\":\"" + MARKER + "\"}"),
          List.of("PUT", "auth/token/lookup", "{\"token\":\"" + MARKER + "\"}"),
          List.of("PUT", "auth/token/renew-accessor", "{\"accessor\":\"" + MARKER + "\"}"),
          List.of("PUT", "auth/token/renew", "{\"token\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/wrapping/unwrap", "{\"token\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/wrapping/lookup", "{\"token\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/unseal", "{\"key\":7}"),
          List.of("PUT", "sys/generate-root/update", "{\"key\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/generate-root/attempt", "{\"otp\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/generate-root/attempt", "{\"pgp_key\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/rekey/init", "{\"secret_shares\":300,\"secret_threshold\":2}"),
          List.of("PUT", "sys/rotate/config", "{\"max_operations\":\"" + MARKER + "\"}"),
          List.of("PUT", "sys/init", "{\"recovery_shares\":\"" + MARKER + "\"}"),
          List.of("GET", "secret/data/x?version=" + MARKER, ""),
          List.of("GET", "no/such/mount", ""),
          List.of("GET", "secret/data/a/../b", ""),
          List.of("GET", "secret/data/%2e%2e/b", ""),
          List.of("GET", "secret/data/%00", ""),
          List.of("GET", "secret/data/%ff%fe", ""),
          List.of("PATCH", "secret/data/x", "{\"data\":{}}"),
          List.of("POST", "sys/health", "{}"),
          List.of("DELETE", "sys/policies/acl/root", ""),
          List.of("PUT", "cubbyhole/", "{\"a\":\"b\"}"));

  @Test
  void answersMistakesWith4xxAndRepeatsNoSecret() {
    for (List<String> mistake : MISTAKES) {
      Api.Answer answer = root.call(mistake.get(0), mistake.get(1), mistake.get(2));
      assertThat(answer.status()).as("%s: %s", mistake, answer.text()).isBetween(400, 499);
      if (mistake.get(2).contains(MARKER)) {
        assertThat(answer.text()).as("%s", mistake).doesNotContain(MARKER);
      }
    }
    assertThat(server.log()).doesNotContain(MARKER);
    assertThat(server.health()).isEqualTo(200);
  }

  @Test
  void answersTooMuchWith413() {
    String deep = "{\"data\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
    root.call("PUT", "secret/data/x", deep).expect(413);
    String wide = "{\"data\":{\"a\":[" + "1,".repeat(1_000_000) + "1]}}";
    root.call("PUT", "secret/data/x", wide).expect(413);
    String value = "{\"data\":{\"a\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}}";
    assertThat(root.call("PUT", "secret/data/x", value).expect(413).text())
        .contains("max_entry_size");
    String large = "{\"data\":{\"a\":\"" + "x".repeat(34 * 1024 * 1024) + "\"}}";
    try {
      root.call("PUT", "secret/data/x", large).expect(413);
    } catch (Api.Unreachable e) {
      // The connection may be closed before the client has sent everything.
      assertThat(server.health()).isEqualTo(200);
    }
    assertThat(server.health()).isEqualTo(200);
  }

  @Test
  void refusesWhatTwoServersCouldReadDifferently() throws Exception {
    for (String headers :
        List.of(
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "X-Folded: a\r\n b\r\n",
            "Content-Length: +5\r\n",
            "Bad Header: x\r\n",
            "X-Huge: " + "x".repeat(100_000) + "\r\n")) {
      String answer =
          raw("POST /v1/sys/unseal HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n{\"k\":1}");
      assertThat(answer)
          .as(headers.substring(0, Math.min(60, headers.length())))
          .startsWith("HTTP/1.1 4");
    }
    assertThat(server.health()).isEqualTo(200);
  }

  @Test
  void answersInThePublicShapeWhateverIsWrong() throws Exception {
    assertThat(raw("GARBAGE\r\n\r\n")).startsWith("HTTP/1.1 400").contains("{\"errors\":[");
    Api.Answer unknown = server.api().get("sys/mounts");
    unknown.expect(403);
    assertThat(unknown.strings("errors")).isNotEmpty();
    assertThat(server.api().as("hvs." + MARKER).get("sys/mounts").expect(403).text())
        .doesNotContain(MARKER);
  }

  /** Paths that some part of some server would read as another path. */
  private static final List<String> PATHS =
      List.of(
          "secret/data/a/./b",
          "secret/data/a/../../../sys/mounts",
          "secret/data//a",
          "secret//data/a",
          "/sys/mounts",
          "//sys/mounts",
          "./sys/mounts",
          "../v1/sys/mounts",
          "secret/data/%2e",
          "secret/data/%2e%2e/config",
          "secret/data/%2E%2e%2Fconfig",
          "secret/data/a%2f..%2fb",
          "secret/data/a%2f%2fb",
          "%2fsys/mounts",
          "sys%2f%2fmounts",
          "secret/data/%00",
          "secret/data/a%00b",
          "secret/data/%01",
          "secret/data/%0d%0aX-Injected:%201",
          "secret/data/%1b%5b31m",
          "secret/data/%7f",
          "secret/data/%c2%80",
          "secret/data/%c0%ae%c0%ae",
          "secret/data/%ed%a0%80",
          "secret/data/%f5%80%80%80",
          "secret/data/%",
          "secret/data/%1",
          "secret/data/%zz",
          "secret/data/%u0041",
          "secret/data/a;b=c/../d",
          "secret/data/a#b",
          "secret/data/" + "a".repeat(3_000),
          "secret/data/" + "a/".repeat(1_500) + "a",
          "secret/data/" + "%41".repeat(3_000),
          "x".repeat(60_000),
          "");

  @Test
  void answersPathsThatCouldBeReadInTwoWaysWith4xx() throws Exception {
    for (String path : PATHS) {
      for (String method : List.of("GET", "LIST", "DELETE", "PUT", "PATCH")) {
        String answer =
            raw(
                method
                    + " /v1/"
                    + path
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Vault-Token: "
                    + root.token()
                    + "\r\nContent-Length: 13\r\n\r\n{\"data\":{} } ");
        assertThat(answer)
            .as("%s %s", method, path.substring(0, Math.min(60, path.length())))
            .startsWith("HTTP/1.1 4")
            .doesNotContain("X-Injected: 1\r\n");
      }
    }
    root.list("secret/metadata").expect(404);
    assertThat(server.health()).isEqualTo(200);
  }

  @Test
  void takesTheLastOfMembersOfOneNameAndRefusesWhatIsNoObject() {
    root.call("PUT", "secret/data/twice", "{\"data\":{\"a\":1},\"data\":{\"a\":2,\"a\":3}}")
        .expect(200);
    assertThat(root.get("secret/data/twice").expect(200).number("data.data.a")).isEqualTo(3);
    root.delete("secret/metadata/twice").expect(204);
    for (String body :
        List.of(
            "[1]",
            "1",
            "true",
            "\"" + MARKER + "\"",
            "{\"a\":1}{",
            "{\"a\":1} x",
            "{'a':1}",
            "{\"a\":01}",
            "{\"a\":NaN}",
            "{\"a\":\"\u0001\"}",
            "{\"a\"",
            "{\"a\":1,}",
            "data=" + MARKER,
            "\"" + MARKER)) {
      for (String path : List.of("secret/data/x", "sys/mounts/x", "auth/token/create")) {
        Api.Answer answer = root.call("PUT", path, body).expect(400);
        assertThat(answer.text()).as(body).doesNotContain(MARKER);
      }
    }
  }

  /** Every path that takes a body, with the members that it has. */
  private static final List<String> WRITABLE =
      List.of(
          "secret/config max_versions cas_required delete_version_after",
          "secret/data/m data options",
          "secret/metadata/m max_versions cas_required delete_version_after custom_metadata",
          "secret/delete/m versions",
          "secret/undelete/m versions",
          "secret/destroy/m versions",
          "sys/mounts/m type description config options local seal_wrap",
          "sys/mounts/secret/tune default_lease_ttl max_lease_ttl options listing_visibility",
          "sys/auth/m type description config",
          "sys/auth/token/tune default_lease_ttl max_lease_ttl token_type",
          "sys/remount from to",
          "sys/policies/acl/m policy",
          "sys/policy/m policy rules",
          "sys/capabilities token paths",
          "sys/capabilities-self paths path",
          "sys/capabilities-accessor accessor paths",
          "sys/wrapping/wrap a",
          "sys/wrapping/unwrap token",
          "sys/wrapping/rewrap token",
          "sys/wrapping/lookup token",
          "sys/tools/hash input algorithm format",
          "sys/tools/random bytes format",
          "sys/init secret_shares secret_threshold recovery_shares recovery_threshold pgp_keys",
          "sys/unseal key reset migrate",
          "sys/generate-root/attempt otp pgp_key",
          "sys/generate-root/update key nonce",
          "sys/rekey/init secret_shares secret_threshold pgp_keys backup",
          "sys/rekey/update key nonce",
          "sys/rekey/verify key nonce",
          "sys/rekey-recovery-key/update key nonce",
          "sys/rotate/config max_operations interval enabled",
          "auth/token/create id policies meta ttl explicit_max_ttl period num_uses type"
              + " display_name entity_alias renewable no_parent",
          "auth/token/create/m policies ttl",
          "auth/token/create-orphan id policies ttl",
          "auth/token/roles/m allowed_policies orphan token_period token_bound_cidrs token_type",
          "auth/token/lookup token",
          "auth/token/lookup-accessor accessor",
          "auth/token/renew token increment",
          "auth/token/renew-accessor accessor increment",
          "auth/token/renew-self increment",
          "auth/token/revoke token",
          "auth/token/revoke-accessor accessor",
          "auth/token/revoke-orphan token",
          "cubbyhole/m/ a",
          "no/such/path a");

  private static final List<String> SHAPES =
      List.of(
          "\"M\"",
          "[\"M\"]",
          "{\"M\":\"M\"}",
          "{\"M\":{\"M\":[\"M\"]}}",
          "[[\"M\"],{\"M\":1}]",
          "\"M",
          "M");

  /**
   * What is no secret, whatever somebody types there: a name that an answer must be able to say.
   */
  private static final List<String> NAMES =
      List.of("sys/mounts/m type", "sys/auth/m type", "sys/remount", "policy", "rules");

  @Test
  void repeatsNoSecretOfAnyEndpointInErrorsOrLog() {
    for (String line : WRITABLE) {
      List<String> words = List.of(line.split(" +"));
      String path = words.getFirst();
      for (String member : words.subList(1, words.size())) {
        boolean name =
            NAMES.stream().anyMatch(n -> n.equals(member) || (path + " " + member).startsWith(n));
        for (String shape : SHAPES) {
          String body = "{\"" + member + "\":" + shape.replace("M", MARKER) + "}";
          for (String method : List.of("PUT", "PATCH")) {
            Api.Answer answer =
                root.call(method, path, body, "Content-Type", "application/merge-patch+json");
            assertThat(answer.status()).as("%s: %s", body, answer.text()).isLessThan(500);
            if (answer.status() >= 400 && !name) {
              assertThat(answer.text()).as("%s %s %s", method, path, body).doesNotContain(MARKER);
            }
          }
        }
      }
    }
    for (List<String> header :
        List.of(
            List.of("X-Vault-Wrap-TTL", MARKER),
            List.of("X-Vault-Namespace", "/" + MARKER),
            List.of("X-Vault-Index", MARKER),
            List.of("Content-Type", MARKER),
            List.of("Authorization", "Bearer " + MARKER))) {
      Api.Answer answer =
          server.api().call("PUT", "secret/data/x", "{", header.getFirst(), header.getLast());
      assertThat(answer.status()).isBetween(400, 499);
      assertThat(answer.text()).as("%s", header).doesNotContain(MARKER);
    }
    assertThat(server.log()).doesNotContain(MARKER);
    assertThat(server.health()).isEqualTo(200);
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
