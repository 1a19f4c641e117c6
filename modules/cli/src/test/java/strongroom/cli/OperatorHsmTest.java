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
  void checksWhatAConfigurationAsksOfTheHsm() throws IOException {
    Path config = folder.resolve("check.hcl");
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
          slot = "0"
          key_label = "check-key"
        }
        """
            .formatted(soft.library()));
    terminal.unset("VAULT_HSM_LIB").unset("VAULT_HSM_TOKEN_LABEL");
    Terminal.Ended missing = run("check", "-config=" + config);
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.out())
        .contains("good  library")
        .contains("good  login")
        .contains("BAD   keys")
        .contains("strongroom operator hsm generate-key");
    assertThat(run("generate-key", "-config=" + config).out()).contains("check-key");
    Terminal.Ended good = run("check", "-config=" + config);
    assertThat(good.out()).contains("good  mechanism  CKM_AES_GCM").contains("good  wrap");
    assertThat(good.code()).isZero();
    assertThat(run("check", "-format=json", "-config=" + config).out()).contains("\"good\": true");
  }

  @Test
  void measuresByMechanism() {
    run("generate-key", "-label=bench", "-type=aes");
    Terminal.Ended ended = run("bench", "-label=bench", "-duration=100ms", "-threads=2");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out())
        .containsPattern("encrypt CKM_AES_GCM +bench +\\d+ +\\d+ µs")
        .contains("decrypt CKM_AES_CBC_PAD")
        .contains("p99");
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
