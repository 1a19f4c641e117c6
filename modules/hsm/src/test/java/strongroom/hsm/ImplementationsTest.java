package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import strongroom.hsm.Implementation.Means;
import strongroom.secret.SecretBytes;

/** Every other implementation does what it says that it can, and refuses the rest as it says. */
class ImplementationsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration CALL_MAX = Duration.ofSeconds(30);

  @Nested
  class OpenCryptokiSoftToken extends Contract {
    @Override
    Implementation provision(Path folder) {
      return OpenCryptoki.provision(folder);
    }
  }

  @Nested
  class Nss extends Contract {
    @Override
    Implementation provision(Path folder) {
      return NssSoftoken.provision(folder);
    }
  }

  @Nested
  class Tpm extends Contract {
    @Override
    Implementation provision(Path folder) {
      return SoftTpm.provision(folder);
    }

    /** This library calls abort() after a wrong PIN, so it is tried in a process of its own. */
    @Override
    @Test
    void isGivenAWrongPinOnce() {
      SoftTpm tpm = (SoftTpm) implementation();
      String[] pin = {"wrongpin"};
      try (HsmLibrary isolated = IsolatedLibrary.open(tpm.library(), CALL_MAX, tpm.environment());
          HsmToken wrong =
              isolated.token(
                  SlotChoice.byLabel(tpm.tokenLabel()),
                  () -> SecretBytes.takeFrom(bytes(pin[0])),
                  new TokenSettings(OptionalInt.of(2), CALL_MAX, false, false))) {
        assertThatThrownBy(wrong::slot)
            .isInstanceOfAny(HsmFault.PinRefused.class, HsmFault.Crashed.class)
            .hasMessageNotContaining("wrongpin");
        pin[0] = tpm.pin();
        assertThat(eventually(() -> wrong.slot().usable())).isTrue();
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
    void worksAgainOnceTheServerIsBack() {
      NetworkHsm network = (NetworkHsm) implementation();
      assertThat(token().random(8)).hasSize(8);
      network.kill();
      assertThatThrownBy(() -> token().random(8))
          .isInstanceOfSatisfying(
              HsmFault.class, f -> assertThat(f.remedy().passesByItself()).isTrue());
      network.restart();
      assertThat(eventually(() -> token().random(8))).hasSize(8);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Contract {
    private final Map<NewKey.Kind, HsmKey> keys = new EnumMap<>(NewKey.Kind.class);
    private Implementation implementation;
    private LocalLibrary library;
    private HsmToken token;

    abstract Implementation provision(Path folder);

    Implementation implementation() {
      return implementation;
    }

    HsmToken token() {
      return token;
    }

    @BeforeAll
    void begin(@TempDir Path folder) {
      implementation = provision(folder);
      library = LocalLibrary.open(implementation.library(), CALL_MAX);
      token = open(implementation.pinSource());
    }

    @AfterAll
    void end() {
      if (token != null) {
        token.close();
        library.close();
      }
      implementation.close();
    }

    private HsmToken open(PinSource pins) {
      return library.token(
          SlotChoice.byLabel(implementation.tokenLabel()),
          pins,
          new TokenSettings(OptionalInt.of(2), CALL_MAX, false, false));
    }

    @Test
    void hasItsProfile() {
      VendorProfile profile =
          VendorProfile.of(implementation.library(), library.info()).orElseThrow();
      assertThat(profile.name()).contains(implementation.profile());
      assertThat(profile.tried()).isEqualTo(VendorProfile.Tried.BY_TESTS);
    }

    @ParameterizedTest
    @EnumSource
    void doesWhatItCanAndRefusesTheRestAsItSays(Means means) {
      if (implementation.can(means)) {
        use(means);
      } else {
        assertThatThrownBy(() -> use(means))
            .isInstanceOf(HsmFault.class)
            .hasMessageContaining(implementation.cannot().get(means));
      }
    }

    private void use(Means means) {
      switch (means) {
        case GCM -> comesBack(key(NewKey.Kind.AES), new CipherMode.Gcm(new byte[12], bytes("a")));
        case CBC -> comesBack(key(NewKey.Kind.AES), new CipherMode.CbcPad(new byte[16]));
        case HMAC -> signs(key(NewKey.Kind.HMAC));
        case KEY_WRAP -> wraps(key(NewKey.Kind.AES_WRAP));
        case OAEP_SHA1 -> opens(key(NewKey.Kind.RSA), OaepHash.SHA1);
        case OAEP_SHA256 -> opens(key(NewKey.Kind.RSA), OaepHash.SHA256);
        case MAKE_AES -> makes(NewKey.Kind.AES);
        case MAKE_HMAC -> makes(NewKey.Kind.HMAC);
        case MAKE_RSA -> makes(NewKey.Kind.RSA);
      }
    }

    private HsmKey key(NewKey.Kind kind) {
      String prepared = implementation.prepared().get(kind);
      return keys.computeIfAbsent(
          kind,
          k ->
              prepared == null
                  ? token.generate(NewKey.usual(k, "kind-" + k, RANDOM))
                  : token.keys(KeySearch.byLabel(prepared)).stream()
                      .filter(found -> found.keyClass() != KeyClass.PUBLIC)
                      .findFirst()
                      .orElseThrow());
    }

    private void makes(NewKey.Kind kind) {
      HsmKey made = token.generate(NewKey.usual(kind, "made-" + kind, RANDOM));
      assertThat(made.isNot(KeyFlag.EXTRACTABLE)).isTrue();
      assertThat(made.is(KeyFlag.SENSITIVE)).isTrue();
      assertThat(token.keys(KeySearch.byLabel("made-" + kind))).contains(made);
      token.destroy(made);
      assertThat(token.keys(KeySearch.byLabel("made-" + kind))).doesNotContain(made);
    }

    private void comesBack(HsmKey key, CipherMode mode) {
      if (mode instanceof CipherMode.Gcm gcm) {
        RANDOM.nextBytes(gcm.iv());
      }
      try (SecretBytes plain = SecretBytes.takeFrom(bytes("the root key has 32 bytes or so."))) {
        Encrypted made = token.encrypt(key, mode, plain);
        assertThat(text(token.decrypt(key, mode, made.ciphertext())))
            .isEqualTo("the root key has 32 bytes or so.");
      }
    }

    private void signs(HsmKey key) {
      byte[] mac = token.sign(key, Mechanism.SHA256_HMAC, bytes("header"));
      assertThat(mac).hasSize(32);
      assertThat(token.verify(key, Mechanism.SHA256_HMAC, bytes("header"), mac)).isTrue();
      assertThat(token.verify(key, Mechanism.SHA256_HMAC, bytes("other"), mac)).isFalse();
    }

    private void wraps(HsmKey key) {
      Mechanism offered =
          token.mechanism(Mechanism.AES_KEY_WRAP_KWP).isPresent()
              ? Mechanism.AES_KEY_WRAP_KWP
              : Mechanism.AES_KEY_WRAP_PAD;
      try (SecretBytes plain = SecretBytes.takeFrom(bytes("sixteen bytes ok"))) {
        assertThat(text(token.unwrap(key, offered, token.wrap(key, offered, plain))))
            .isEqualTo("sixteen bytes ok");
      }
    }

    private void opens(HsmKey key, OaepHash hash) {
      CipherMode mode = new CipherMode.Oaep(hash);
      HsmKey publicHalf =
          token.keys(KeySearch.byLabel(key.label())).stream()
              .filter(k -> k.keyClass() == KeyClass.PUBLIC)
              .findFirst()
              .orElseThrow();
      assertThat(token.publicKey(publicHalf).getModulus().bitLength()).isEqualTo(3072);
      try (SecretBytes plain = SecretBytes.takeFrom(bytes("the root key"))) {
        byte[] sealed = token.encrypt(publicHalf, mode, plain).ciphertext();
        assertThat(text(token.decrypt(key, mode, sealed))).isEqualTo("the root key");
      }
    }

    @Test
    void findsItsTokenByLabelSlotAndSerial() {
      Slot slot = token.slot();
      TokenInfo info = slot.token().orElseThrow();
      assertThat(info.label()).isEqualTo(implementation.tokenLabel());
      assertThat(SlotChoice.bySlot(slot.id()).choose(library.slots()).slot().id())
          .isEqualTo(slot.id());
      assertThatThrownBy(() -> SlotChoice.byLabel("nowhere").choose(library.slots()))
          .hasMessageContaining(implementation.tokenLabel())
          .hasMessageContaining(info.serial());
    }

    @Test
    void findsAKeyByItsId() {
      HsmKey key = key(NewKey.Kind.RSA);
      assertThat(
              token.keys(
                  new KeySearch(
                      Optional.empty(), Optional.of(key.id()), Optional.of(key.keyClass()))))
          .containsExactly(key);
    }

    @Test
    void goesOnWhenAllItsSessionsWereClosed() {
      HsmKey key = key(NewKey.Kind.HMAC);
      long slot = token.slot().id();
      library.call(
          functions -> {
            functions.closeAllSessions(slot);
            return true;
          });
      signs(key);
    }

    @Test
    void isGivenAWrongPinOnce() {
      // A login is the process's, so the wrong PIN is seen only while nobody is logged in.
      token.close();
      try {
        String[] pin = {"wrongpin"};
        try (HsmToken wrong = open(() -> SecretBytes.takeFrom(bytes(pin[0])))) {
          assertThatThrownBy(wrong::slot)
              .isInstanceOf(HsmFault.PinRefused.class)
              .hasMessageContaining("CKR_PIN_INCORRECT")
              .hasMessageNotContaining("wrongpin");
          assertThatThrownBy(wrong::slot)
              .isInstanceOf(HsmFault.PinRefused.class)
              .hasMessageContaining("not tried again until it changes");
          pin[0] = implementation.pin();
          assertThat(wrong.slot().usable()).isTrue();
        }
      } finally {
        token = open(implementation.pinSource());
      }
    }

    /** What {@code work} gives once the fault has passed, of itself and soon. */
    static <T> T eventually(Supplier<T> work) {
      HsmFault last = new HsmFault.Closed();
      for (int i = 0; i < 100; i++) {
        try {
          return work.get();
        } catch (HsmFault e) {
          assertThat(e.remedy().passesByItself()).as(e.getMessage()).isTrue();
          last = e;
          LockSupport.parkNanos(50_000_000);
        }
      }
      throw last;
    }

    static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(SecretBytes secret) {
      try (secret) {
        return secret.withHeapCopy(b -> new String(b, StandardCharsets.UTF_8));
      }
    }
  }
}
