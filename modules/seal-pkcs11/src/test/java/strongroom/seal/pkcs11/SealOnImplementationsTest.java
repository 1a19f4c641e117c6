package strongroom.seal.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.Implementation;
import strongroom.hsm.NetworkHsm;
import strongroom.hsm.NssSoftoken;
import strongroom.hsm.OpenCryptoki;
import strongroom.hsm.SoftTpm;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/** The seal proves itself on other implementations by what is left there, or says why it cannot. */
class SealOnImplementationsTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Nested
  class OpenCryptokiSoftToken extends Contract {
    @Override
    Implementation provision(Path folder) {
      return OpenCryptoki.provision(folder);
    }

    @Test
    void wrapsByCbcAndHmacOfKeysThatItMakes() {
      wraps(
          "CKM_AES_CBC_PAD",
          "key_label",
          "made",
          "hmac_key_label",
          "made-h",
          "generate_key",
          "true");
    }
  }

  @Nested
  class Nss extends Contract {
    @Override
    Implementation provision(Path folder) {
      return NssSoftoken.provision(folder);
    }

    @Test
    void wrapsByGcmOfAKeyThatItMakes() {
      wraps("CKM_AES_GCM", "key_label", "made", "generate_key", "true");
    }

    @Test
    void wrapsByCbcAndHmacOfKeysThatItMakes() {
      wraps(
          "CKM_AES_CBC_PAD",
          "key_label",
          "made-2",
          "hmac_key_label",
          "made-h",
          "generate_key",
          "true");
    }
  }

  @Nested
  class Tpm extends Contract {
    @Override
    Implementation provision(Path folder) {
      return SoftTpm.provision(folder);
    }

    @Test
    void doesNotProveItselfWhereWhatWasEncryptedCannotBeDecrypted() {
      try (Pkcs11Seal seal = seal("key_label", "by-tool", "hmac_key_label", "by-tool-hmac")) {
        assertThatThrownBy(() -> seal.prove(true))
            .isInstanceOf(SealFault.class)
            .hasMessageContaining("C_Decrypt answered CKR_GENERAL_ERROR");
        assertThat(seal.health().healthy()).isFalse();
      }
    }

    @Test
    void saysHowKeysAreMadeWhereItMakesNone() {
      try (Pkcs11Seal seal =
          seal("key_label", "none", "hmac_key_label", "none-h", "generate_key", "true")) {
        assertThatThrownBy(() -> seal.prove(true))
            .isInstanceOf(SealFault.Configuration.class)
            .hasMessageContaining("CKR_FUNCTION_NOT_SUPPORTED")
            .hasMessageContaining("tpm2_ptool addkey");
      }
    }
  }

  @Nested
  class Network extends Contract {
    @Override
    Implementation provision(Path folder) {
      return NetworkHsm.provision(folder);
    }

    @Test
    void wrapsByOaepAndOpensAgainOnceTheServerIsBack() {
      NetworkHsm network = (NetworkHsm) implementation();
      String[] oaep = {
        "key_label",
        "made",
        "generate_key",
        "true",
        "mechanism",
        "CKM_RSA_PKCS_OAEP",
        "rsa_oaep_hash",
        "sha1"
      };
      try (Pkcs11Seal seal = seal(oaep)) {
        seal.prove(true);
        byte[] blob = wrap(seal);
        network.kill();
        assertThatThrownBy(() -> seal.unwrap(Purpose.ROOT_KEY, blob))
            .isInstanceOf(SealFault.Away.class);
        assertThat(seal.health().healthy()).isFalse();
        network.restart();
        opensEventually(seal, blob);
      }
      wraps("CKM_RSA_PKCS_OAEP", oaep);
    }

    private void opensEventually(Pkcs11Seal seal, byte[] blob) {
      for (int i = 0; i < 20; i++) {
        try (SecretBytes back = seal.unwrap(Purpose.ROOT_KEY, blob)) {
          assertThat(back.length()).isEqualTo(32);
          return;
        } catch (SealFault.Away e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
      }
      seal.unwrap(Purpose.ROOT_KEY, blob).close();
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Contract {
    private Implementation implementation;

    abstract Implementation provision(Path folder);

    Implementation implementation() {
      return implementation;
    }

    @BeforeAll
    void begin(@TempDir Path folder) {
      implementation = provision(folder);
    }

    @AfterAll
    void end() {
      implementation.close();
    }

    Pkcs11Seal seal(String... parameters) {
      Map<String, String> values = new HashMap<>();
      values.put("lib", implementation.library());
      values.put("token_label", implementation.tokenLabel());
      values.put("max_operation_duration", "30s");
      for (int i = 0; i < parameters.length; i += 2) {
        values.put(parameters[i], parameters[i + 1]);
      }
      return new Pkcs11Seal(
          Pkcs11SealSettings.parse(values),
          implementation.pinSource(),
          Clock.systemUTC(),
          RANDOM,
          Duration.ofMillis(200));
    }

    /** Proves, wraps and opens, by {@code mechanism}; a seal of another process opens it too. */
    void wraps(String mechanism, String... parameters) {
      byte[] blob;
      try (Pkcs11Seal seal = seal(parameters)) {
        seal.prove(true);
        assertThat(seal.health().details()).containsEntry("mechanism", mechanism);
        blob = wrap(seal);
        byte[] damaged = blob.clone();
        damaged[damaged.length - 3] ^= 1;
        assertThatThrownBy(() -> seal.unwrap(Purpose.ROOT_KEY, damaged))
            .isInstanceOf(SealFault.Data.class);
        assertThatThrownBy(() -> seal.unwrap(Purpose.RECOVERY_KEY, blob))
            .isInstanceOf(SealFault.Data.class);
      }
      try (Pkcs11Seal after = seal(parameters)) {
        after.prove(false);
        try (SecretBytes back = after.unwrap(Purpose.ROOT_KEY, blob)) {
          String text = back.withHeapCopy(b -> new String(b, StandardCharsets.UTF_8));
          assertThat(text).isEqualTo("the root key has 32 bytes or so.");
        }
      }
    }

    static byte[] wrap(Pkcs11Seal seal) {
      try (SecretBytes secret =
          SecretBytes.takeFrom(
              "the root key has 32 bytes or so.".getBytes(StandardCharsets.UTF_8))) {
        return seal.wrap(Purpose.ROOT_KEY, secret);
      }
    }
  }
}
