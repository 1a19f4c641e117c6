package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenCommandsTest {
  private static final String AUTH =
      "{\"auth\":{\"client_token\":\"hvs.child\",\"accessor\":\"acc\",\"policies\":[\"default\"],"
          + "\"token_policies\":[\"default\"],\"lease_duration\":60,\"renewable\":true}}";

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

  @Test
  void createSendsWhatTheFlagsSay() {
    server.on("POST /v1/auth/token/create", 200, AUTH);
    assertThat(
            terminal
                .run(
                    "token",
                    "create",
                    "-policy=a",
                    "-policy=b",
                    "-ttl=1h",
                    "-orphan",
                    "-metadata=k=v",
                    "-use-limit=3",
                    "-display-name=d",
                    "-field=token")
                .out())
        .isEqualTo("hvs.child");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"policies\":[\"a\",\"b\"],\"meta\":{\"k\":\"v\"},\"ttl\":\"1h0m0s\","
                + "\"explicit_max_ttl\":\"0s\",\"period\":\"0s\",\"no_parent\":true,"
                + "\"display_name\":\"d\",\"num_uses\":3,\"renewable\":true,\"type\":\"service\"}");
  }

  @Test
  void createAgainstARoleAndOfTypeBatch() {
    server.on("POST /v1/auth/token/create/ops", 200, AUTH);
    assertThat(terminal.run("token", "create", "-role=ops", "-type=batch").out())
        .isEqualTo(
            """
            Key                  Value
            ---                  -----
            token                hvs.child
            token_accessor       acc
            token_duration       1m
            token_renewable      true
            token_policies       ["default"]
            identity_policies    []
            policies             ["default"]
            """);
    assertThat(server.last().body()).contains("\"renewable\":false,\"type\":\"batch\"");
  }

  @Test
  void lookupAsksForItselfForATokenOrForAnAccessor() {
    server.on("GET /v1/auth/token/lookup-self", 200, "{\"data\":{\"id\":\"a\"}}");
    server.on("POST /v1/auth/token/lookup", 200, "{\"data\":{\"id\":\"b\"}}");
    server.on("POST /v1/auth/token/lookup-accessor", 200, "{\"data\":{\"id\":\"\"}}");
    assertThat(terminal.run("token", "lookup", "-field=id").out()).isEqualTo("a");
    assertThat(terminal.run("token", "lookup", "-field=id", "hvs.b").out()).isEqualTo("b");
    assertThat(server.last().body()).isEqualTo("{\"token\":\"hvs.b\"}");
    assertThat(terminal.run("token", "lookup", "-accessor", "acc").code()).isZero();
    assertThat(server.last().body()).isEqualTo("{\"accessor\":\"acc\"}");
    assertThat(terminal.run("token", "lookup", "-accessor").code()).isEqualTo(1);
  }

  @Test
  void renewSendsTheIncrementInSeconds() {
    server.on("PUT /v1/auth/token/renew-self", 200, AUTH);
    server.on("POST /v1/auth/token/renew-accessor", 200, AUTH);
    assertThat(terminal.run("token", "renew", "-increment=30m").code()).isZero();
    assertThat(server.last().body()).isEqualTo("{\"increment\":1800}");
    assertThat(terminal.run("token", "renew", "-accessor", "-i=60", "acc").code()).isZero();
    assertThat(server.last().body()).isEqualTo("{\"increment\":60,\"accessor\":\"acc\"}");
  }

  @Test
  void revokeGoesToThePathOfItsMode() {
    for (String path :
        new String[] {
          "PUT /v1/auth/token/revoke-self",
          "POST /v1/auth/token/revoke",
          "POST /v1/auth/token/revoke-orphan",
          "POST /v1/auth/token/revoke-accessor",
          "PUT /v1/sys/leases/revoke-prefix/auth/userpass",
        }) {
      server.on(path, 204, "");
    }
    String done = "Success! Revoked token (if it existed)\n";
    assertThat(terminal.run("token", "revoke", "-self").out()).isEqualTo(done);
    assertThat(terminal.run("token", "revoke", "hvs.x").out()).isEqualTo(done);
    assertThat(terminal.run("token", "revoke", "-mode=orphan", "hvs.x").out()).isEqualTo(done);
    assertThat(terminal.run("token", "revoke", "-accessor", "acc").out()).isEqualTo(done);
    assertThat(terminal.run("token", "revoke", "-mode=path", "auth/userpass/").out())
        .isEqualTo(done);
    assertThat(server.seen()).hasSize(5);
    assertThat(terminal.run("token", "revoke").code()).isEqualTo(1);
    assertThat(terminal.run("token", "revoke", "-self", "x").code()).isEqualTo(1);
    assertThat(terminal.run("token", "revoke", "-self", "-accessor").code()).isEqualTo(1);
    assertThat(terminal.run("token", "revoke", "-mode=all", "x").code()).isEqualTo(1);
  }

  @Test
  void capabilitiesArePrintedInOrder() {
    server.on(
        "POST /v1/sys/capabilities-self",
        200,
        "{\"data\":{\"capabilities\":[\"update\",\"read\"],\"a/b\":[\"update\",\"read\"]}}");
    server.on("POST /v1/sys/capabilities", 200, "{\"data\":{\"a/b\":[\"deny\"]}}");
    assertThat(terminal.run("token", "capabilities", "a/b").out()).isEqualTo("read, update\n");
    assertThat(server.last().body()).isEqualTo("{\"paths\":[\"a/b\"]}");
    assertThat(terminal.run("token", "capabilities", "-format=json", "hvs.x", "a/b").out())
        .isEqualTo("[\n  \"deny\"\n]\n");
    assertThat(server.last().body()).isEqualTo("{\"paths\":[\"a/b\"],\"token\":\"hvs.x\"}");
  }
}
