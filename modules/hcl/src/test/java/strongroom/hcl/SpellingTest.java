package strongroom.hcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  private static final List<String> KNOWN =
      List.of("tls_disable", "tls_cert_file", "address", "key_label", "pin");

  @ParameterizedTest
  @CsvSource({
    "tls_disabel,tls_disable",
    "tls-disable,tls_disable",
    "TLS_CERT_FILE,tls_cert_file",
    "adress,address",
    "keylabel,key_label",
    "pni,pin",
    "tls_certfile,tls_cert_file"
  })
  void findsTheWordThatWasMeant(String given, String meant) {
    assertThat(Spelling.closest(given, KNOWN)).contains(meant);
  }

  @Test
  void guessesNothingFarFetched() {
    assertThat(Spelling.closest("cluster", KNOWN)).isEmpty();
    assertThat(Spelling.closest("", KNOWN)).isEmpty();
    assertThat(Spelling.closest("a".repeat(1_000_000), KNOWN)).isEmpty();
    assertThat(Spelling.hint("cluster", KNOWN)).isEmpty();
    assertThat(Spelling.hint("adress", KNOWN)).isEqualTo("; did you mean \"address\"?");
  }
}
