package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a developer tries with the command line and {@code -dev-hsm}. */
class DevCommandLineTest {
  @TempDir static Path folder;
  private static DevServer server;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    ENVIRONMENT.put("HOME", folder.toString());
    server = DevServer.start(folder, ENVIRONMENT, "-dev-hsm", "-dev-no-store-token");
    // Asked to keep no token it keeps none.
    assertThat(folder.resolve(".vault-token")).doesNotExist();
    ENVIRONMENT.put("VAULT_ADDR", server.exported("VAULT_ADDR"));
    ENVIRONMENT.put("VAULT_TOKEN", "root");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String[] words(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = Command.STRONGROOM;
    System.arraycopy(words, 0, all, 1, words.length);
    return all;
  }

  private static Command strongroom(String... words) {
    return Command.run(ENVIRONMENT, words(words));
  }

  private static Command fed(String input, String... words) {
    return Command.runWith(input, ENVIRONMENT, words(words));
  }

  private static String file(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @Test
  void theServerIsSealedByAnHsm() {
    assertThat(strongroom("status").expectSuccess().out())
        .containsPattern("Seal Type +pkcs11")
        .containsPattern("Sealed +false");
  }

  @Test
  void theCertificateThatTheServerNamesIsTheOneToTrustAndTheTokenIsKept() throws Exception {
    Path home = Files.createDirectory(folder.resolve("tls"));
    Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
    Path certificate;
    try (DevServer tls = DevServer.start(home, environment, "-dev-tls")) {
      environment.put("VAULT_ADDR", tls.exported("VAULT_ADDR"));
      environment.put("VAULT_MAX_RETRIES", "0");
      assertThat(environment.get("VAULT_ADDR")).startsWith("https://127.0.0.1:");
      assertThat(Command.run(environment, words("status")).expectExit(1).err())
          .contains("certificate");
      certificate = Path.of(tls.exported("VAULT_CACERT"));
      environment.put("VAULT_CACERT", certificate.toString());
      assertThat(Command.run(environment, words("token", "lookup", "-field=policies")).out())
          .isEqualTo("[root]");
    }
    assertThat(certificate).doesNotExist();
  }

  @Test
  void dataComesFromArgumentsFilesAndStandardInput() throws Exception {
    String json = file("data.json", "{\"user\":\"svc\",\"n\":1}");
    String value = file("value.txt", "line one\nline two\n");
    strongroom("kv", "put", "-mount=secret", "a", "@" + json, "text=@" + value).expectSuccess();
    assertThat(strongroom("kv", "get", "-format=yaml", "-field=data", "secret/a").out())
        .isEqualTo("\"n\": 1\ntext: |\n  line one\n  line two\nuser: svc\n");
    fed("from a pipe", "kv", "patch", "secret/a", "user=-").expectSuccess();
    assertThat(strongroom("kv", "get", "-field=user", "secret/a").out()).isEqualTo("from a pipe");
    fed("{\"data\":{\"k\":\"\\\"q\\\"\"}}", "write", "secret/data/b", "-").expectSuccess();
    assertThat(strongroom("read", "-format=json", "-field=data", "secret/data/b").out())
        .isEqualTo("{\n  \"k\": \"\\\"q\\\"\"\n}");
    assertThat(strongroom("kv", "put", "secret/c", "k=@/no/such/file").expectExit(1).err())
        .contains("/no/such/file");
    assertThat(strongroom("kv", "get", "-field=none", "secret/a").expectExit(1).err())
        .contains("\"none\" not present");
    strongroom("kv", "get", "secret/none").expectExit(2);
  }

  @Test
  void policiesAndTokensComeFromStandardInput() {
    fed("path \"secret/*\" { capabilities = [\"read\"] }", "policy", "write", "reader", "-")
        .expectSuccess();
    String token =
        strongroom("token", "create", "-policy=reader", "-field=token").expectSuccess().out();
    fed(token + "\n", "login", "-no-print", "-").expectSuccess();
    assertThat(folder.resolve(".vault-token")).hasContent(token);
    Map<String, String> loggedIn = new HashMap<>(ENVIRONMENT);
    loggedIn.put("VAULT_TOKEN", "");
    assertThat(Command.run(loggedIn, words("token", "lookup", "-field=policies")).out())
        .isEqualTo("[default reader]");
    assertThat(Command.run(loggedIn, words("policy", "list")).expectExit(2).err())
        .contains("permission denied");
  }

  @Test
  void holdersOfPgpKeysGetTheirSharesAndTheRootTokenEncrypted() throws Exception {
    String recoveryKey =
        server
            .log()
            .lines()
            .filter(line -> line.startsWith("Recovery Key: "))
            .findFirst()
            .orElseThrow()
            .substring("Recovery Key: ".length());
    try (GnuPg holders = GnuPg.in(folder.resolve("gpg"))) {
      Path holder = holders.make("holder", "rsa2048");
      assertThat(
              strongroom("operator", "rekey", "-init", "-target=recovery", "-pgp-keys=keybase:me")
                  .expectExit(1)
                  .err())
          .contains("keybase:me", "file");
      Command started =
          strongroom(
                  "operator",
                  "rekey",
                  "-init",
                  "-target=recovery",
                  "-key-shares=1",
                  "-key-threshold=1",
                  "-pgp-keys=" + holder)
              .expectSuccess();
      Command rekeyed =
          fed(
                  recoveryKey,
                  "operator",
                  "rekey",
                  "-target=recovery",
                  "-nonce=" + started.after("Nonce"),
                  "-")
              .expectSuccess();
      String line = rekeyed.after("Key 1 fingerprint: ");
      String share = holders.decrypt(line.substring(line.indexOf("value: ") + 7));
      Command attempt =
          strongroom("operator", "generate-root", "-init", "-pgp-key=" + holder).expectSuccess();
      Command generated =
          fed(share, "operator", "generate-root", "-nonce=" + attempt.after("Nonce"), "-")
              .expectSuccess();
      Map<String, String> asRoot = new HashMap<>(ENVIRONMENT);
      asRoot.put("VAULT_TOKEN", holders.decrypt(generated.after("Encoded Token")));
      assertThat(Command.run(asRoot, words("token", "lookup", "-field=policies")).out())
          .isEqualTo("[root]");
    }
  }

  @Test
  void aBundleForDebuggingHoldsNoSecret() throws Exception {
    Path bundle = folder.resolve("bundle.tar.gz");
    strongroom("debug", "-duration=0s", "-output=" + bundle).expectSuccess();
    Command.run(Map.of(), "tar", "-C", folder.toString(), "-xzf", bundle.toString())
        .expectSuccess();
    Path unpacked = folder.resolve("bundle");
    StringBuilder all = new StringBuilder();
    for (String name : List.of("index.json", "host_info.json", "seal.json", "server_status.json")) {
      all.append(Files.readString(unpacked.resolve(name)));
    }
    assertThat(all.toString())
        .contains("\"type\": \"pkcs11\"", "strongroom-dev-key")
        .doesNotContain(
            "\"root\"", "73501846", server.log().split("Recovery Key: ")[1].split("\n")[0]);
  }

  @Test
  void shellsCompleteWhatIsInstalledForThem() throws Exception {
    String start = file(".bashrc", "alias a=b\n");
    strongroom("-autocomplete-install").expectSuccess();
    // What bash does when the tabulator is pressed after "strongroom kv me".
    Command completed =
        Command.run(
            Map.of("COMP_LINE", "strongroom kv me", "HOME", folder.toString()),
            "bash",
            "-c",
            "source ~/.bashrc && eval $(complete -p strongroom | sed 's/.* -C \\([^ ]*\\) .*/\\1/')");
    assertThat(completed.expectSuccess().out()).isEqualTo("metadata\n");
    assertThat(strongroom("-autocomplete-install").out()).startsWith("Nothing to do");
    strongroom("-autocomplete-uninstall").expectSuccess();
    assertThat(Path.of(start)).hasContent("alias a=b\n");
  }

  @Test
  void pluginsAndNamespacesAreAnsweredClearly() {
    assertThat(strongroom("plugin", "list", "secret").expectSuccess().out())
        .containsPattern("kv +v[0-9.]+\\+builtin");
    assertThat(strongroom("plugin", "info", "secret", "kv").expectSuccess().out())
        .containsPattern("builtin +true");
    assertThat(strongroom("plugin", "register", "-sha256=00", "secret", "mine").expectExit(2).err())
        .contains("every engine that it has is built in");
    assertThat(strongroom("namespace", "create", "team").expectExit(2).err())
        .contains("this server has no namespaces");
  }

  @Test
  void keysAreImportedIntoTransit() throws Exception {
    strongroom("secrets", "enable", "-path=crypt", "transit").expectSuccess();
    byte[] key = new byte[32];
    key[0] = 7;
    String encoded = Base64.getEncoder().encodeToString(key);
    String path = "crypt/keys/k";
    assertThat(
            strongroom("transit", "import", path, encoded, "exportable=true").expectSuccess().out())
        .contains("Success!")
        .doesNotContain(encoded);
    assertThat(
            strongroom("read", "-field=keys", "crypt/export/encryption-key/k")
                .expectSuccess()
                .out())
        .contains(encoded);
    String next = file("next", "AAAA" + encoded.substring(4));
    strongroom("transit", "import-version", path, "@" + next).expectSuccess();
    assertThat(strongroom("read", "-field=latest_version", path).expectSuccess().out().strip())
        .isEqualTo("2");
    assertThat(strongroom("transit", "import", path, "no%base64").expectExit(1).err())
        .doesNotContain("no%base64");
  }
}
