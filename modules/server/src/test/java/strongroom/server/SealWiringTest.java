package strongroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.config.Configuration;
import strongroom.config.SealSettings;
import strongroom.hsm.SoftHsmToken;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

class SealWiringTest {
  @TempDir Path folder;

  /** A seal {@code a} by a key in a file, and a seal {@code b} by the HSM token in a slot. */
  private Configuration load(String slot) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("config.hcl"),
            """
            storage "inmem" {}
            listener "tcp" {
              address     = "127.0.0.1:0"
              tls_disable = true
            }
            seal "static" {
              name           = "a"
              current_key_id = "k"
              current_key    = "file://%s/key"
            }
            seal "pkcs11" {
              name      = "b"
              lib       = "/no/such.so"
              slot      = "%s"
              key_label = "k"
              pin       = "1234"
            }
            """
                .formatted(folder, slot));
    return Configuration.load(List.of(file), Map.of(), Map.of());
  }

  private void key(char letter) throws Exception {
    Files.write(folder.resolve("key"), String.valueOf(letter).repeat(32).getBytes(UTF_8));
  }

  @Test
  void oneStanzaThatIsWrongKeepsAllSealsAsTheyWere() throws Exception {
    key('1');
    try (Configuration first = load("0");
        SealWiring wiring = SealWiring.wire(first.settings().seals(), Map.of());
        SecretBytes secret = SecretBytes.takeFrom("sixteen secret b".getBytes(UTF_8))) {
      Seal a = wiring.seals().getFirst();
      byte[] blob = a.wrap(Seal.Purpose.ROOT_KEY, secret);

      key('2');
      try (Configuration wrong = load("first")) {
        assertThatThrownBy(() -> wiring.reload(wrong.settings().seals()))
            .isInstanceOf(ServerFault.class)
            .hasMessageContaining("slot")
            .hasMessageContaining("all seals stay as they were");
      }
      a.unwrap(Seal.Purpose.ROOT_KEY, blob).close();

      try (Configuration right = load("0")) {
        assertThat(wiring.reload(right.settings().seals())).isTrue();
      }
      assertThatThrownBy(() -> a.unwrap(Seal.Purpose.ROOT_KEY, blob)).isInstanceOf(SealFault.class);
    }
  }

  private static List<String> enabled(SealWiring wiring) {
    return wiring.protection().enabled().stream().map(Seal::name).toList();
  }

  private static List<SealSettings> only(Configuration configuration, String name) {
    return configuration.settings().seals().stream()
        .filter(seal -> seal.name().equals(name))
        .toList();
  }

  @Test
  void aNewStanzaThatIsWrongIsNamedAndNothingIsTaken() throws Exception {
    key('1');
    try (Configuration both = load("first");
        SealWiring wiring = SealWiring.wire(only(both, "a"), Map.of())) {
      assertThatThrownBy(() -> wiring.reload(both.settings().seals()))
          .isInstanceOf(ServerFault.class)
          .hasMessageContaining("config.hcl")
          .hasMessageContaining("slot");
      assertThat(enabled(wiring)).containsExactly("a");

      try (Configuration right = load("0")) {
        assertThat(wiring.reload(right.settings().seals())).isTrue();
      }
      assertThat(enabled(wiring)).containsExactly("a", "b");
    }
  }

  @Test
  void aPinWhoseFileVanishesIsAFaultOfTheConfiguration() throws Exception {
    SoftHsmToken token = SoftHsmToken.provision(folder.resolve("hsm"), "token-b", "1234");
    Path pin = Files.writeString(folder.resolve("pin"), "1234");
    Path file =
        Files.writeString(
            folder.resolve("config.hcl"),
            """
            storage "inmem" {}
            listener "tcp" {
              address     = "127.0.0.1:0"
              tls_disable = true
            }
            seal "pkcs11" {
              lib         = "%s"
              token_label = "token-b"
              key_label   = "k"
              pin         = "file://%s"
            }
            """
                .formatted(token.library(), pin));
    try (Configuration configuration = Configuration.load(List.of(file), Map.of(), Map.of())) {
      Files.delete(pin);
      try (SealWiring wiring = SealWiring.wire(configuration.settings().seals(), Map.of())) {
        Seal seal = wiring.seals().getFirst();
        assertThatThrownBy(() -> seal.prove(true))
            .isInstanceOf(SealFault.Configuration.class)
            .hasMessageContaining(pin.toString());
        assertThat(seal.health().reason()).contains(pin.toString());
      }
    }
  }
}
