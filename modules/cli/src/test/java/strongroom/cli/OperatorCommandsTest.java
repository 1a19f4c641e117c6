package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.snapshot.Manifest;
import strongroom.snapshot.SnapshotFile;

final class OperatorCommandsTest {
  private static final String SEALED =
      """
      {"type":"shamir","initialized":true,"sealed":true,"t":3,"n":5,"progress":1,"nonce":"n1",
       "version":"1.19.0","build_date":"2026-01-01T00:00:00Z","migration":false,
       "recovery_seal":false,"storage_type":"raft"}""";
  private static final String UNSEALED =
      """
      {"type":"pkcs11","initialized":true,"sealed":false,"t":3,"n":5,"progress":0,"nonce":"",
       "version":"1.19.0","build_date":"2026-01-01T00:00:00Z","migration":false,
       "cluster_name":"c","cluster_id":"id","recovery_seal":true,
       "recovery_seal_type":"shamir","storage_type":"raft"}""";
  private static final String LEADER =
      """
      {"ha_enabled":true,"is_self":true,"active_time":"2026-01-02T03:04:05Z",
       "leader_address":"http://a:8200","leader_cluster_address":"https://a:8201",
       "raft_committed_index":7,"raft_applied_index":6}""";

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

  @Nested
  final class Status {
    @Test
    void ofASealedServerEndsWithTwo() {
      server.on("GET /v1/sys/seal-status", 200, SEALED);
      server.on("GET /v1/sys/leader", 503, "{\"errors\":[\"Vault is sealed\"]}");
      assertThat(terminal.run("status"))
          .isEqualTo(
              new Terminal.Ended(
                  2,
                  """
                  Key                Value
                  ---                -----
                  Seal Type          shamir
                  Initialized        true
                  Sealed             true
                  Total Shares       5
                  Threshold          3
                  Unseal Progress    1/3
                  Unseal Nonce       n1
                  Version            1.19.0
                  Build Date         2026-01-01T00:00:00Z
                  Storage Type       raft
                  HA Enabled         true
                  """,
                  ""));
    }

    @Test
    void ofAnActiveServerEndsWithZero() {
      server.on("GET /v1/sys/seal-status", 200, UNSEALED);
      server.on("GET /v1/sys/leader", 200, LEADER);
      assertThat(terminal.run("status"))
          .isEqualTo(
              new Terminal.Ended(
                  0,
                  """
                  Key                      Value
                  ---                      -----
                  Seal Type                pkcs11
                  Recovery Seal Type       shamir
                  Initialized              true
                  Sealed                   false
                  Total Recovery Shares    5
                  Threshold                3
                  Version                  1.19.0
                  Build Date               2026-01-01T00:00:00Z
                  Storage Type             raft
                  Cluster Name             c
                  Cluster ID               id
                  HA Enabled               true
                  HA Cluster               https://a:8201
                  HA Mode                  active
                  Active Since             2026-01-02T03:04:05Z
                  Raft Committed Index     7
                  Raft Applied Index       6
                  """,
                  ""));
      assertThat(terminal.run("status", "-format=json").out())
          .startsWith("{\n  \"type\": \"pkcs11\",")
          .contains("\"ha_enabled\": true");
    }

    @Test
    void saysWhyTheServerIsSealedWhereItKnows() {
      server.on(
          "GET /v1/sys/seal-status",
          200,
          SEALED.replace(
              "\"storage_type\"",
              "\"sealed_reason\":{\"code\":\"hsm\",\"message\":\"the HSM is away\"},\"x\""));
      server.on("GET /v1/sys/leader", 200, "{\"ha_enabled\":true,\"is_self\":false}");
      assertThat(terminal.run("status").out())
          .contains("Sealed Reason      the HSM is away\n")
          .doesNotContain("HA Mode");
    }

    @Test
    void thatCannotBeToldEndsWithOne() {
      Terminal.Ended ended = terminal.set("VAULT_ADDR", "http://127.0.0.1:1").run("status");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err())
          .startsWith(
              "Error checking seal status: GET http://127.0.0.1:1/v1/sys/seal-status: connection"
                  + " refused: no server listens there")
          .hasLineCount(1);
    }
  }

  @Nested
  final class Init {
    @Test
    void printsSharesAndTheRootTokenOnce() {
      server.on("GET /v1/sys/seal-status", 200, SEALED);
      server.on(
          "PUT /v1/sys/init",
          200,
          "{\"keys\":[\"aa\",\"bb\"],\"keys_base64\":[\"qg==\",\"uw==\"],\"root_token\":\"hvs.r\"}");
      Terminal.Ended ended = terminal.run("operator", "init", "-key-shares=2", "-key-threshold=2");
      assertThat(ended.out())
          .startsWith(
              """
              Unseal Key 1: qg==
              Unseal Key 2: uw==

              Initial Root Token: hvs.r

              Vault initialized with 2 key shares and a key threshold of 2.""");
      assertThat(server.last().body())
          .isEqualTo(
              "{\"secret_shares\":2,\"secret_threshold\":2,\"recovery_shares\":0,"
                  + "\"recovery_threshold\":0}");
    }

    @Test
    void underAnAutomaticSealAsksForRecoveryShares() {
      server.on("GET /v1/sys/seal-status", 200, UNSEALED);
      server.on(
          "PUT /v1/sys/init",
          200,
          "{\"keys\":[],\"keys_base64\":[],\"recovery_keys\":[\"aa\"],"
              + "\"recovery_keys_base64\":[\"qg==\"],\"root_token\":\"hvs.r\"}");
      assertThat(terminal.run("operator", "init").out())
          .startsWith("Recovery Key 1: qg==\n\nInitial Root Token: hvs.r\n\n")
          .contains("Success! Vault is initialized\n")
          .contains("Recovery key initialized with 5 key shares and a key threshold of 3.");
      assertThat(server.last().body())
          .contains("\"secret_shares\":0")
          .contains("\"recovery_shares\":5");
      assertThat(terminal.run("operator", "init", "-format=json").out())
          .isEqualTo(
              """
              {
                "unseal_keys_b64": [],
                "unseal_keys_hex": [],
                "unseal_shares": 1,
                "unseal_threshold": 1,
                "recovery_keys_b64": [
                  "qg=="
                ],
                "recovery_keys_hex": [
                  "aa"
                ],
                "recovery_keys_shares": 5,
                "recovery_keys_threshold": 3,
                "root_token": "hvs.r"
              }
              """);
    }

    @Test
    void sendsPgpKeysFromFiles() throws IOException {
      byte[] key = "a public key".getBytes(StandardCharsets.UTF_8);
      String base64 = Base64.getEncoder().encodeToString(key);
      Path binary = Files.write(home.resolve("binary"), new byte[] {(byte) 0x99, 1, 2});
      Path text = Files.writeString(home.resolve("text"), base64 + "\n");
      Path armoured =
          Files.writeString(
              home.resolve("key.asc"),
              "-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: x\n\n"
                  + base64
                  + "\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n");
      server.on("GET /v1/sys/seal-status", 200, SEALED);
      server.on("PUT /v1/sys/init", 200, "{\"keys\":[],\"root_token\":\"x\"}");
      terminal.run(
          "operator",
          "init",
          "-n=2",
          "-t=2",
          "-pgp-keys=" + armoured + "," + text,
          "-root-token-pgp-key=" + binary);
      assertThat(server.last().body())
          .contains("\"pgp_keys\":[\"" + base64 + "\",\"" + base64 + "\"]")
          .contains("\"root_token_pgp_key\":\"mQEC\"");
      assertThat(terminal.run("operator", "init", "-pgp-keys=keybase:x").code()).isEqualTo(1);
    }

    @Test
    void statusHasAnExitCodeOfItsOwn() {
      server
          .on("GET /v1/sys/init", 200, "{\"initialized\":false}")
          .on("GET /v1/sys/init", 200, "{\"initialized\":true}");
      assertThat(terminal.run("operator", "init", "-status"))
          .isEqualTo(new Terminal.Ended(2, "Vault is not initialized\n", ""));
      assertThat(terminal.run("operator", "init", "-status"))
          .isEqualTo(new Terminal.Ended(0, "Vault is initialized\n", ""));
    }

    @Test
    void refusalsAreShown() {
      server.on("GET /v1/sys/seal-status", 200, SEALED);
      server.on("PUT /v1/sys/init", 400, "{\"errors\":[\"Vault is already initialized\"]}");
      Terminal.Ended ended = terminal.run("operator", "init");
      assertThat(ended.code()).isEqualTo(2);
      assertThat(ended.err())
          .startsWith("Error initializing: Error making API request.")
          .endsWith("* Vault is already initialized\n");
    }
  }

  @Nested
  final class Seals {
    private static final String INSPECTED =
        """
        {"data":{"copies":[{"key":"root","number":2,"state":"current","seal_name":"a",
           "seal_type":"pkcs11","configured":true,"made_at":"2026-01-02T03:04:05Z",
           "sha256":"abcd","key_label":"master","key_id":"0a","serial":"77",
           "mechanism":"CKM_AES_GCM"},
          {"key":"root","number":1,"state":"kept","seal_name":"b","seal_type":"pkcs11",
           "configured":false,"made_at":"2026-01-01T03:04:05Z","sha256":"ef01"}],
         "keys":[{"seal_name":"a","seal_type":"pkcs11","needed":"by current copies","copies":1,
           "key_label":"master","key_id":"0a","serial":"77"}]}}""";

    @Test
    void sealsWithoutAFurtherWord() {
      server.on("PUT /v1/sys/seal", 204, "");
      server.on("PUT /v1/sys/seal", 204, "");
      assertThat(terminal.run("operator", "seal").out()).isEqualTo("Success! Vault is sealed.\n");
      assertThat(terminal.run("operator", "seal", "-format=json").code()).isZero();
    }

    @Test
    void aMistypedWordSealsNothing() {
      assertThat(terminal.run("operator", "seal", "inspekt").err())
          .contains("did you mean \"operator seal inspect\"");
      assertThat(terminal.run("operator", "seal", "-help").out()).contains("inspect");
    }

    @Test
    void rotateSendsWhichKeyAndSaysWhatWrapsNow() {
      server.on(
          "PUT /v1/sys/seal/rotate",
          200,
          "{\"data\":{\"rotated\":true,\"key_label\":\"m\",\"key_id\":\"0b\"}}");
      Terminal.Ended ended =
          terminal.run("operator", "seal", "rotate", "-name=a", "-id=0b", "-generate");
      assertThat(ended.out()).contains("label \"m\" and id 0b now");
      assertThat(server.last().body())
          .contains("\"name\":\"a\"", "\"id\":\"0b\"", "\"generate\":true");
    }

    @Test
    void rollbackSaysWhetherARotationWasGivenUp() {
      server
          .on("PUT /v1/sys/seal/rollback", 200, "{\"data\":{\"given_up\":true}}")
          .on(
              "PUT /v1/sys/seal/rollback",
              200,
              "{\"data\":{\"given_up\":false,\"key_label\":\"m\",\"key_id\":\"0a\"}}");
      assertThat(terminal.run("operator", "seal", "rollback").out()).contains("given up");
      assertThat(terminal.run("operator", "seal", "rollback").out()).contains("id 0a now");
    }

    private static final String WAITING =
        """
        {"data":{"configured":true,"from":{"type":"shamir","seals":[]},
          "to":{"type":"pkcs11","seals":["a"]},"t":2,"n":3,"progress":1%s}}""";

    @Test
    void migrateAsksForAShareAndSaysWhatProtectsTheRootKeyNow() {
      server
          .on("GET /v1/sys/seal/migrate", 200, WAITING.formatted(""))
          .on(
              "PUT /v1/sys/seal/migrate",
              200,
              "{\"data\":{\"migrated\":true,\"from\":{\"type\":\"pkcs11\",\"seals\":[\"a\"]}}}");
      Terminal.Ended ended = terminal.types("share").run("operator", "seal", "migrate");
      assertThat(ended.out()).contains("protected by pkcs11 (a) now").doesNotContain("share\n");
      assertThat(server.last().body()).isEqualTo("{\"key\":\"share\"}");
    }

    @Test
    void migrateInADryRunShowsEachProofAndItsExitCodeTells() {
      String bad =
          WAITING.formatted(
              ",\"possible\":false,\"proofs\":[{\"side\":\"to\",\"seal_name\":\"a\","
                  + "\"seal_type\":\"pkcs11\",\"good\":false,\"message\":\"slot is empty\"}]");
      String good = WAITING.formatted(",\"possible\":true,\"proofs\":[]");
      server.on("PUT /v1/sys/seal/migrate", 200, bad).on("PUT /v1/sys/seal/migrate", 200, good);
      Terminal.Ended ended = terminal.run("operator", "seal", "migrate", "-dry-run");
      assertThat(ended.out())
          .containsPattern("to +a +pkcs11 +BAD +slot is empty")
          .contains("Mend what is bad");
      assertThat(ended.code()).isEqualTo(2);
      assertThat(terminal.run("operator", "seal", "migrate", "-dry-run").code()).isZero();
      assertThat(server.last().body()).isEqualTo("{\"dry_run\":true}");
    }

    @Test
    void migrateShowsAndForgetsTheSharesGiven() {
      server
          .on("GET /v1/sys/seal/migrate", 200, WAITING.formatted(""))
          .on("PUT /v1/sys/seal/migrate", 200, WAITING.formatted(""));
      assertThat(terminal.run("operator", "seal", "migrate", "-status").out())
          .containsPattern("Shares given +1/2")
          .containsPattern("File asks for +pkcs11 \\(a\\)");
      assertThat(terminal.run("operator", "seal", "migrate", "-reset").code()).isZero();
      assertThat(server.last().body()).isEqualTo("{\"reset\":true}");
    }

    @Test
    void rollbackOfAMigrationSaysToChangeTheFile() {
      server.on("PUT /v1/sys/seal/rollback", 200, "{\"data\":{\"rolled_back\":true}}");
      assertThat(terminal.run("operator", "seal", "rollback", "-migration").out())
          .contains("undone")
          .contains("file back");
      assertThat(server.last().body()).isEqualTo("{\"migration\":true}");
    }

    @Test
    void pruneTellsWhatWentAndWhichSealsKeepAll() {
      server.on(
          "PUT /v1/sys/seal/prune",
          200,
          "{\"data\":{\"dry_run\":true,\"unproven\":[\"b\"],\"kept\":[],\"dropped\":[{\"key\":\"root\","
              + "\"number\":1,\"state\":\"kept\",\"seal_name\":\"a\",\"configured\":true}]}}");
      assertThat(terminal.run("operator", "seal", "prune", "-dry-run").out())
          .containsPattern("root +1 +kept +a")
          .contains("The seal b did not open its current copy", "Nothing was changed");
      assertThat(server.last().body()).isEqualTo("{\"retire\":\"\",\"dry_run\":true}");
    }

    @Test
    void inspectShowsEachCopyAndTheKeysThatAreNeeded() {
      server.on("GET /v1/sys/seal/inspect", 200, INSPECTED);
      assertThat(terminal.run("operator", "seal", "inspect").out())
          .containsPattern("root +2 +current +a +pkcs11 +2026-01-02T03:04:05Z +CKM_AES_GCM +abcd")
          .containsPattern("root +1 +kept +b \\(not configured\\) +pkcs11")
          .containsPattern("by current copies +1 +a +pkcs11 +master +0a +77");
    }

    @Test
    void inspectReadsADataFolderInsteadOfAskingAServer() throws Exception {
      JsonObject found =
          Json.parseObject(
              INSPECTED
                  .replace("{\"data\":", "")
                  .replace("}]}}", "}]}")
                  .replace(
                      "\"configured\":false,", "\"opened_by\":\"key shares\",\"configured\":false,")
                  .replace("\"configured\":true,", "")
                  .getBytes(StandardCharsets.UTF_8));
      List<String> asked = new ArrayList<>();
      terminal.reading(
          (folder, files) -> {
            asked.add(folder + " " + files);
            return found;
          });
      assertThat(
              terminal.run("operator", "seal", "inspect", "-config=a.hcl", "-path=/backup").out())
          .containsPattern("root +2 +current +a +pkcs11")
          .containsPattern("root +1 +kept +b \\(opened by key shares\\) +pkcs11");
      assertThat(terminal.run("operator", "seal", "inspect", "-config=a.hcl").code()).isZero();
      assertThat(asked).containsExactly("Optional[/backup] [a.hcl]", "Optional.empty [a.hcl]");
    }
  }

  @Nested
  final class Unseal {
    @BeforeEach
    void answer() {
      server.on("PUT /v1/sys/unseal", 200, SEALED);
      server.on("GET /v1/sys/leader", 503, "{\"errors\":[\"Vault is sealed\"]}");
    }

    @Test
    void asksWithoutShowing() {
      Terminal.Ended ended = terminal.types(" share ").run("operator", "unseal");
      assertThat(ended.code()).isZero();
      assertThat(ended.out()).contains("Unseal Progress    1/3").doesNotContain("share");
      assertThat(terminal.asked()).containsExactly("Unseal Key (will be hidden): ");
      assertThat(server.seen().getFirst().body())
          .isEqualTo("{\"key\":\"share\",\"migrate\":false}");
    }

    @Test
    void takesTheShareAsAnArgumentOrFromStandardInput() {
      terminal.run("operator", "unseal", "-migrate", "share");
      assertThat(server.seen().getFirst().body()).isEqualTo("{\"key\":\"share\",\"migrate\":true}");
      assertThat(terminal.input("share2\n").run("operator", "unseal", "-").code()).isZero();
      assertThat(server.seen().get(2).body()).contains("\"share2\"");
    }

    @Test
    void withoutATerminalOrWithNonInteractiveItSaysWhatToDo() {
      assertThat(terminal.run("operator", "unseal").err()).contains("There is no terminal");
      Terminal.Ended ended = terminal.types("x").run("operator", "unseal", "-non-interactive");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(terminal.asked()).hasSize(1);
      assertThat(server.seen()).isEmpty();
    }

    @Test
    void resets() {
      terminal.run("operator", "unseal", "-reset");
      assertThat(server.seen().getFirst().body()).isEqualTo("{\"reset\":true}");
    }
  }

  @Nested
  final class GenerateRoot {
    private static final String STARTED =
        "{\"nonce\":\"n1\",\"started\":true,\"progress\":1,\"required\":3,\"complete\":false,"
            + "\"pgp_fingerprint\":\"\",\"encoded_token\":\"\",\"otp\":\"\",\"otp_length\":28}";

    @Test
    void startsWithAPasswordThatTheServerMakes() {
      server.on(
          "PUT /v1/sys/generate-root/attempt",
          200,
          STARTED.replace("\"otp\":\"\"", "\"otp\":\"o\""));
      Terminal.Ended ended = terminal.run("operator", "generate-root", "-init");
      assertThat(ended.out())
          .isEqualTo(
              """
              Nonce         n1
              Started       true
              Progress      1/3
              Complete      false
              OTP           o
              OTP Length    28
              """);
      assertThat(ended.err()).contains("One-Time-Password");
    }

    @Test
    void takesSharesWithTheNonceOfTheServerWhenItAsks() {
      server.on("GET /v1/sys/generate-root/attempt", 200, STARTED);
      server.on(
          "PUT /v1/sys/generate-root/update",
          200,
          STARTED.replace("\"encoded_token\":\"\"", "\"encoded_token\":\"abc\""));
      Terminal.Ended ended = terminal.types("share").run("operator", "generate-root");
      assertThat(ended.out()).startsWith("Operation nonce: n1\n").contains("Encoded Token    abc");
      assertThat(server.last().body()).isEqualTo("{\"key\":\"share\",\"nonce\":\"n1\"}");
      assertThat(terminal.run("operator", "generate-root", "share").err())
          .isEqualTo("Missing nonce value: specify it via the -nonce flag\n");
    }

    @Test
    void saysHowToStart() {
      server.on("GET /v1/sys/generate-root/attempt", 200, STARTED.replace("true", "false"));
      assertThat(terminal.run("operator", "generate-root", "x").err())
          .contains("\"vault operator generate-root -init\"");
    }

    @Test
    void decodesWithoutAServer() {
      byte[] token = "hvs.token".getBytes(StandardCharsets.UTF_8);
      byte[] otp = "otp-otp-o".getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < token.length; i++) {
        token[i] ^= otp[i];
      }
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(token);
      assertThat(terminal.run("operator", "generate-root", "-decode=" + encoded, "-otp=otp-otp-o"))
          .isEqualTo(new Terminal.Ended(0, "hvs.token", ""));
      assertThat(
              terminal
                  .input(encoded + "\n")
                  .run("operator", "generate-root", "-decode=-", "-otp=otp-otp-o")
                  .out())
          .isEqualTo("hvs.token");
      assertThatThrownBy(() -> OperatorGenerateRoot.decode(encoded, "short"))
          .hasMessageContaining("do not belong together");
      assertThat(server.seen()).isEmpty();
    }

    @Test
    void makesAPasswordOfTheLengthThatTheServerWants() {
      server.on("GET /v1/sys/generate-root/attempt", 200, STARTED);
      String first = terminal.run("operator", "generate-root", "-generate-otp").out();
      assertThat(first).matches("[0-9A-Za-z]{28}");
      assertThat(terminal.run("operator", "generate-root", "-generate-otp").out())
          .isNotEqualTo(first);
    }

    @Test
    void isCanceled() {
      server.on("DELETE /v1/sys/generate-root/attempt", 204, "");
      assertThat(terminal.run("operator", "generate-root", "-cancel").out())
          .isEqualTo("Success! Root token generation canceled (if it was started)\n");
    }
  }

  @Nested
  final class Rekey {
    private static final String STATUS =
        "{\"nonce\":\"n1\",\"started\":true,\"t\":2,\"n\":3,\"progress\":0,\"required\":3,"
            + "\"pgp_fingerprints\":null,\"backup\":false,\"verification_required\":%s}";

    @Test
    void startsAndShowsItsState() {
      server.on("PUT /v1/sys/rekey/init", 200, STATUS.formatted(false));
      Terminal.Ended ended =
          terminal.run("operator", "rekey", "-init", "-key-shares=3", "-key-threshold=2");
      assertThat(ended.out())
          .isEqualTo(
              """
              Key                      Value
              ---                      -----
              Nonce                    n1
              Started                  true
              Rekey Progress           0/3
              New Shares               3
              New Threshold            2
              Verification Required    false
              """);
      assertThat(ended.err()).startsWith("WARNING!");
      assertThat(server.last().body())
          .isEqualTo(
              "{\"secret_shares\":3,\"secret_threshold\":2,\"backup\":false,"
                  + "\"require_verification\":false}");
    }

    @Test
    void printsTheNewSharesWhenItIsComplete() {
      server.on("GET /v1/sys/rekey-recovery-key/init", 200, STATUS.formatted(false));
      server.on(
          "PUT /v1/sys/rekey-recovery-key/update",
          200,
          "{\"nonce\":\"n1\",\"complete\":true,\"keys\":[\"aa\"],\"keys_base64\":[\"qg==\"]}");
      assertThat(terminal.run("operator", "rekey", "-target=recovery", "-nonce=n1", "share").out())
          .startsWith("\nKey 1: qg==\n\nOperation nonce: n1\n\nVault recovery keys rekeyed with 3");
    }

    @Test
    void ofKeysToBeVerifiedShowsTheVerification() {
      server.on("GET /v1/sys/rekey/init", 200, STATUS.formatted(true));
      server.on(
          "PUT /v1/sys/rekey/update",
          200,
          "{\"nonce\":\"n1\",\"complete\":true,\"keys\":[\"aa\"]}");
      server.on(
          "GET /v1/sys/rekey/verify",
          200,
          "{\"nonce\":\"v1\",\"started\":true,\"t\":2,\"n\":3,\"progress\":0}");
      server.on("PUT /v1/sys/rekey/verify", 200, "{\"nonce\":\"v1\",\"complete\":true}");
      assertThat(terminal.run("operator", "rekey", "-nonce=n1", "share").out())
          .contains("_not_ valid")
          .contains("Verification Nonce       v1")
          .contains("Verification Progress    0/2");
      assertThat(terminal.run("operator", "rekey", "-verify", "-nonce=v1", "share").out())
          .startsWith("Rekey verification successful.");
    }

    @Test
    void isCanceledAndItsBackupsAreHandled() {
      server.on("DELETE /v1/sys/rekey/init", 204, "");
      server.on("DELETE /v1/sys/rekey/verify", 204, "");
      server.on("DELETE /v1/sys/rekey/backup", 204, "");
      server.on("GET /v1/sys/rekey/backup", 200, "{\"data\":{\"nonce\":\"n1\"}}");
      assertThat(terminal.run("operator", "rekey", "-cancel").out())
          .isEqualTo("Success! Canceled rekeying (if it was started)\n");
      assertThat(terminal.run("operator", "rekey", "-cancel", "-verify").code()).isZero();
      assertThat(terminal.run("operator", "rekey", "-backup-retrieve").out())
          .contains("nonce    n1");
      assertThat(terminal.run("operator", "rekey", "-backup-delete").code()).isZero();
      terminal.run("operator", "rekey", "-backup-retrieve", "-target=recovery");
      assertThat(server.last().line()).isEqualTo("GET /v1/sys/rekey/recovery-key-backup");
      assertThat(terminal.run("operator", "rekey", "-target=x").code()).isEqualTo(1);
      assertThat(server.lines())
          .contains("DELETE /v1/sys/rekey/verify", "DELETE /v1/sys/rekey/backup");
    }
  }

  @Test
  void keysAreRotatedAndShown() {
    server.on("PUT /v1/sys/rotate", 204, "");
    server.on(
        "GET /v1/sys/key-status",
        200,
        "{\"data\":{\"term\":2,\"install_time\":\"2026-01-02T03:04:05.6Z\",\"encryptions\":9}}");
    assertThat(terminal.run("operator", "rotate").out())
        .isEqualTo(
            """
            Success! Rotated key

            Key Term            2
            Install Time        02 Jan 26 03:04 UTC
            Encryption Count    9
            """);
    assertThat(terminal.run("operator", "key-status", "-format=yaml").out())
        .isEqualTo("encryptions: 9\ninstall_time: \"2026-01-02T03:04:05.6Z\"\nterm: 2\n");
  }

  @Test
  void sealingAndSteppingDownSayThatTheyAreDone() {
    server.on("PUT /v1/sys/seal", 204, "");
    server.on("PUT /v1/sys/step-down", 204, "");
    assertThat(terminal.run("operator", "seal").out()).isEqualTo("Success! Vault is sealed.\n");
    assertThat(terminal.run("operator", "step-down").out())
        .isEqualTo("Success! Stepped down: " + server.address() + "\n");
  }

  @Test
  void membersAndPeersAreTables() {
    server.on(
        "GET /v1/sys/ha-status",
        200,
        "{\"nodes\":[{\"hostname\":\"h\",\"api_address\":\"http://a\",\"cluster_address\":\"\","
            + "\"active_node\":true,\"version\":\"1.19.0\",\"last_echo\":null}]}");
    server.on(
        "GET /v1/sys/storage/raft/configuration",
        200,
        "{\"data\":{\"config\":{\"servers\":[{\"node_id\":\"n1\",\"address\":\"a:8201\","
            + "\"leader\":true,\"voter\":true}]}}}");
    assertThat(terminal.run("operator", "members").out().lines().toList().get(2))
        .matches("h +http://a +n/a +true +1.19.0 +n/a +n/a +n/a");
    assertThat(terminal.run("operator", "raft", "list-peers").out())
        .isEqualTo(
            """
            Node    Address    State     Voter
            ----    -------    -----     -----
            n1      a:8201     leader    true
            """);
  }

  @Nested
  final class Raft {
    @Test
    void joinsAndRemovesPeers() {
      server.on("POST /v1/sys/storage/raft/join", 200, "{\"joined\":true}");
      server.on("POST /v1/sys/storage/raft/remove-peer", 204, "");
      assertThat(terminal.run("operator", "raft", "join", "-retry", "http://a:8200").out())
          .endsWith("Joined    true\n");
      assertThat(server.last().body())
          .isEqualTo("{\"retry\":true,\"non_voter\":false,\"leader_api_addr\":\"http://a:8200\"}");
      assertThat(terminal.run("operator", "raft", "remove-peer", "n2").out())
          .isEqualTo("Peer removed successfully!\n");
    }

    @Test
    void changesWhoVotesAndWhoLeads() {
      for (String name : List.of("promote", "demote", "transfer-leadership")) {
        server.on("POST /v1/sys/storage/raft/" + name, 204, "");
        assertThat(terminal.run("operator", "raft", name, "n2").out()).startsWith("Success! ");
        assertThat(server.last().body()).isEqualTo("{\"server_id\":\"n2\"}");
      }
      assertThat(terminal.run("operator", "raft", "transfer-leadership").code()).isZero();
      assertThat(server.last().body()).isEqualTo("{\"server_id\":\"\"}");
      assertThat(terminal.run("operator", "raft", "promote").code()).isEqualTo(1);
    }

    private static byte[] snapshot() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      SnapshotFile.write(
          out,
          new Manifest(
              "2-7-1",
              7,
              2,
              0,
              0,
              Instant.parse("2026-11-26T12:00:00Z"),
              "1.2.3",
              "the id",
              "the name",
              List.of(
                  JsonObject.builder()
                      .put("seal_type", "pkcs11")
                      .put("key_label", "root-wrap")
                      .put("serial", "0815")
                      .build())),
          to -> to.entry(new byte[] {'k'}, new byte[] {'v'}),
          sums -> sums);
      return out.toByteArray();
    }

    @Test
    void aSnapshotIsInspectedWithoutAServerAndADamagedOneIsToldByItsExitCode() throws IOException {
      Path made = home.resolve("made.snap");
      byte[] whole = snapshot();
      Files.write(made, whole);
      Terminal.Ended inspected =
          terminal.run("operator", "raft", "snapshot", "inspect", made.toString());
      assertThat(inspected.code()).isZero();
      assertThat(inspected.out())
          .startsWith(
              """
              ID                2-7-1
              Size              7
              Index             7
              Term              2
              Version           1
              Entries           1
              Taken At          2026-11-26T12:00:00Z
              Server Version    1.2.3
              Cluster Name      the name
              Cluster ID        the id
              """)
          .contains("key_label     root-wrap\n", "serial        0815\n");
      for (int length : new int[] {0, 20, whole.length - 1}) {
        Files.write(made, Arrays.copyOf(whole, length));
        Terminal.Ended torn =
            terminal.run("operator", "raft", "snapshot", "inspect", made.toString());
        assertThat(torn.code()).as("%s bytes", length).isEqualTo(2);
        assertThat(torn.err()).contains(made + " is not a whole snapshot");
      }
      Path missing = home.resolve("missing.snap");
      assertThat(terminal.run("operator", "raft", "snapshot", "inspect", missing.toString()).code())
          .isEqualTo(1);
    }

    @Test
    void snapshotsAreSavedWholeAndRestored() throws IOException {
      byte[] whole = snapshot();
      server.on("GET /v1/sys/storage/raft/snapshot", whole);
      server.on("POST /v1/sys/storage/raft/snapshot", 204, "");
      Path saved = home.resolve("saved.snap");
      assertThat(terminal.run("operator", "raft", "snapshot", "save", saved.toString()).code())
          .isZero();
      assertThat(saved).hasBinaryContent(whole);
      Files.writeString(saved, "snapshot bytes");
      assertThat(terminal.run("operator", "raft", "snapshot", "restore", saved.toString()).code())
          .isZero();
      assertThat(server.last().body()).isEqualTo("snapshot bytes");
    }

    @Test
    void whatIsNoWholeSnapshotIsNotSaved() throws IOException {
      server.on("GET /v1/sys/storage/raft/snapshot", 200, "not a snapshot");
      Path saved = home.resolve("saved.snap");
      assertThat(terminal.run("operator", "raft", "snapshot", "save", saved.toString()).code())
          .isEqualTo(2);
      try (var files = Files.list(home)) {
        assertThat(files).isEmpty();
      }
    }

    @Test
    void aRefusedSnapshotLeavesNoFile() throws IOException {
      server.on("GET /v1/sys/storage/raft/snapshot", 403, "{\"errors\":[\"permission denied\"]}");
      Path saved = home.resolve("saved.snap");
      assertThat(terminal.run("operator", "raft", "snapshot", "save", saved.toString()).code())
          .isEqualTo(2);
      try (var files = Files.list(home)) {
        assertThat(files).isEmpty();
      }
    }

    @Test
    void autopilotIsShownAndSet() {
      server.on(
          "GET /v1/sys/storage/raft/autopilot/configuration",
          200,
          "{\"data\":{\"cleanup_dead_servers\":false,\"min_quorum\":3}}");
      server.on("POST /v1/sys/storage/raft/autopilot/configuration", 204, "");
      server.on(
          "GET /v1/sys/storage/raft/autopilot/state",
          200,
          "{\"data\":{\"healthy\":true,\"failure_tolerance\":1,\"leader\":\"n1\",\"voters\":[\"n1\"],"
              + "\"servers\":{\"n1\":{\"name\":\"n1\",\"healthy\":true}}}}");
      assertThat(terminal.run("operator", "raft", "autopilot", "get-config").out())
          .contains("Cleanup Dead Servers    false\nMin Quorum              3\n");
      assertThat(
              terminal.run("operator", "raft", "autopilot", "set-config", "-min-quorum=5").code())
          .isZero();
      assertThat(server.last().body()).isEqualTo("{\"min_quorum\":5}");
      assertThat(terminal.run("operator", "raft", "autopilot", "state").out())
          .startsWith("Healthy:                         true\n")
          .contains("Servers:\n   n1\n      Name:              n1\n");
    }
  }
}
