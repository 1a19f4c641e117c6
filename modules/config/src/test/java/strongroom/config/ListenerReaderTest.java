package strongroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonLimits;
import strongroom.logical.Redaction;

class ListenerReaderTest {
  private static Configuration parse(String listener) {
    return Configuration.parse("c.hcl", "storage \"inmem\" {}\n" + listener, Map.of(), Map.of());
  }

  private static ListenerSettings.Tcp tcp(String lines) {
    return (ListenerSettings.Tcp)
        parse("listener \"tcp\" {\n" + lines + "\n}").settings().listeners().getFirst();
  }

  private static ListenerSettings.Tcp plain(String lines) {
    return tcp("tls_disable = true\n" + lines);
  }

  private static String problem(String listener) {
    try (Configuration read = parse(listener)) {
      throw new AssertionError("no problem was found, but " + read.notices());
    } catch (ConfigurationFault e) {
      assertThat(e.problems()).hasSize(1);
      return e.problems().getFirst();
    }
  }

  @Test
  void readsTls() {
    ListenerSettings.Tcp read =
        tcp(
            """
            address = "[::]:9000"
            cluster_address = "10.0.0.1:9100"
            tls_cert_file = "/c.pem"
            tls_key_file = "/k.pem"
            tls_min_version = "tls13"
            tls_cipher_suites = "TLS_A,TLS_B"
            tls_client_ca_file = "/ca.pem"
            tls_require_and_verify_client_cert = "true"
            """);
    assertThat(read.address()).isEqualTo(new HostPort("::", 9000));
    assertThat(read.address().isWildcard()).isTrue();
    assertThat(read.clusterAddress()).hasToString("10.0.0.1:9100");
    assertThat(read.tls())
        .contains(
            new TlsSettings(
                Path.of("/c.pem"),
                Path.of("/k.pem"),
                List.of(TlsSettings.Version.TLS13),
                List.of("TLS_A", "TLS_B"),
                Optional.of(Path.of("/ca.pem")),
                TlsSettings.ClientCertificates.REQUIRED));
  }

  @Test
  void offersNoBrokenVersionOfTls() {
    Configuration read =
        parse(
            """
            listener "tcp" {
              tls_cert_file = "/c.pem"
              tls_key_file = "/k.pem"
              tls_min_version = "tls10"
            }
            """);
    ListenerSettings.Tcp tcp = (ListenerSettings.Tcp) read.settings().listeners().getFirst();
    assertThat(tcp.tls().orElseThrow().versions())
        .containsExactly(TlsSettings.Version.TLS12, TlsSettings.Version.TLS13);
    assertThat(tcp.tls().orElseThrow().clientCertificates())
        .isEqualTo(TlsSettings.ClientCertificates.REQUESTED);
    assertThat(read.notices()).singleElement().asString().contains("c.hcl:5:21: TLS 1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tls_disable = \"yes\" | \"tls_disable\" takes true or false",
        "tls_cert_file = \"/c\" | no \"tls_key_file\"",
        "tls_cert_file = \"/c\" tls_key_file = \"/k\" tls_min_version = \"tls13\" tls_max_version = \"tls12\" | no version is left",
        "tls_cert_file = \"/c\" tls_key_file = \"/k\" tls_max_version = \"tls9\" | takes one of tls12, tls13",
        "tls_cert_file = \"/c\" tls_key_file = \"/k\" tls_disable_client_certs = 1 tls_require_and_verify_client_cert = 1 | both true",
        "tls_disable = 1 x_forwarded_for_authorized_addrs = \"10.0.0.0/33\" | ranges such as",
        "tls_disable = 1 x_forwarded_for_authorized_addrs = [\"proxy.example\"] | ranges such as",
        "tls_disable = 1 custom_response_headers { \"ok\" = { A = [\"b\"] } } | is no status",
        "tls_disable = 1 custom_response_headers { \"200\" = { A = {} } } | a list of texts",
        "tls_disable = 1 custom_response_headers { \"200\" = { \"A:\" = \"b\" } } | a list of texts",
        "tls_disable = 1 custom_response_headers { \"200\" = { A = [\"b\\r\\nSet-Cookie: x\"] } } | a list of texts",
        "tls_disable = 1 address = \"1.2.3.4:65536\" | host:port",
        "tls_disable = 1 address = \"http://x:1\" | host:port",
        "tls_disable = 1 http_read_timeout = \"-5s\" | \"http_read_timeout\" takes seconds",
      })
  void refusesWhatCannotBe(String lines, String part) {
    assertThat(problem("listener \"tcp\" { " + lines + " }")).contains(part);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8200,127.0.0.1:8200",
    ":8300,:8300",
    "host.example,host.example:8200",
    "[::1]:1,[::1]:1",
    "::1,[::1]:8200",
    "[fe80::1],[fe80::1]:8200",
    "0.0.0.0:0,0.0.0.0:0"
  })
  void readsAddresses(String text, String expected) {
    assertThat(plain("address = \"" + text + "\"").address()).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "[", "[::1", "[::1]:", "[::1]x", "a:b", "a b:1", "a/b:1", "a:-1"})
  void knowsWhatIsNoAddress(String text) {
    assertThat(HostPort.parse(text, 1)).isEmpty();
  }

  @Test
  void readsWhomToBelieve() {
    ForwardedForSettings read =
        plain(
                """
                x_forwarded_for_authorized_addrs = "10.0.0.0/8, 192.168.1.7,fd00::/16"
                x_forwarded_for_hop_skips = "1"
                x_forwarded_for_reject_not_present = "false"
                """)
            .forwardedFor();
    assertThat(read.hopSkips()).isEqualTo(1);
    assertThat(read.rejectNotAuthorized()).isTrue();
    assertThat(read.rejectNotPresent()).isFalse();
    assertThat(believes(read, "10.255.0.1")).isTrue();
    assertThat(believes(read, "11.0.0.1")).isFalse();
    assertThat(believes(read, "192.168.1.7")).isTrue();
    assertThat(believes(read, "192.168.1.6")).isFalse();
    assertThat(believes(read, "fd00::1")).isTrue();
    assertThat(believes(read, "fd01::1")).isFalse();
    assertThat(Cidr.parse("10.0.0.0/9").orElseThrow().contains(InetAddress.ofLiteral("10.128.0.0")))
        .isFalse();
    assertThat(Cidr.parse("0.0.0.0/0").orElseThrow().contains(InetAddress.ofLiteral("1.2.3.4")))
        .isTrue();
  }

  private static boolean believes(ForwardedForSettings settings, String address) {
    return settings.authorized().stream()
        .anyMatch(range -> range.contains(InetAddress.ofLiteral(address)));
  }

  @Test
  void readsHeadersByStatus() {
    Configuration read =
        parse(
            """
            listener "tcp" {
              tls_disable = 1
              custom_response_headers {
                "default" = { "A" = ["1", "2"], "Date" = "x, y" }
                "2xx" { B = ["3"] }
                "404" = { "X-Vault-Mine" = ["4"] }
              }
            }
            """);
    assertThat(read.settings().listeners().getFirst().http().responseHeaders())
        .isEqualTo(
            Map.of(
                "default", Map.of("A", "1; 2", "Date", "x, y"),
                "2xx", Map.of("B", "3"),
                "404", Map.of()));
    assertThat(read.notices()).singleElement().asString().contains("X-Vault-");
  }

  @Test
  void readsTimeouts() {
    HttpSettings.Timeouts fallbacks = plain("").http().timeouts();
    assertThat(fallbacks)
        .isEqualTo(
            new HttpSettings.Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Optional.empty(),
                Duration.ofMinutes(5)));
    assertThat(plain("http_idle_timeout = 0 http_write_timeout = \"1m\"").http().timeouts())
        .isEqualTo(
            new HttpSettings.Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Optional.of(Duration.ofMinutes(1)),
                Duration.ofSeconds(30)));
  }

  @Test
  void readsWhatIsLeftOut() {
    HttpSettings http =
        plain("redact_version = true require_request_header = 1 redact_addresses = \"1\"").http();
    assertThat(http.redaction()).isEqualTo(new Redaction(true, false, true, false));
    assertThat(http.requireRequestHeader()).isTrue();
    assertThat(http.disableUnauthenticatedRekey()).isTrue();
    assertThat(http.disableUnauthenticatedGenerateRoot()).isFalse();
    HttpSettings other =
        plain(
                "disable_unauthed_rekey_endpoints = false"
                    + " disable_unauthed_generate_root_endpoints = true")
            .http();
    assertThat(other.disableUnauthenticatedRekey()).isFalse();
    assertThat(other.disableUnauthenticatedGenerateRoot()).isTrue();
  }

  @Test
  void readsTheLimitsOfBodiesAndHeaders() {
    HttpSettings usual = plain("").http();
    assertThat(usual.json()).isEqualTo(JsonLimits.DEFAULT);
    assertThat(usual.headerBytesMax()).isEqualTo(32_768);
    HttpSettings set =
        plain(
                "max_json_depth = 7 max_json_string_value_length = \"8\""
                    + " max_json_object_entry_count = 9 max_json_array_element_count = 10"
                    + " max_json_values = 11 max_request_header_size = \"8KiB\"")
            .http();
    assertThat(set.json()).isEqualTo(new JsonLimits(7, 8, 9, 10, 11));
    assertThat(set.headerBytesMax()).isEqualTo(8192);
  }

  @Test
  void takesTheServersLongestTimeForRequests() {
    assertThat(
            parse("default_max_request_duration = \"3s\"\nlistener \"tcp\" { tls_disable = 1 }")
                .settings()
                .listeners()
                .getFirst()
                .http()
                .requestDurationMax())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void readsSockets() {
    Configuration read =
        parse(
            """
            listener "unix" {
              address = "/run/s.sock"
              socket_mode = "0660"
              socket_user = 1000
              socket_group = "vault"
            }
            """);
    assertThat(read.settings().listeners().getFirst())
        .isInstanceOfSatisfying(
            ListenerSettings.Unix.class,
            unix -> {
              assertThat(unix.socket()).isEqualTo(Path.of("/run/s.sock"));
              assertThat(unix.mode()).isEqualTo(0660);
              assertThat(unix.user()).contains("1000");
              assertThat(unix.group()).contains("vault");
            });
    assertThat(read.settings().cluster().apiAddress()).isEmpty();
    assertThat(problem("listener \"unix\" {}")).contains("has no \"address\"");
    assertThat(problem("listener \"unix\" { address = \"/s\" socket_mode = \"rw\" }"))
        .contains("three octal digits");
  }

  @Test
  void takesEveryDeclaredKey() {
    assertThat(parse(all(ListenerStanzas.UNIX, "listener \"unix\"")).settings().listeners())
        .hasSize(1);
  }

  /** A stanza with every key that is no block, each with a value of its kind. */
  private static String all(Stanza stanza, String head) {
    StringBuilder text = new StringBuilder(head).append(" {\n");
    for (SettingKey key : stanza.keys()) {
      String value =
          switch (key.kind()) {
            case TEXT -> key.name().equals("socket_mode") ? "\"0600\"" : "\"x\"";
            case BOOLEAN -> "\"false\"";
            case WHOLE, BYTES -> "\"1\"";
            case DURATION -> "\"1s\"";
            case TEXTS -> "[\"x\", \"y\"]";
            case BLOCK, ANY -> "{}";
          };
      text.append(key.name()).append(" = ").append(value).append('\n');
    }
    return text.append("}\n").toString();
  }
}
