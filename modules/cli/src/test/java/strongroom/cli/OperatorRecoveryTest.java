package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Break-glass, and OpenBao's names for the making of new shares. */
final class OperatorRecoveryTest {
  @TempDir Path home;
  private ScriptedServer server;
  private Terminal terminal;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    terminal = Terminal.with(server, home);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Terminal.Ended recovery(String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "operator";
    all[1] = "recovery";
    System.arraycopy(words, 0, all, 2, words.length);
    return terminal.run(all);
  }

  @Test
  void createAsksForAQuorumAndPrintsTheSharesOnce() {
    String started =
        "{\"data\":{\"nonce\":\"n1\",\"started\":true,\"t\":2,\"n\":2,\"progress\":0,\"required\":3}}";
    server.on("PUT /v1/sys/break-glass/create", 200, started);
    assertThat(recovery("create", "-init", "-n", "2", "-t", "2").out())
        .contains("Nonce                    n1")
        .contains("Progress                 0/3");
    assertThat(server.last().body())
        .contains("\"secret_shares\":2")
        .contains("\"secret_threshold\":2");

    server.on("GET /v1/sys/break-glass/create", 200, started);
    server.on(
        "PUT /v1/sys/break-glass/create/update",
        200,
        "{\"data\":{\"nonce\":\"n1\",\"complete\":true,\"keys_base64\":[\"aa\",\"bb\"],"
            + "\"pgp_fingerprints\":[\"f1\",\"f2\"]}}");
    Terminal.Ended ended = terminal.types("old share").run("operator", "recovery", "create");
    assertThat(ended.out())
        .contains("Break-Glass Share 1 for f1: aa\nBreak-Glass Share 2 for f2: bb\n")
        .contains("operator recovery verify");
    assertThat(server.last().body()).contains("\"key\":\"old share\"").contains("\"nonce\":\"n1\"");
  }

  @Test
  void theDrillSaysYesWithZeroAndNoWithTwo() {
    server.on(
        "GET /v1/sys/break-glass/verify",
        200,
        "{\"data\":{\"nonce\":\"d1\",\"t\":2,\"n\":3,\"progress\":1,\"complete\":false}}");
    server.on(
        "PUT /v1/sys/break-glass/verify",
        200,
        "{\"data\":{\"nonce\":\"d1\",\"complete\":true,\"opens\":true}}");
    server.on(
        "PUT /v1/sys/break-glass/verify",
        200,
        "{\"data\":{\"nonce\":\"d1\",\"complete\":true,\"opens\":false}}");
    assertThat(recovery("verify", "-nonce=d1", "share"))
        .extracting(Terminal.Ended::code, Terminal.Ended::out)
        .containsExactly(0, "YES: these shares would open the root key. Nothing was changed.\n");
    assertThat(recovery("verify", "-nonce=d1", "share").code()).isEqualTo(2);
    assertThat(recovery("verify", "-status").out()).contains("1/2");
  }

  @Test
  void unsealNeedsNoTokenAndSaysWhatIsLeftToDo() {
    server.on(
        "PUT /v1/sys/break-glass/unseal",
        200,
        "{\"sealed\":true,\"t\":2,\"n\":3,\"progress\":1,\"nonce\":\"u1\"}");
    server.on("PUT /v1/sys/break-glass/unseal", 200, "{\"sealed\":false,\"t\":0,\"n\":0}");
    assertThat(terminal.input("share").run("operator", "recovery", "unseal", "-").out())
        .contains("Progress                 1/2");
    assertThat(recovery("unseal", "share").out()).contains("unsealed, without its seal");
  }

  @Test
  void statusEndsWithTwoWhereNoCopyWorks() {
    server.on(
        "GET /v1/sys/break-glass",
        200,
        "{\"data\":{\"exists\":true,\"genuine\":true,\"current\":true,\"t\":2,\"n\":3}}");
    server.on(
        "GET /v1/sys/break-glass",
        200,
        "{\"data\":{\"exists\":true,\"genuine\":false,\"current\":true,\"t\":2,\"n\":3}}");
    assertThat(recovery("status").code()).isZero();
    assertThat(recovery("status").code()).isEqualTo(2);
    server.on("DELETE /v1/sys/break-glass", 204, "");
    assertThat(recovery("delete").code()).isZero();
  }

  @Test
  void theServersStatusIsFollowedByItsWarnings() {
    server.on(
        "GET /v1/sys/seal-status",
        200,
        "{\"type\":\"pkcs11\",\"sealed\":false,\"warnings\":[\"Recovery keys alone cannot"
            + " decrypt\"]}");
    server.on("GET /v1/sys/leader", 200, "{\"ha_enabled\":false}");
    assertThat(terminal.run("status").err())
        .isEqualTo("\nWARNING! Recovery keys alone cannot decrypt\n");
  }

  @Test
  void rotateKeysAsksOpenBaosEndpointsAndPrintsAFirstRecoveryKeyAtOnce() {
    server.on(
        "PUT /v1/sys/rotate/recovery/init",
        200,
        "{\"data\":{\"complete\":true,\"keys\":[\"aa\"],\"keys_base64\":[\"qg==\"]}}");
    assertThat(
            terminal
                .run("operator", "rotate-keys", "-init", "-target=recovery", "-n=1", "-t=1")
                .out())
        .contains("Key 1: qg==")
        .containsPattern("Recovery keys\\s+alone cannot decrypt\\.");
    String status =
        "{\"data\":{\"nonce\":\"n1\",\"started\":true,\"t\":1,\"n\":1,\"progress\":0,\"required\":1}}";
    server.on("GET /v1/sys/rotate/root/init", 200, status);
    server.on(
        "PUT /v1/sys/rotate/root/update",
        200,
        "{\"data\":{\"nonce\":\"n1\",\"complete\":true,\"keys\":[\"bb\"],\"keys_base64\":[\"uw==\"]}}");
    assertThat(terminal.run("operator", "rotate-keys", "-nonce=n1", "share").out())
        .contains("Key 1: uw==");
    server.on("DELETE /v1/sys/rotate/root/backup", 204, "");
    assertThat(terminal.run("operator", "rotate-keys", "-backup-delete").code()).isZero();
    assertThat(terminal.run("operator", "rotate-keys").err())
        .contains("There is no terminal to ask at");
  }
}
