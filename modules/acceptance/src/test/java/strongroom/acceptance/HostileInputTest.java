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
          List.of("PUT", "auth/token/revoke-accessor", "{\"accessor\":\"" + MARKER + "\"}"),
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

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
