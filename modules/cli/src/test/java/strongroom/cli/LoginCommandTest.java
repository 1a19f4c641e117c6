package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoginCommandTest {
  private static final String LOOKUP =
      """
      {"data":{"id":"hvs.new","accessor":"acc","policies":["default","ops"],"ttl":0,
       "renewable":false,"meta":{"team":"a"},"orphan":true,"entity_id":""}}""";
  private static final String AUTH =
      """
      {"data":null,"auth":{"client_token":"hvs.new","accessor":"acc","policies":["default"],
       "token_policies":["default"],"metadata":{"username":"alice"},"lease_duration":3600,
       "renewable":true}}""";

  @TempDir Path home;
  private ScriptedServer server;
  private Terminal terminal;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    terminal = new Terminal(home).set("VAULT_ADDR", server.address());
    server.on("GET /v1/auth/token/lookup-self", 200, LOOKUP);
    server.on("PUT /v1/auth/userpass/login/alice", 200, AUTH);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path kept() {
    return home.resolve(".vault-token");
  }

  @Test
  void aTokenTypedIsVerifiedAndKeptForTheOwnerAlone() throws IOException {
    Terminal.Ended ended = terminal.types("hvs.new").run("login");
    assertThat(ended.code()).isZero();
    assertThat(terminal.asked()).containsExactly("Token (will be hidden): ");
    assertThat(kept()).hasContent("hvs.new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())))
        .isEqualTo("rw-------");
    assertThat(ended.out())
        .startsWith("Success! You are now authenticated.")
        .endsWith(
            """

            Key                  Value
            ---                  -----
            token                hvs.new
            token_accessor       acc
            token_duration       ∞
            token_renewable      false
            token_policies       ["default" "ops"]
            identity_policies    []
            policies             ["default" "ops"]
            token_meta_team      a
            """);
    assertThat(server.last().header("X-Vault-Token")).contains("hvs.new");
    try (var files = Files.list(home)) {
      assertThat(files).containsExactly(kept());
    }
  }

  @Test
  void theTokenComesFromAnArgumentOrStandardInputToo() {
    assertThat(terminal.run("login", "hvs.new").code()).isZero();
    assertThat(terminal.input("hvs.new\n").run("login", "-").code()).isZero();
    assertThat(terminal.run("login", "token=hvs.new").code()).isZero();
    assertThat(server.seen())
        .allSatisfy(seen -> assertThat(seen.header("X-Vault-Token")).contains("hvs.new"));
  }

  @Test
  void aTokenThatTheServerDoesNotKnowIsNotKept() throws IOException {
    try (ScriptedServer other = new ScriptedServer()) {
      other.on("GET /v1/auth/token/lookup-self", 403, "{\"errors\":[\"permission denied\"]}");
      Terminal.Ended ended =
          terminal.set("VAULT_ADDR", other.address()).run("login", "hvs.hunter2");
      assertThat(ended.code()).isEqualTo(2);
      assertThat(ended.err())
          .startsWith("Error authenticating: Error making API request.")
          .doesNotContain("hunter2");
      assertThat(kept()).doesNotExist();
    }
  }

  @Test
  void withoutATerminalItSaysWhatToDo() {
    Terminal.Ended ended = terminal.run("login");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("pass - as the argument");
  }

  @Test
  void aPasswordIsAskedForAndSentToTheMethodsPath() {
    Terminal.Ended ended =
        terminal.types("pässword").run("login", "-method=userpass", "username=alice");
    assertThat(ended.code()).isZero();
    assertThat(terminal.asked()).containsExactly("Password (will be hidden): ");
    assertThat(server.last().line())
        .isEqualTo("PUT /v1/auth/userpass/login/alice {\"password\":\"pässword\"}");
    assertThat(server.last().header("X-Vault-Token")).isEmpty();
    assertThat(ended.out()).contains("token_duration         1h\n");
    assertThat(kept()).hasContent("hvs.new");
  }

  @Test
  void otherMethodsGetThePairsAtTheirPath() {
    server.on("PUT /v1/auth/prod/login", 200, AUTH);
    terminal
        .input("s3cret")
        .run("login", "-method=approle", "-path=prod", "role_id=r", "secret_id=-");
    assertThat(server.last().body()).isEqualTo("{\"role_id\":\"r\",\"secret_id\":\"s3cret\"}");
  }

  @Test
  void tokenOnlyPrintsTheTokenAndKeepsNothing() {
    assertThat(
            terminal.run(
                "login", "-method=userpass", "-token-only", "username=alice", "password=x"))
        .isEqualTo(new Terminal.Ended(0, "hvs.new", ""));
    assertThat(kept()).doesNotExist();
  }

  @Test
  void noPrintKeepsTheTokenAndPrintsNothing() {
    assertThat(terminal.run("login", "-no-print", "hvs.new"))
        .isEqualTo(new Terminal.Ended(0, "", ""));
    assertThat(kept()).hasContent("hvs.new");
    assertThat(terminal.run("login", "-no-print", "-no-store", "hvs.new").code()).isEqualTo(1);
  }

  @Test
  void noStoreSaysSo() {
    Terminal.Ended ended = terminal.run("login", "-no-store", "hvs.new");
    assertThat(ended.err()).startsWith("The token was not stored in token helper.");
    assertThat(kept()).doesNotExist();
  }

  @Test
  void aTokenInTheEnvironmentIsWarnedOf() {
    Terminal.Ended ended = terminal.set("BAO_TOKEN", "hvs.other").run("login", "hvs.new");
    assertThat(ended.err()).startsWith("WARNING! The VAULT_TOKEN environment variable is set");
    assertThat(server.last().header("X-Vault-Token")).contains("hvs.new");
  }

  @Test
  void aWrappedTokenIsUnwrapped() {
    server.on(
        "PUT /v1/auth/userpass/login/bob",
        200,
        "{\"wrap_info\":{\"token\":\"hvs.wrap\",\"ttl\":60,\"wrapped_accessor\":\"acc\"}}");
    server.on("PUT /v1/sys/wrapping/unwrap", 200, AUTH);
    Terminal.Ended ended =
        terminal.run("login", "-method=userpass", "-wrap-ttl=60", "username=bob", "password=x");
    assertThat(ended.code()).isZero();
    assertThat(server.last().header("X-Vault-Token")).contains("hvs.wrap");
    assertThat(server.last().header("X-Vault-Wrap-TTL")).isEmpty();
    assertThat(kept()).hasContent("hvs.new");
    assertThat(
            terminal
                .run("login", "-method=userpass", "-token-only", "username=bob", "password=x")
                .out())
        .isEqualTo("hvs.wrap");
  }

  @Test
  void printTokenPrefersTheEnvironment() throws IOException {
    Files.writeString(kept(), "hvs.kept\n");
    assertThat(terminal.run("print", "token").out()).isEqualTo("hvs.kept\n");
    assertThat(terminal.set("VAULT_TOKEN", "hvs.env").run("print", "token").out())
        .isEqualTo("hvs.env\n");
  }

  @Test
  void aTokenHelperIsCalledInsteadOfTheFile() throws IOException {
    Path helper = home.resolve("helper");
    Files.writeString(
        helper,
        "#!/bin/sh\ncase $1 in get) cat %1$s/store 2>/dev/null || true;; store) cat > %1$s/store;; esac\n"
            .formatted(home));
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(home.resolve(".vault"), "token_helper = \"" + helper + "\"\n");
    assertThat(terminal.run("login", "-no-print", "hvs.new").code()).isZero();
    assertThat(kept()).doesNotExist();
    assertThat(home.resolve("store")).hasContent("hvs.new");
    assertThat(terminal.run("print", "token").out()).isEqualTo("hvs.new\n");
  }
}
