package strongroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but {@link ConfigurationFault} comes out, and never the secret that went in. */
class ConfigurationFuzzTest {
  private static final String WHOLE =
      """
      storage "raft" { path = "/d" node_id = "n" max_entry_size = "1MiB" retry_join { leader_api_addr = "http://h:1" } }
      listener "tcp" {
        address = "{{ GetPrivateIP }}:8200"
        cluster_address = "[::1]:1"
        tls_cert_file = "/c"
        tls_key_file = "/k"
        x_forwarded_for_authorized_addrs = ["10.0.0.0/8", "::/0"]
        custom_response_headers { "2xx" = { "A" = ["b", "c"] } }
        telemetry { unauthenticated_metrics_access = true }
      }
      listener "unix" { address = "/s" socket_mode = "0660" }
      seal "pkcs11" {
        lib = "/l.so"
        slot = 0x11
        pin = "swordfish-pin"
        key_label = "k"
        mechanism = "0x1087"
        max_operation_duration = "10s"
      }
      api_addr = "https://h:8200"
      default_lease_ttl = "1h30m"
      log_level = "info"
      user_lockout "all" { lockout_threshold = 3 }
      audit "file" "a" { options = { file_path = "x" } }
      telemetry { prometheus_retention_time = 30 prefix_filter = ["+a"] }
      """;

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "=",
          "\"",
          ",",
          "\\u0000",
          "\\",
          "-1",
          "1e99",
          "0x",
          "true",
          "{}",
          "[]",
          "[{}]",
          "\"x\"",
          "env://",
          "file://",
          "{{",
          "}}",
          ":",
          "/",
          "99999999999999999999",
          "<<EOF\n",
          "\n",
          " ",
          "[1, {}]");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void readsOrRefusesDamagedConfigurations(long seed) {
    Random random = new Random(seed);
    int read = 0;
    for (int round = 0; round < 4_000; round++) {
      StringBuilder text = new StringBuilder(WHOLE);
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(text.length());
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        switch (random.nextInt(3)) {
          case 0 -> text.insert(at, piece);
          case 1 -> text.replace(at, Math.min(text.length(), at + piece.length()), piece);
          default -> text.delete(at, Math.min(text.length(), at + random.nextInt(6)));
        }
      }
      read += tryToRead(text.toString()) ? 1 : 0;
    }
    assertThat(read).isPositive();
  }

  private static boolean tryToRead(String text) {
    try (Configuration read = Configuration.parse("fuzz", text, Map.of(), Map.of())) {
      assertThat(read.settings().toString() + read.notices()).doesNotContain("swordfish-pin");
      return true;
    } catch (ConfigurationFault e) {
      assertThat(e.problems())
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem).startsWith("fuzz"))
          .noneSatisfy(problem -> assertThat(problem).contains("swordfish-pin"));
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError("input: " + text, e);
    }
  }
}
