package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
  @Test
  void readsHostsPortsPathsAndSockets() {
    assertThat(Address.parse("https://vault.example:8200/"))
        .isEqualTo(new Address("https", "vault.example", 8200, ""));
    assertThat(Address.parse("HTTP://[::1]:8200/prefix/"))
        .isEqualTo(new Address("http", "::1", 8200, "/prefix"));
    assertThat(Address.parse("https://vault")).isEqualTo(new Address("https", "vault", 443, ""));
    assertThat(Address.parse("unix:///run/vault.sock"))
        .isEqualTo(new Address("unix", "", 0, "/run/vault.sock"));
  }

  @Test
  void namesItselfAsRequestsNeedIt() {
    Address address = Address.parse("http://[::1]:8200/prefix");
    assertThat(address.authority()).isEqualTo("[::1]:8200");
    assertThat(address.url(address.target("/v1/sys/health")))
        .isEqualTo("http://[::1]:8200/prefix/v1/sys/health");
    assertThat(Address.parse("https://vault").authority()).isEqualTo("vault");
    assertThat(Address.parse("unix:///s").authority()).isEqualTo("localhost");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost:8200", "ftp://x", "http://", "unix://socket", "http://a b"})
  void refusesWhatIsNoAddressAndSaysWhatIs(String text) {
    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.exitCode()).isEqualTo(1));
  }

  @Test
  void refusesAndNeverRepeatsAPassword() {
    assertThatThrownBy(() -> Address.parse("https://me:hunter2@vault:8200"))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void pathsAreEncodedButForTheirSlashes() {
    assertThat(ApiRequest.get("secret/data/a b/ü%?#").target())
        .isEqualTo("/v1/secret/data/a%20b/%C3%BC%25%3F%23");
    assertThat(ApiRequest.list("x").with("after", "a&b").target())
        .isIn("/v1/x?list=true&after=a%26b", "/v1/x?after=a%26b&list=true");
  }
}
