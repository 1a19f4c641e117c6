package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Pkcs11UriTest {
  @Test
  void readsTokenAndKey() {
    Pkcs11Uri uri =
        Pkcs11Uri.parse(
            "pkcs11:token=My%20token%C3%A4;serial=DECC0401648;slot-id=3;object=master;"
                + "id=%69%00%FF;type=secret-key;x-vendor=1?module-path=/lib/p11.so");
    assertThat(uri.tokenLabel()).contains("My tokenä");
    assertThat(uri.serial()).contains("DECC0401648");
    assertThat(uri.slot()).contains("3");
    assertThat(uri.keyLabel()).contains("master");
    assertThat(uri.keyId()).contains("6900ff");
    assertThat(uri.module()).contains("/lib/p11.so");
    assertThat(Pkcs11Uri.parse("pkcs11:").tokenLabel()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://x, begins with pkcs11:",
    "pkcs11:token, name=value",
    "pkcs11:token=a;token=b, twice",
    "pkcs11:tokn=a, does not know: tokn",
    "pkcs11:token=%zz, percent",
    "pkcs11:token=%4, percent",
    "pkcs11:token=a?pin-value=1234, VAULT_HSM_PIN",
  })
  void refusesWhatIsWrongAndNeverShowsAPin(String text, String why) {
    assertThatThrownBy(() -> Pkcs11Uri.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("1234");
  }
}
