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
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

class SealSecretsTest {
  @TempDir Path folder;

  private Configuration load(String stanza) throws Exception {
    Path file = folder.resolve("config.hcl");
    Files.writeString(
        file,
        "storage \"inmem\" {}\nlistener \"tcp\" {\n  address = \"127.0.0.1:0\"\n  tls_disable = true\n}\n"
            + stanza);
    return Configuration.load(List.of(file), Map.of(), Map.of());
  }

  private static SealSettings seal(Configuration configuration) {
    return configuration.settings().seals().getFirst();
  }

  private static String text(SealSecrets secrets, String name) {
    try (SecretBytes secret = secrets.take(name).orElseThrow()) {
      return secret.withHeapCopy(bytes -> new String(bytes, UTF_8));
    }
  }

  @Test
  void readsAnewWhatAFileHoldsAndSaysWhetherItIsAnother() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    String stanza =
        "seal \"transit\" {\n  address = \"http://127.0.0.1\"\n  mount_path = \"t\"\n  key_name = \"k\"\n"
            + "  token = \"file://"
            + token
            + "\"\n}\n";
    try (SealSecrets secrets = new SealSecrets();
        Configuration configuration = load(stanza)) {
      assertThat(secrets.read(seal(configuration))).isTrue();
      assertThat(text(secrets, "token")).isEqualTo("first");
      assertThat(secrets.take("tls_client_key")).isEmpty();
      assertThat(secrets.read(seal(configuration))).isFalse();

      Files.writeString(token, "second\n");
      assertThat(secrets.read(seal(configuration))).isTrue();
      assertThat(text(secrets, "token")).isEqualTo("second");

      Files.delete(token);
      assertThat(secrets.read(seal(configuration))).isTrue();
      assertThatThrownBy(() -> secrets.take("token"))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining(token.toString());
    }
  }

  /** A random key ends like a line once in 256 times, and must not lose that byte. */
  @Test
  void takesTheBytesOfAKeyWhole() throws Exception {
    byte[] key = new byte[32];
    key[31] = '\n';
    Path file = Files.write(folder.resolve("key"), key);
    try (SealSecrets secrets = new SealSecrets();
        Configuration configuration =
            load(
                "seal \"static\" {\n  current_key_id = \"k\"\n  current_key = \"file://"
                    + file
                    + "\"\n}\n")) {
      secrets.read(seal(configuration));
      try (SecretBytes taken = secrets.take("current_key").orElseThrow()) {
        assertThat(taken.withHeapCopy(byte[]::clone)).isEqualTo(key);
      }
    }
  }
}
