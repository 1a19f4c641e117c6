package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MechanismTest {
  @ParameterizedTest
  @CsvSource({
    "0x1087, 0x1087",
    "0X1087, 0x1087",
    "4231, 0x1087",
    "CKM_AES_GCM, 0x1087",
    "aes_gcm, 0x1087",
    "CKM_AES_CBC_PAD, 0x1085",
    "CKM_RSA_PKCS_OAEP, 0x0009",
    "CKM_SHA256_HMAC, 0x0251",
    "0x0251, 0x0251",
    "CKM_AES_KEY_WRAP_KWP, 0x210b",
  })
  void readsNamesAndNumbers(String text, String hex) {
    assertThat(Mechanism.parse(text).orElseThrow().hex()).isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CKM_NONE_SUCH", "0x", "12x", "gcm"})
  void knowsWhatIsNoMechanism(String text) {
    assertThat(Mechanism.parse(text)).isEmpty();
  }

  @Test
  void namesThoseOfTheStandardAndNumbersTheRest() {
    assertThat(Mechanism.AES_GCM).hasToString("CKM_AES_GCM (0x1087)");
    assertThat(new Mechanism(0x80000099L)).hasToString("0x80000099");
  }

  @Test
  void everyReturnValueHasItsOwnNumber() {
    Set<Long> numbers = new HashSet<>();
    for (Ckr value : Ckr.values()) {
      assertThat(numbers.add(value.number())).as(value.standardName()).isTrue();
      assertThat(Ckr.of(value.number())).contains(value);
    }
  }

  @Test
  void keysAreOfSizesThatAreSafe() {
    SecureRandom random = new SecureRandom();
    assertThat(NewKey.usual(NewKey.Kind.AES, "k", random).bits()).isEqualTo(256);
    assertThat(NewKey.usual(NewKey.Kind.RSA, "k", random).bits()).isEqualTo(3072);
    assertThatThrownBy(() -> new NewKey(NewKey.Kind.RSA, 2048, "k", "01", false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NewKey(NewKey.Kind.AES, 64, "k", "01", false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0x0A1b, 0a1b", "0a1B, 0a1b", "'  ff ', ff"})
  void readsKeyIds(String text, String id) {
    assertThat(KeySearch.parseId(text)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "abc", "xyzw"})
  void refusesWhatIsNoKeyId(String text) {
    assertThatThrownBy(() -> KeySearch.parseId(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
