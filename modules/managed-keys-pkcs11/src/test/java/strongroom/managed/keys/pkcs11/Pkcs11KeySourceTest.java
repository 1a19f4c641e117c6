package strongroom.managed.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.SoftHsmToken;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.KeyMechanism;
import strongroom.managed.keys.KeyUsage;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.SignatureScheme;
import strongroom.secret.SecretBytes;
import strongroom.testkit.ManagedKeyContract;

class Pkcs11KeySourceTest {
  private static final SignatureScheme ECDSA =
      new SignatureScheme(SignatureScheme.Kind.ECDSA, SignatureScheme.Hash.SHA256);
  private static final byte[] NO_AAD = new byte[0];

  @TempDir private static Path folder;
  private static Pkcs11KeySource source;

  @BeforeAll
  static void provision() {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "managed", "1234");
    source =
        new Pkcs11KeySource(
            Map.of("soft", new KeyLibrary(soft.library().toString(), false)),
            () -> new ReservedKeys(Set.of("master"), Set.of()),
            HsmObserver.NONE,
            new SecureRandom());
  }

  @AfterAll
  static void close() {
    source.close();
  }

  private static KeyDefinition definition(String label, KeyMechanism mechanism, String curve) {
    return definition(label, mechanism, curve, true, mechanism.usages());
  }

  private static KeyDefinition definition(
      String label, KeyMechanism mechanism, String curve, boolean generate, Set<KeyUsage> usages) {
    return new KeyDefinition(
        label,
        "uuid",
        new KeyDefinition.Place(
            "soft", Optional.empty(), Optional.of("managed"), false, OptionalInt.empty()),
        new KeyDefinition.Plan(
            Optional.of(label),
            Optional.empty(),
            mechanism,
            new KeyDefinition.Size(curve, mechanism.rsa() ? 2048 : 256),
            "sha1"),
        new KeyDefinition.Grants(generate, false, false, true, usages));
  }

  private static ManagedKey open(KeyDefinition definition) {
    return open(definition, "1234");
  }

  private static ManagedKey open(KeyDefinition definition, String pin) {
    try (SecretBytes secret = SecretBytes.takeFrom(pin.getBytes(StandardCharsets.UTF_8))) {
      return source.open(definition, secret);
    }
  }

  abstract static class Contract extends ManagedKeyContract {
    abstract KeyMechanism mechanism();

    String curve() {
      return "P256";
    }

    @Override
    protected ManagedKey key() {
      return open(definition("k-" + mechanism() + curve(), mechanism(), curve()));
    }

    @Override
    protected boolean bindsAad() {
      return mechanism() == KeyMechanism.AES_GCM;
    }

    @Override
    protected boolean rightByJava(
        byte[] publicKey, SignatureScheme scheme, byte[] message, byte[] signature) {
      return javaVerifies(publicKey, scheme, message, signature);
    }
  }

  static boolean javaVerifies(
      byte[] publicKey, SignatureScheme scheme, byte[] message, byte[] signature) {
    String hash = scheme.hash().javaName();
    try {
      Signature verifier =
          Signature.getInstance(
              switch (scheme.kind()) {
                case ECDSA -> hash.replace("-", "") + "withECDSA";
                case EDDSA -> "Ed25519";
                case RSA_PSS -> "RSASSA-PSS";
                case RSA_PKCS1 -> hash.replace("-", "") + "withRSA";
              });
      String family =
          switch (scheme.kind()) {
            case ECDSA -> "EC";
            case EDDSA -> "Ed25519";
            case RSA_PSS, RSA_PKCS1 -> "RSA";
          };
      if (scheme.kind() == SignatureScheme.Kind.RSA_PSS) {
        verifier.setParameter(
            new PSSParameterSpec(
                hash, "MGF1", new MGF1ParameterSpec(hash), scheme.hash().bytes(), 1));
      }
      verifier.initVerify(
          KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(publicKey)));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Nested
  class P256 extends Contract {
    @Override
    KeyMechanism mechanism() {
      return KeyMechanism.ECDSA;
    }
  }

  @Nested
  class P384 extends P256 {
    @Override
    String curve() {
      return "P384";
    }
  }

  @Nested
  class P521 extends P256 {
    @Override
    String curve() {
      return "P521";
    }
  }

  @Nested
  class Ed25519 extends Contract {
    @Override
    KeyMechanism mechanism() {
      return KeyMechanism.EDDSA;
    }
  }

  @Nested
  class RsaPss extends Contract {
    @Override
    KeyMechanism mechanism() {
      return KeyMechanism.RSA_PSS;
    }
  }

  @Nested
  class RsaPkcs1 extends Contract {
    @Override
    KeyMechanism mechanism() {
      return KeyMechanism.RSA_PKCS;
    }
  }

  @Nested
  class RsaOaep extends Contract {
    @Override
    KeyMechanism mechanism() {
      return KeyMechanism.RSA_OAEP;
    }
  }

  @Nested
  class AesGcm extends Contract {
    @Override
    KeyMechanism mechanism() {
      return KeyMechanism.AES_GCM;
    }
  }

  @Test
  void makesNoKeyThatItMayNotMake() {
    ManagedKey key =
        open(definition("absent", KeyMechanism.ECDSA, "P256", false, KeyMechanism.ECDSA.usages()));

    assertThatThrownBy(() -> key.sign(ECDSA, NO_AAD))
        .isInstanceOf(ManagedKeyFault.Configuration.class)
        .hasMessageContaining("allow_generate_key");
  }

  @Test
  void makesAKeyOnceHoweverManyAsk() throws Exception {
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> open(definition("once", KeyMechanism.ECDSA, "P256")).sign(ECDSA, NO_AAD));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(open(definition("once", KeyMechanism.ECDSA, "P256")).sign(ECDSA, NO_AAD))
        .isNotEmpty();
  }

  @Test
  void theSealsKeyIsNoManagedKey() {
    ManagedKey key = open(definition("master", KeyMechanism.AES_GCM, ""));

    try (SecretBytes plain = SecretBytes.allocate(16)) {
      assertThatThrownBy(() -> key.encrypt(plain, NO_AAD))
          .isInstanceOf(ManagedKeyFault.Configuration.class)
          .hasMessageContaining("root key");
    }
  }

  @Test
  void aUsageThatIsNotGivenIsRefused() {
    ManagedKey key =
        open(definition("usage", KeyMechanism.ECDSA, "P256", true, EnumSet.of(KeyUsage.VERIFY)));

    assertThatThrownBy(() -> key.sign(ECDSA, NO_AAD))
        .isInstanceOf(ManagedKeyFault.Unsupported.class);
  }

  @Test
  void aLibraryThatTheConfigurationDoesNotNameIsRefused() {
    KeyDefinition known = definition("k", KeyMechanism.ECDSA, "P256");
    KeyDefinition other =
        new KeyDefinition(
            "k",
            "uuid",
            new KeyDefinition.Place(
                "/tmp/evil.so", Optional.of("0"), Optional.empty(), false, OptionalInt.empty()),
            known.plan(),
            known.grants());

    assertThatThrownBy(() -> open(other))
        .isInstanceOf(ManagedKeyFault.Configuration.class)
        .hasMessageContaining("soft");
  }

  @Test
  void anHsmThatGoesAwayIsUnavailableAndComesBackByItself() throws Exception {
    ManagedKey key = open(definition("comes-back", KeyMechanism.ECDSA, "P256"));
    key.sign(ECDSA, NO_AAD);
    Path tokens = folder.resolve("tokens");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(tokens, elsewhere);
    Files.createDirectory(tokens);
    try {
      boolean gone = false;
      for (int i = 0; i < 20 && !gone; i++) {
        try {
          open(definition("comes-back", KeyMechanism.ECDSA, "P256")).sign(ECDSA, NO_AAD);
        } catch (ManagedKeyFault.Unavailable e) {
          gone = true;
        }
      }
      assertThat(gone).isTrue();
    } finally {
      Files.delete(tokens);
      Files.move(elsewhere, tokens);
    }

    boolean back = false;
    for (int i = 0; i < 20 && !back; i++) {
      try {
        open(definition("comes-back", KeyMechanism.ECDSA, "P256")).sign(ECDSA, NO_AAD);
        back = true;
      } catch (ManagedKeyFault.Unavailable e) {
        Thread.sleep(50);
      }
    }
    assertThat(back).isTrue();
  }
}
