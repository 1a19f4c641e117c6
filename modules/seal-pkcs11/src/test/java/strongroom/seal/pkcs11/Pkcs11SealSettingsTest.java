package strongroom.seal.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import strongroom.hsm.Mechanism;
import strongroom.hsm.OaepHash;
import strongroom.seal.SealFault;

class Pkcs11SealSettingsTest {
  private static Pkcs11SealSettings parse(String... pairs) {
    Map<String, String> values = new HashMap<>();
    values.put("lib", "/usr/lib/softhsm/libsofthsm2.so");
    values.put("slot", "0");
    values.put("key_label", "vault-hsm-master-key");
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return Pkcs11SealSettings.parse(values);
  }

  @Test
  void readsTheStanzaThatPeopleHave() {
    Pkcs11SealSettings settings =
        parse(
            "pin", "SECRET_HSM_PIN",
            "hmac_key_label", "vault-hsm-hmac-key",
            "generate_key", "true");
    assertThat(settings.choice().slot()).hasValue(0);
    assertThat(settings.key().label()).contains("vault-hsm-master-key");
    assertThat(settings.hmacKey().label()).contains("vault-hsm-hmac-key");
    assertThat(settings.generateKey()).isTrue();
    assertThat(settings.autoUnseal()).isTrue();
    assertThat(settings.hmacMechanism()).isEqualTo(Mechanism.SHA256_HMAC);
    assertThat(settings.oaepHash()).isEqualTo(OaepHash.SHA256);
    assertThat(settings.token().callMax()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.name()).isEqualTo("pkcs11");
    assertThat(settings.toString()).doesNotContain("SECRET_HSM_PIN");
  }

  @Test
  void readsEveryParameter() {
    Pkcs11SealSettings settings =
        parse(
            "slot", "0x2000000000000001",
            "token_label", "t",
            "serial", "s",
            "key_id", "0x0A",
            "default_key_label", "d",
            "hmac_key_id", "0b",
            "default_hmac_key_label", "dh",
            "mechanism", "0x1085",
            "hmac_mechanism", "CKM_SHA512_HMAC",
            "force_rw_session", "1",
            "max_parallel", "3",
            "rsa_encrypt_local", "false",
            "rsa_oaep_hash", "SHA-384",
            "max_operation_duration", "1m30s",
            "isolate_library", "false",
            "auto_unseal", "false",
            "name", "east",
            "priority", "1",
            "disabled", "false",
            "health_check_enabled", "false");
    assertThat(settings.choice().slot()).hasValue(2305843009213693953L);
    assertThat(settings.key().id()).contains("0a");
    assertThat(settings.mechanism()).contains(Mechanism.AES_CBC_PAD);
    assertThat(settings.hmacMechanism()).isEqualTo(Mechanism.SHA512_HMAC);
    assertThat(settings.token().readWriteSessions()).isTrue();
    assertThat(settings.token().sessionsMax()).hasValue(3);
    assertThat(settings.token().callMax()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.rsaEncryptLocal()).contains(false);
    assertThat(settings.oaepHash()).isEqualTo(OaepHash.SHA384);
    assertThat(settings.autoUnseal()).isFalse();
    assertThat(settings.healthCheck()).isEmpty();
    assertThat(settings.name()).isEqualTo("east");
  }

  @Test
  void readsOlderSpellings() {
    Pkcs11SealSettings settings =
        Pkcs11SealSettings.parse(
            Map.of(
                "module", "/lib/x.so",
                "token", "t",
                "label", "k",
                "regenerate_key", "true",
                "disable_software_encryption", "true"));
    assertThat(settings.library()).isEqualTo("/lib/x.so");
    assertThat(settings.choice().label()).contains("t");
    assertThat(settings.key()).isEqualTo(new KeyName(Optional.of("k"), Optional.empty()));
    assertThat(settings.rsaEncryptLocal()).contains(false);
  }

  @Test
  void readsAUri() {
    Pkcs11SealSettings settings =
        Pkcs11SealSettings.parse(
            Map.of("uri", "pkcs11:token=t;serial=5;object=k;id=%0A?module-path=/lib/x.so"));
    assertThat(settings.library()).isEqualTo("/lib/x.so");
    assertThat(settings.choice().label()).contains("t");
    assertThat(settings.choice().serial()).contains("5");
    assertThat(settings.key()).isEqualTo(new KeyName(Optional.of("k"), Optional.of("0a")));
  }

  @ParameterizedTest
  @CsvSource({
    "slot, first, 0x hex",
    "lib, '', lib: is required",
    "key_label, '', key_label: is required",
    "key_id, xyz, pairs of hex digits",
    "label, other, is given as label too",
    "hmac_key_label, vault-hsm-master-key, must not be the same",
    "mechanism, CKM_NONE, CKM_AES_GCM",
    "mechanism, 0x1082, not safe for new secrets",
    "mechanism, 0x0001, not safe for new secrets",
    "mechanism, 0x1085, hmac_key_label: is required",
    "mechanism, 0x0251, cannot wrap",
    "hmac_mechanism, CKM_MD5_HMAC, CKM_SHA256_HMAC",
    "generate_key, maybe, neither true nor false",
    "max_parallel, many, 1024",
    "max_operation_duration, soon, 10s",
    "max_operation_duration, 0s, more than nothing",
    "rsa_oaep_hash, md5, sha256",
    "isolate_library, perhaps, isolate_library",
    "generatekey, true, no parameter generatekey",
  })
  void refusesWhatIsWrongByNameAndReason(String name, String value, String why) {
    assertThatThrownBy(() -> parse(name, value))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining(why);
  }

  @Test
  void asksWhichTokenIsMeant() {
    assertThatThrownBy(() -> parse("slot", ""))
        .hasMessageContaining("one of slot, token_label, serial and uri");
  }
}
