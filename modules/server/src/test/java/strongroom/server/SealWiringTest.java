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
}
