package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against the real server, as an operator types it. */
class CommandLineTest {
  @TempDir static Path folder;
  private static Server server;
  private static SoftHsm hsm;
  private static final Map<String, String> ENVIRONMENT = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    hsm = SoftHsm.provision(folder, "vault-hsm-token");
    server = Server.seed(folder, hsm, "generate_key = \"true\"").start();
    ENVIRONMENT.putAll(hsm.environment());
    ENVIRONMENT.put("VAULT_HSM_PIN", hsm.pin());
    ENVIRONMENT.put("VAULT_ADDR", server.address().toString());
    ENVIRONMENT.put("HOME", folder.toString());
    strongroom("status").expectExit(2);
    try (GnuPg holders = GnuPg.in(folder.resolve("gpg"))) {
      Path keyHolder = holders.make("key-holder", "rsa2048");
      Path rootHolder = holders.make("root-holder", "future-default");
      Command init =
          strongroom(
                  "operator",
                  "init",
                  "-recovery-shares=1",
                  "-recovery-threshold=1",
                  "-recovery-pgp-keys=" + keyHolder,
                  "-root-token-pgp-key=" + rootHolder)
              .expectSuccess();
      assertThat(holders.decrypt(init.after("Recovery Key 1: "))).matches("[0-9a-f]{64}");
      ENVIRONMENT.put("VAULT_TOKEN", holders.decrypt(init.after("Initial Root Token: ")));
    }
    server.awaitHealth(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Command strongroom(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = Command.STRONGROOM;
    System.arraycopy(words, 0, all, 1, words.length);
    return Command.run(ENVIRONMENT, all);
  }

  @Test
  void showsTheStatus() {
    assertThat(strongroom("status").expectSuccess().out())
        .containsPattern("Seal Type +pkcs11")
        .containsPattern("Initialized +true")
        .containsPattern("Sealed +false");
    assertThat(strongroom("status", "-format=json").expectSuccess().out())
        .contains("\"sealed\": false");
  }

  @Test
  void writesAndReadsSecrets() throws Exception {
    strongroom("secrets", "enable", "-path=team", "-version=2", "kv").expectSuccess();
    strongroom("kv", "put", "team/app", "user=svc", "pass=s3cret").expectSuccess();
    assertThat(strongroom("kv", "get", "-field=pass", "team/app").expectSuccess().out())
        .isEqualTo("s3cret");
    assertThat(strongroom("kv", "get", "-mount=team", "app").expectSuccess().out())
        .contains("s3cret");
    Path file = Files.writeString(folder.resolve("data.json"), "{\"user\":\"other\"}");
    strongroom("kv", "put", "team/app", "@" + file).expectSuccess();
    assertThat(
            strongroom("kv", "get", "-version=1", "-field=user", "team/app").expectSuccess().out())
        .isEqualTo("svc");
    assertThat(strongroom("kv", "list", "team").expectSuccess().out()).contains("app");
    strongroom("kv", "delete", "team/app").expectSuccess();
    assertThat(strongroom("kv", "get", "team/app").expectSuccess().out())
        .contains("deletion_time")
        .doesNotContain("other");
    strongroom("kv", "undelete", "-versions=2", "team/app").expectSuccess();
    assertThat(strongroom("read", "-format=json", "team/data/app").expectSuccess().out())
        .contains("\"user\": \"other\"");
    strongroom("kv", "metadata", "delete", "team/app").expectSuccess();
    assertThat(strongroom("secrets", "list").expectSuccess().out()).contains("team/", "cubbyhole/");
  }

  @Test
  void makesTokensThatMayDoWhatTheirPolicySays() throws Exception {
    Path policy =
        Files.writeString(
            folder.resolve("p.hcl"), "path \"sys/mounts\" { capabilities = [\"read\"] }\n");
    strongroom("policy", "write", "lister", policy.toString()).expectSuccess();
    String token =
        strongroom("token", "create", "-policy=lister", "-ttl=1h", "-field=token")
            .expectSuccess()
            .out()
            .strip();
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("VAULT_TOKEN", token);
    Command.run(environment, Command.STRONGROOM, "secrets", "list").expectSuccess();
    Command denied = Command.run(environment, Command.STRONGROOM, "policy", "list").expectExit(2);
    assertThat(denied.err()).contains("permission denied").contains("403");
    strongroom("token", "revoke", token).expectSuccess();
    Command.run(environment, Command.STRONGROOM, "token", "lookup").expectExit(2);
  }

  @Test
  void answersByTheNameItIsCalledBy() throws Exception {
    Path vault = Files.createSymbolicLink(folder.resolve("vault"), Path.of(Command.STRONGROOM));
    Path bao = Files.createSymbolicLink(folder.resolve("bao"), Path.of(Command.STRONGROOM));
    assertThat(Command.run(ENVIRONMENT, vault.toString(), "-version").expectSuccess().out())
        .matches("(?s)Vault v\\d+\\.\\d+\\.\\d+.*");
    assertThat(Command.run(ENVIRONMENT, bao.toString(), "version").expectSuccess().out())
        .matches("(?s)OpenBao v\\d+\\.\\d+\\.\\d+.*");
    Command.run(ENVIRONMENT, vault.toString(), "status").expectSuccess();
  }

  @Test
  void looksIntoTheHsm() {
    String config = "-config=" + server.configuration();
    assertThat(strongroom("operator", "hsm", "slots", config).expectSuccess().out())
        .contains("vault-hsm-token");
    assertThat(strongroom("operator", "hsm", "keys", config).expectSuccess().out())
        .contains("vault-hsm-master-key");
    assertThat(strongroom("operator", "hsm", "mechanisms", config).expectSuccess().out())
        .contains("CKM_AES_GCM");
    // The seed's file names a slot by its place: a warning.
    assertThat(strongroom("operator", "hsm", "doctor", config).expectExit(3).out())
        .contains("name the HSM token by token_label")
        .contains("0 faults, 1 warning.");
  }

  @Test
  void keepsARecordOfCeremoniesThatTheHsmAndTheCommandLineCheck() throws Exception {
    strongroom("operator", "rotate").expectSuccess();
    assertThat(strongroom("operator", "ceremony", "list").expectSuccess().out())
        .contains("init")
        .contains("rotate-data-key")
        .contains("Fingerprint: ");
    assertThat(strongroom("operator", "ceremony", "verify").expectSuccess().out())
        .contains("The record is right");
    Command json = strongroom("operator", "ceremony", "verify", "-format=json").expectSuccess();
    assertThat(json.out()).contains("\"pkcs11\": \"right\"");
    assertThat(strongroom("operator", "ceremony", "print").expectSuccess().out())
        .contains("RECORD OF KEY CEREMONIES")
        .contains("serial: ")
        .contains("recovery_pgp_fingerprints: ");

    String record =
        strongroom("operator", "ceremony", "list", "-format=json").expectSuccess().out();
    Path file = Files.writeString(folder.resolve("record.json"), record);
    strongroom("operator", "ceremony", "verify", "-file=" + file).expectSuccess();
    Files.writeString(file, record.replace("rotate-data-key", "rotate-root-key"));
    assertThat(strongroom("operator", "ceremony", "verify", "-file=" + file).expectExit(2).err())
        .contains("was changed: its signature is not the record's");
  }

  @Test
  void checksTheConfigurationAndChangesNothing() throws Exception {
    Command good = strongroom("server", "-check", "-config=" + server.configuration());
    assertThat(good.expectSuccess().all())
        .contains("vault-hsm-token")
        .containsPattern("WARN +seal +there is one seal, pkcs11");
    Path bad = folder.resolve("bad.hcl");
    Files.writeString(
        bad,
        Files.readString(server.configuration())
            .replace("tls_disable = \"true\"", "tls_disabel = \"true\""));
    Command misspelt = strongroom("server", "-check", "-config=" + bad).expectExit(1);
    assertThat(misspelt.all()).contains("bad.hcl:7", "tls_disabel", "\"tls_disable\"");
    Files.writeString(
        bad,
        Files.readString(server.configuration())
            .replace("slot           = \"0\"", "slot = \"77\""));
    Command noSlot = strongroom("server", "-check", "-config=" + bad).expectExit(1);
    assertThat(noSlot.all()).contains("77", "vault-hsm-token");
  }

  @Test
  void checksANewInstallationWhoseKeyIsYetToBeMade() throws Exception {
    Path fresh = folder.resolve("fresh.hcl");
    String text = Files.readString(server.configuration());
    Files.writeString(
        fresh,
        text.replace(server.data().toString(), folder.resolve("not-there").toString())
                .replace("vault-hsm-master-key", "yet-to-be-made")
            + "kms_library \"pkcs11\" {\n  name = \"same\"\n  library = \""
            + hsm.library()
            + "\"\n}\n");
    assertThat(strongroom("server", "-check", "-config=" + fresh).expectSuccess().all())
        .contains("yet-to-be-made", "All is good.")
        .containsPattern("good +kms_library +\"same\": .* by SoftHSM, .* 1 HSM token ready")
        .doesNotContain("INFO");
    assertThat(folder.resolve("not-there")).doesNotExist();
    assertThat(strongroom("operator", "diagnose", "-config=" + fresh).expectSuccess().all())
        .contains("All is good.");
    // The same for an installation whose key is gone is bad: nobody may make another one.
    Files.writeString(fresh, text.replace("vault-hsm-master-key", "yet-to-be-made"));
    assertThat(strongroom("server", "-check", "-config=" + fresh).expectExit(1).all())
        .contains("BAD", "yet-to-be-made");
  }

  @Test
  void checksWhetherListenersAndStorageCanBe() throws Exception {
    Path bad = folder.resolve("bad-places.hcl");
    Files.writeString(
        bad,
        """
        storage "raft" { path = "%s/data" }
        listener "tcp" {
          address     = "no-such-host.invalid:8200"
          tls_disable = true
        }
        listener "tcp" {
          address       = "127.0.0.1:0"
          tls_cert_file = "/no/such.pem"
          tls_key_file  = "/no/such.key"
        }
        kms_library "pkcs11" {
          name    = "lost"
          library = "/no/such-hsm.so"
        }
        """
            .formatted(server.configuration()));
    assertThat(strongroom("server", "-check", "-config=" + bad).expectExit(1).out())
        .containsPattern("BAD +listener +no-such-host.invalid:8200")
        .containsPattern("BAD +listener +/no/such.pem cannot be read: there is no such file")
        .containsPattern("BAD +storage .*is a file")
        .containsPattern("BAD +kms_library +\"lost\": .*/no/such-hsm.so");
  }

  @Test
  void saysWhatToDoWhenNothingAnswers() {
    Command refused =
        Command.run(
            Map.of("VAULT_ADDR", "http://127.0.0.1:1", "VAULT_MAX_RETRIES", "0"),
            Command.STRONGROOM,
            "status");
    refused.expectExit(1);
    assertThat(refused.err()).contains("127.0.0.1:1");
  }
}
