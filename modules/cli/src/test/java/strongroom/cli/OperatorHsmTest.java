package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.SoftHsmToken;

final class OperatorHsmTest {
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private Terminal terminal;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "cli-test", "4321-pin");
  }

  @BeforeEach
  void sitDown() {
    terminal =
        new Terminal(folder)
            .extra(new OperatorHsm())
            .set("VAULT_HSM_LIB", soft.library().toString())
            .set("VAULT_HSM_TOKEN_LABEL", "cli-test")
            .set("BAO_HSM_PIN", soft.pin());
  }

  private Terminal.Ended run(String... words) {
    String[] all = new String[words.length + 2];
    all[0] = "operator";
    all[1] = "hsm";
    System.arraycopy(words, 0, all, 2, words.length);
    return terminal.run(all);
  }

  @Test
  void listsSlotsWithoutAPin() {
    terminal.unset("BAO_HSM_PIN");
    Terminal.Ended ended = run("slots");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("Token Label").contains("cli-test").contains("ready");
    assertThat(run("slots", "-format=json").out())
        .contains("\"token_label\": \"cli-test\"")
        .contains("\"initialized\": true");
  }

  @Test
  void listsMechanisms() {
    assertThat(run("mechanisms").out()).containsPattern("CKM_AES_GCM +0x1087 +\\d+ to \\d+ +enc");
    assertThat(run("mechanisms", "-format=json").out()).contains("\"number\": \"0x1085\"");
  }

  @Test
  void makesKeysOnceAndListsThem() {
    Terminal.Ended made = run("generate-key", "-label=made", "-type=aes");
    assertThat(made.err()).isEmpty();
    assertThat(made.out()).contains("\"made\" (AES-256").contains("never-extractable");
    Terminal.Ended again = run("generate-key", "-label=made", "-type=aes");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("already").contains("nothing was made");
    assertThat(run("generate-key", "-label=made-hmac", "-type=hmac", "-id=0a0b").code()).isZero();
    assertThat(run("keys").out())
        .containsPattern("made +AES-256")
        .containsPattern("made-hmac +generic secret-256 +0a0b");
    assertThat(run("keys", "-format=json").out())
        .contains("\"never_extractable\": true")
        .contains("\"extractable\": false");
  }

  @Test
  void refusesKeysThatAreTooSmallOrUnknown() {
    Terminal.Ended small = run("generate-key", "-label=small", "-type=rsa", "-bits=1024");
    assertThat(small.code()).isEqualTo(1);
    assertThat(small.err()).contains("3072");
    assertThat(run("generate-key", "-label=x", "-type=des").err())
        .contains("aes-wrap, hmac or rsa");
    assertThat(run("generate-key", "-type=aes").err()).contains("-label");
  }

  @Test
  void takesTheStanzaThatIsNotDisabled() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("two.hcl"),
            """
            storage "inmem" {}
            listener "tcp" { tls_disable = true }
            seal "pkcs11" {
              name      = "left"
              disabled  = "true"
              key_label = "of-the-left"
            }
            seal "pkcs11" {
              name      = "taken"
              key_label = "of-the-taken"
            }
            """);
    assertThat(run("generate-key", "-config=" + config).out()).contains("of-the-taken");
  }

  @Test
  void theDoctorTellsWhatIsMissingAndWhatToDo() throws IOException {
    terminal.unset("VAULT_HSM_LIB").unset("VAULT_HSM_TOKEN_LABEL");
    Path config = configuration("missing.hcl", "cli-test", "check-key");
    Terminal.Ended missing = run("doctor", "-config=" + config);
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.out())
        .contains("good  library")
        .contains("good  pin")
        .contains("BAD   key")
        .containsPattern("hsm\\s+generate-key");
    assertThat(run("generate-key", "-config=" + config).out()).contains("check-key");
    Terminal.Ended good = run("doctor", "-config=" + config);
    assertThat(good.out()).contains("good  wrap").contains("CKM_AES_GCM").contains("All is well.");
    assertThat(good.code()).isZero();
    assertThat(run("doctor", "-format=json", "-config=" + config).out())
        .contains("\"exit_code\": 0")
        .contains("\"profile\": \"SoftHSM");
  }

  @Test
  void measuresByMechanismAndBySessions() {
    run("generate-key", "-label=bench", "-type=aes");
    Terminal.Ended ended = run("bench", "-label=bench", "-duration=50ms", "-threads=1,2");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out())
        .containsPattern("encrypt CKM_AES_GCM +bench +1 +\\d+ +\\d+ µs")
        .containsPattern("encrypt CKM_AES_GCM +bench +2 +\\d+ +\\d+ µs")
        .contains("decrypt CKM_AES_CBC_PAD")
        .contains("p99")
        .contains("unsealing takes one such call, about")
        .containsPattern("with\\s+1\\s+session,\\s+\\d+\\s+with\\s+\\d\\s+session")
        .doesNotContain("█");
    assertThat(run("bench", "-label=none", "-duration=20ms", "-threads=3", "-format=json").out())
        .contains("\"sessions\": 3")
        .contains("\"ready_micros\"");
    assertThat(run("bench", "-threads=0").err()).contains("-threads takes numbers");
  }

  @Test
  void drawsAtATerminal() {
    terminal.types("");
    Terminal.Ended ended = run("bench", "-label=none", "-duration=20ms", "-threads=1,2");
    assertThat(ended.out()).contains("█").containsPattern("  2 █.*/s");
    assertThat(Bars.of(1, 2, 4)).isEqualTo("██  ");
    assertThat(Bars.of(0.3, 1, 4)).isEqualTo("█▎  ");
    assertThat(Bars.of(5, 2, 3)).isEqualTo("███");
    assertThat(Bars.of(0, 2, 3)).isEqualTo("   ");
  }

  private Path configuration(String name, String tokenLabel, String keyLabel) throws IOException {
    Path config = folder.resolve(name);
    Files.writeString(
        config,
        """
        storage "inmem" {}
        listener "tcp" {
          address = "127.0.0.1:8200"
          tls_disable = "true"
        }
        seal "pkcs11" {
          lib = "%s"
          token_label = "%s"
          key_label = "%s"
        }
        """
            .formatted(soft.library(), tokenLabel, keyLabel));
    return config;
  }

  @Test
  void theDoctorTellsNodesOfOneKeyFromThoseOfAnother() throws IOException {
    terminal.unset("VAULT_HSM_LIB").unset("VAULT_HSM_TOKEN_LABEL");
    soft.another("doctor-b");
    Path a = configuration("a.hcl", "cli-test", "doctor-key");
    Path b = configuration("b.hcl", "doctor-b", "doctor-key");
    run("generate-key", "-config=" + a, "-id=aa01");
    run("generate-key", "-config=" + b, "-id=aa01");

    Terminal.Ended same = run("doctor", "-config=" + a, "-config=" + a);
    assertThat(same.out()).contains("was made in this HSM").contains("SoftHSM (docs/hsm/softhsm");
    assertThat(same.code()).isZero();

    Terminal.Ended other = run("doctor", "-config=" + a, "-config=" + b);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.out()).contains("does not open what " + a).contains("the same key");
    Terminal.Ended json = run("doctor", "-config=" + a, "-config=" + b, "-format=json");
    assertThat(json.out()).contains("\"exit_code\": 2").contains("\"severity\": \"fault\"");
  }

  @Test
  void conformanceWritesAReportWithoutASecretAndLeavesNothingBehind() throws IOException {
    Path report = folder.resolve("soft");
    Terminal.Ended ended = run("conformance", "-report=" + report);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains("Carries the seal by: AES-GCM");
    assertThat(ended.code()).isZero();
    String page = Files.readString(folder.resolve("soft.md"));
    assertThat(page)
        .contains("| carries the seal | AES-GCM; AES-CBC and HMAC")
        .doesNotContain(soft.pin())
        .doesNotContain("cli-test");
    assertThat(Files.readString(folder.resolve("soft.json"))).contains("\"conforms\": true");
    assertThat(run("keys").out()).doesNotContain("strongroom-conformance");
    Terminal.Ended again = run("conformance", "-report=" + report);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("is there already");
  }

  @Test
  void neverShowsThePinAndTriesAWrongOneOnce() {
    terminal.set("BAO_HSM_PIN", "wrong-and-secret");
    Terminal.Ended ended = run("keys");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("CKR_PIN_INCORRECT").doesNotContain("wrong-and-secret");
  }

  @Test
  void asksForThePinAtTheTerminal() {
    terminal.unset("BAO_HSM_PIN").types(soft.pin());
    assertThat(run("keys").code()).isZero();
    assertThat(terminal.asked()).hasSize(1);
  }

  @Test
  void saysWhichLibrariesThereAreWhenNoneIsNamed() {
    terminal.unset("VAULT_HSM_LIB");
    Terminal.Ended ended = run("slots");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("-lib").contains("libsofthsm2.so");
    Terminal.Ended wrong = run("slots", "-lib=/no/such.so");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("/no/such.so").contains("No such file");
  }
}
