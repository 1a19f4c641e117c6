package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import strongroom.snapshot.TarGz;

final class CliTest {
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

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "vault, `Vault v1.19.0+strongroom.0.1.0 (strongroom v0.1.0), built 2026-01-01T00:00:00Z`",
        "bao, `OpenBao v2.2.0+strongroom.0.1.0 (strongroom v0.1.0), built 2026-01-01T00:00:00Z`",
        "/usr/bin/strongroom, Strongroom v0.1.0 (Vault API 1.19.0)",
      })
  void theVersionIsOfTheProgramThatWasCalled(String argv0, String line) {
    terminal.calledAs(argv0);
    for (String word : List.of("version", "-version", "--version", "-v")) {
      assertThat(terminal.run(word)).isEqualTo(new Terminal.Ended(0, line + "\n", ""));
    }
  }

  @Test
  void theBuildKnowsItsVersion() {
    ProductVersion version = ProductVersion.ofBuild();
    assertThat(version.product()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(version.built()).matches("\\d{4}-\\d\\d-\\d\\dT.*");
  }

  @Test
  void withoutACommandItShowsWhatThereIs() {
    Terminal.Ended ended = terminal.run();
    assertThat(ended.code()).isEqualTo(127);
    assertThat(ended.err()).startsWith("Usage: vault <command>").contains("    kv ");
    assertThat(terminal.run("-help").code()).isZero();
    assertThat(terminal.run("kv").code()).isEqualTo(1);
    assertThat(terminal.run("kv", "-h").out()).contains("enable-versioning");
  }

  @Test
  void everyCommandHasHelpThatNamesItAndItsFlags() {
    Map<String, Integer> seen = new TreeMap<>();
    visit(new RootCommands(program()), "", seen);
    assertThat(seen).hasSizeGreaterThan(70).allSatisfy((path, code) -> assertThat(code).isZero());
  }

  private static Program program() {
    return Program.called("vault", ProductVersion.ofBuild(), List.of(), SealFolder.NONE);
  }

  private void visit(CommandGroup group, String path, Map<String, Integer> seen) {
    for (String name : group.names()) {
      CommandNode node = group.child(name).orElseThrow();
      assertThat(node.path()).isEqualTo((path + " " + name).strip());
      assertThat(node.summary()).isNotBlank().doesNotEndWith(".");
      if (node instanceof CommandGroup inner) {
        visit(inner, node.path(), seen);
      } else {
        String[] words = (node.path() + " -help").split(" ");
        Terminal.Ended ended = terminal.run(words);
        assertThat(ended.out()).startsWith("Usage: vault " + node.path()).doesNotContain("%s");
        seen.put(node.path(), ended.code());
      }
    }
    assertThat(group.child("none")).isEmpty();
  }

  @Test
  void anUnknownCommandIsNamedWithWhatItMayHaveBeen() {
    Terminal.Ended ended = terminal.run("secrts", "list");
    assertThat(ended.code()).isEqualTo(127);
    assertThat(ended.err())
        .startsWith("There is no command \"secrts\"; did you mean \"secrets\"?\n");
    assertThat(terminal.run("kv", "gt").err()).contains("did you mean \"kv get\"?");
    // As Vault ends: 127 says that the program has no such command, not that a command has none.
    assertThat(terminal.run("kv", "gt").code()).isEqualTo(1);
  }

  @Test
  void aWrongNumberOfArgumentsIsSaid() {
    assertThat(terminal.run("kv", "get"))
        .isEqualTo(new Terminal.Ended(1, "", "Not enough arguments (expected 1, got 0)\n"));
    assertThat(terminal.run("status", "x").err())
        .isEqualTo("Too many arguments (expected 0, got 1)\n");
    assertThat(terminal.run("status", "-format=xml").code()).isEqualTo(1);
    assertThat(terminal.run("status", "-nope").err())
        .isEqualTo("flag provided but not defined: -nope\n");
  }

  @Test
  void commandsOfOtherModulesStandBesideOurs() {
    terminal
        .extra(
            new ForwardedCommand(
                "server",
                "Start a server",
                (words, streams) -> {
                  streams.out().println(words);
                  return 7;
                }))
        .extra(
            Command.named("operator hsm", "Look into the HSM")
                .runs(
                    call -> {
                      call.out().line("slots");
                      return 0;
                    }));
    assertThat(terminal.run("server", "-config=x", "-h"))
        .isEqualTo(new Terminal.Ended(7, "[-config=x, -h]\n", ""));
    assertThat(terminal.run("operator", "hsm").out()).isEqualTo("slots\n");
    assertThat(terminal.run("operator", "-h").out()).contains("    hsm ");
    assertThat(terminal.run("-h").out()).contains("    server ").doesNotContain("operator hsm");
  }

  @Test
  void environmentIsReadUnderBothPrefixesAndFlagsGoFirst() {
    server.on("GET /v1/x", 200, "{\"data\":{\"a\":1}}");
    terminal.unset("VAULT_TOKEN").unset("VAULT_ADDR");
    terminal.set("BAO_ADDR", server.address()).set("BAO_TOKEN", "bao");
    assertThat(terminal.run("read", "x").code()).isZero();
    assertThat(server.last().header("X-Vault-Token")).contains("bao");
    terminal.set("VAULT_TOKEN", "vault").set("VAULT_NAMESPACE", "/ns1");
    terminal.run("read", "x");
    assertThat(server.last().header("X-Vault-Token")).contains("vault");
    assertThat(server.last().header("X-Vault-Namespace")).contains("ns1/");
    terminal.calledAs("bao").run("read", "-ns=ns2", "-header=X-A=b", "x");
    assertThat(server.last().header("X-Vault-Token")).contains("bao");
    assertThat(server.last().header("X-Vault-Namespace")).contains("ns2/");
    assertThat(server.last().header("X-A")).contains("b");
    terminal.set("BAO_ADDR", "http://127.0.0.1:1");
    assertThat(terminal.run("read", "-address=" + server.address(), "x").code()).isZero();
    assertThat(terminal.run("read", "-header=X-Vault-Token=x", "x").code()).isEqualTo(1);
  }

  @Test
  void theKeptTokenIsUsedWhereTheEnvironmentHasNone() throws IOException {
    server.on("GET /v1/x", 200, "{\"data\":{\"a\":1}}");
    Files.writeString(home.resolve(".vault-token"), "hvs.kept");
    terminal.unset("VAULT_TOKEN").run("read", "x");
    assertThat(server.last().header("X-Vault-Token")).contains("hvs.kept");
  }

  @Test
  void colorsAreForPeopleOnly() {
    assertThat(terminal.run("kv", "get").err()).doesNotContain("\u001b");
    assertThat(terminal.types().unset("VAULT_CLI_NO_COLOR").run("kv", "get").err())
        .contains("\u001b[31m");
  }

  @Test
  void pathHelpAndVersionHistory() {
    server.on(
        "GET /v1/sys/mounts?help=1", 200, "{\"help\":\"Request: x\\n\\n\",\"see_also\":null}");
    server.on(
        "GET /v1/sys/version-history?list=true",
        200,
        "{\"data\":{\"keys\":[\"1.19.0\"],\"key_info\":{\"1.19.0\":{\"timestamp_installed\":\"t\","
            + "\"build_date\":\"b\"}}}}");
    server.on("GET /v1/sys/auth?help=1", 200, "{\"request_id\":\"r\",\"data\":{\"help\":\"y\"}}");
    assertThat(terminal.run("path-help", "sys/mounts").out()).isEqualTo("Request: x\n");
    assertThat(terminal.run("path-help", "sys/auth").out()).isEqualTo("y\n");
    assertThat(terminal.run("version-history").out())
        .endsWith("1.19.0     t                    b\n");
  }

  @Test
  void debugWritesAnswersAndNoToken() throws IOException {
    server.on("GET /v1/sys/health", 200, "{\"sealed\":false}");
    server.on("GET /v1/sys/seal-backend-status", 200, "{\"data\":{\"healthy\":true}}");
    Path output = home.resolve("bundle.tar.gz");
    assertThat(
            terminal
                .run(
                    "debug",
                    "-duration=1500ms",
                    "-interval=100ms",
                    "-output=" + output,
                    "-target=server-status",
                    "-target=seal",
                    "-target=pprof",
                    "-target=host")
                .code())
        .isZero();
    Map<String, String> files = new TreeMap<>();
    TarGz.read(
        output,
        (name, size, content) ->
            files.put(
                name, new String(content.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)));
    // As Vault's bundle: a folder of the archive's name, a file a target, and what was not to be
    // had in the index.
    assertThat(files)
        .containsOnlyKeys("bundle/index.json", "bundle/server_status.json", "bundle/seal.json");
    assertThat(files.get("bundle/server_status.json"))
        .contains("\"health\": {\n      \"sealed\": false");
    assertThat(files.get("bundle/server_status.json").split("timestamp", -1)).hasSizeGreaterThan(2);
    assertThat(files.get("bundle/seal.json")).contains("\"healthy\": true");
    assertThat(files.get("bundle/index.json"))
        .contains("\"target\": \"host\"", "sys/host-info answered with 404")
        .contains("\"target\": \"pprof\"", "\"interval_seconds\": 0");
    assertThat(files.values()).noneMatch(text -> text.contains("hvs.mine"));
    assertThat(terminal.run("debug", "-output=" + output).err()).contains("exists already");
    assertThat(
            terminal
                .run("debug", "-duration=0s", "-output=" + home.resolve("d"), "-compress=false")
                .code())
        .isZero();
    assertThat(home.resolve("d").resolve("index.json")).exists();
    assertThat(terminal.run("debug", "-target=x").code()).isEqualTo(1);
    assertThat(terminal.run("debug", "-interval=1ms").code()).isEqualTo(1);
  }

  @Test
  void shellsAreToldWhatMayComeNext() {
    terminal.set("COMP_LINE", "vault kv me");
    assertThat(terminal.run().out()).isEqualTo("metadata\n");
    assertThat(terminal.set("COMP_LINE", "vault ").run().out().lines())
        .contains("kv", "operator", "status");
    assertThat(terminal.set("COMP_LINE", "vault kv get -for").run().out()).isEqualTo("-format=\n");
    assertThat(terminal.set("COMP_LINE", "vault kv get -format=j").run().out())
        .isEqualTo("-format=json\n");
    assertThat(terminal.set("COMP_LINE", "vault operator unseal --mig").run().out())
        .isEqualTo("--migrate\n");
    assertThat(terminal.set("COMP_LINE", "vault kv get secret/").run().out()).isEmpty();
    assertThat(terminal.set("COMP_LINE", "vault nope ").run().out()).isEmpty();
    terminal.set("COMP_LINE", "vault opera tor").set("COMP_POINT", "8");
    assertThat(terminal.run().out()).isEqualTo("operator\n");
    assertThat(terminal.set("COMP_POINT", "x").run().code()).isZero();
  }

  @Test
  void completionIsInstalledOnceAndRemoved() throws IOException {
    Path file = Files.writeString(home.resolve(".bashrc"), "alias a=b\n");
    terminal.calledAs("/opt/strong room/vault");
    assertThat(terminal.run("-autocomplete-install").code()).isZero();
    assertThat(terminal.run("-autocomplete-install").out()).startsWith("Nothing to do");
    assertThat(file)
        .hasContent("alias a=b\ncomplete -o nospace -C '/opt/strong room/vault' vault\n");
    assertThat(terminal.run("-autocomplete-uninstall").code()).isZero();
    assertThat(file).hasContent("alias a=b\n");
    assertThat(home.resolve(".zshrc")).doesNotExist();
    assertThat(terminal.run("-autocomplete-x").code()).isEqualTo(1);
  }

  @Test
  void completionIsInstalledForEveryShellThatIsUsed() throws IOException {
    Path bash = Files.writeString(home.resolve(".profile"), "");
    Path zsh =
        Files.writeString(home.resolve(".zshrc"), "autoload -U +X bashcompinit && bashcompinit\n");
    Files.createDirectories(home.resolve(".config/fish"));
    assertThat(terminal.calledAs("/opt/bao").run("-autocomplete-install").code()).isZero();
    assertThat(bash).hasContent("complete -o nospace -C /opt/bao bao\n");
    assertThat(zsh)
        .hasContent(
            "autoload -U +X bashcompinit && bashcompinit\ncomplete -o nospace -C /opt/bao bao\n");
    Path fish = home.resolve(".config/fish/completions/bao.fish");
    assertThat(fish).content().contains("    /opt/bao\n", "complete -f -c bao ");
    assertThat(terminal.run("-autocomplete-install").out()).startsWith("Nothing to do");
    assertThat(terminal.run("-autocomplete-uninstall").code()).isZero();
    assertThat(bash).isEmptyFile();
    // Others may need what prepares zsh.
    assertThat(zsh).hasContent("autoload -U +X bashcompinit && bashcompinit\n");
    assertThat(fish).doesNotExist();
  }
}
