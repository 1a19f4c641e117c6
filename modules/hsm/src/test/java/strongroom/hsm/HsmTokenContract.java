package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import strongroom.secret.SecretBytes;

/** What every {@link HsmToken} does, wherever its library runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HsmTokenContract {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration CALL_MAX = Duration.ofSeconds(30);
  private SoftHsmToken soft;
  private HsmLibrary library;
  private HsmToken token;

  /** The library at {@code path}. */
  abstract HsmLibrary open(String path, Duration callMax, Map<String, String> environment);

  @BeforeAll
  void provision(@TempDir Path folder) {
    soft = SoftHsmToken.provision(folder, "alpha", "1234");
    assertThat(soft.another("pin-test").label()).isEqualTo("pin-test");
    library = open(soft.library().toString(), CALL_MAX, soft.environment());
    token = open(SlotChoice.byLabel("alpha"), soft.pinSource());
  }

  @AfterAll
  void close() {
    token.close();
    library.close();
  }

  private HsmToken open(SlotChoice choice, PinSource pins) {
    return library.token(
        choice, pins, new TokenSettings(OptionalInt.of(4), CALL_MAX, false, false));
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(SecretBytes secret) {
    try (secret) {
      return secret.withHeapCopy(b -> new String(b, StandardCharsets.UTF_8));
    }
  }

  private HsmKey make(NewKey.Kind kind, String label) {
    return token.generate(NewKey.usual(kind, label, RANDOM));
  }

  @Test
  void tellsOfLibrarySlotAndMechanisms() {
    assertThat(library.info().manufacturer()).contains("SoftHSM");
    assertThat(library.info().cryptokiVersion()).startsWith("2.");
    TokenInfo info = token.slot().token().orElseThrow();
    assertThat(info.label()).isEqualTo("alpha");
    assertThat(info.serial()).hasSize(16);
    assertThat(info.state()).isEqualTo("ready");
    assertThat(token.mechanism(Mechanism.AES_GCM)).hasValueSatisfying(m -> m.encrypts());
    assertThat(token.mechanism(Mechanism.AES_CBC_PAD).orElseThrow().keySizeMax()).isEqualTo(32);
  }

  @Test
  void makesAnAesKeyThatNeverLeaves() {
    HsmKey made = make(NewKey.Kind.AES, "never-leaves");
    assertThat(made.typeText()).isEqualTo("AES-256");
    assertThat(made.flags())
        .containsEntry(KeyFlag.SENSITIVE, true)
        .containsEntry(KeyFlag.ALWAYS_SENSITIVE, true)
        .containsEntry(KeyFlag.EXTRACTABLE, false)
        .containsEntry(KeyFlag.NEVER_EXTRACTABLE, true)
        .containsEntry(KeyFlag.LOCAL, true)
        .containsEntry(KeyFlag.PRIVATE, true)
        .containsEntry(KeyFlag.WRAP, false)
        .containsEntry(KeyFlag.UNWRAP, false);
    assertThat(token.keys(KeySearch.byLabel("never-leaves"))).containsExactly(made);
  }

  @Test
  void encryptsAndDecryptsByGcmBoundToItsAssociatedData() {
    HsmKey key = make(NewKey.Kind.AES, "gcm");
    byte[] iv = new byte[12];
    RANDOM.nextBytes(iv);
    try (SecretBytes plain = secret("root key")) {
      Encrypted made = token.encrypt(key, new CipherMode.Gcm(iv, new byte[] {1, 2}), plain);
      assertThat(made.iv()).isEqualTo(iv);
      assertThat(made.ciphertext()).hasSize(8 + 16);
      assertThat(
              text(
                  token.decrypt(key, new CipherMode.Gcm(iv, new byte[] {1, 2}), made.ciphertext())))
          .isEqualTo("root key");
      assertThatThrownBy(
              () ->
                  token.decrypt(key, new CipherMode.Gcm(iv, new byte[] {1, 3}), made.ciphertext()))
          .isInstanceOf(HsmFault.Rejected.class)
          .hasMessageContaining("C_Decrypt");
      assertThat(
              text(
                  token.decrypt(key, new CipherMode.Gcm(iv, new byte[] {1, 2}), made.ciphertext())))
          .as("works again after a bad tag")
          .isEqualTo("root key");
    }
  }

  @Test
  void encryptsAndDecryptsByCbcWithPadding() {
    HsmKey key = make(NewKey.Kind.AES, "cbc");
    byte[] iv = new byte[16];
    RANDOM.nextBytes(iv);
    try (SecretBytes plain = secret("0123456789abcdef")) {
      Encrypted made = token.encrypt(key, new CipherMode.CbcPad(iv), plain);
      assertThat(made.ciphertext()).hasSize(32);
      assertThat(text(token.decrypt(key, new CipherMode.CbcPad(made.iv()), made.ciphertext())))
          .isEqualTo("0123456789abcdef");
    }
  }

  @Test
  void signsAndVerifiesByHmac() {
    HsmKey key = make(NewKey.Kind.HMAC, "hmac");
    byte[] mac = token.sign(key, Mechanism.SHA256_HMAC, new byte[] {1});
    assertThat(mac).hasSize(32);
    assertThat(token.verify(key, Mechanism.SHA256_HMAC, new byte[] {1}, mac)).isTrue();
    assertThat(token.verify(key, Mechanism.SHA256_HMAC, new byte[] {2}, mac)).isFalse();
  }

  @Test
  void decryptsByOaepWhatThePublicHalfEncryptedInSoftwareOrOnTheToken() throws Exception {
    HsmKey key = make(NewKey.Kind.RSA, "rsa");
    assertThat(key.typeText()).isEqualTo("RSA-3072 private");
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        token.publicKey(key),
        new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
    byte[] inSoftware = cipher.doFinal("software".getBytes(StandardCharsets.UTF_8));
    CipherMode oaep = new CipherMode.Oaep(OaepHash.SHA1);
    assertThat(text(token.decrypt(key, oaep, inSoftware))).isEqualTo("software");
    HsmKey publicHalf =
        token
            .keys(new KeySearch(Optional.of("rsa"), Optional.empty(), Optional.of(KeyClass.PUBLIC)))
            .getFirst();
    try (SecretBytes plain = secret("on the token")) {
      assertThat(
              text(token.decrypt(key, oaep, token.encrypt(publicHalf, oaep, plain).ciphertext())))
          .isEqualTo("on the token");
    }
  }

  @Test
  void wrapsASecretByAesKeyWrapWithPadding() {
    HsmKey key = make(NewKey.Kind.AES_WRAP, "kwp");
    assertThat(key.is(KeyFlag.WRAP)).isTrue();
    assertThat(key.isNot(KeyFlag.DECRYPT)).isTrue();
    try (SecretBytes plain = secret("sixteen bytes ok")) {
      byte[] wrapped = token.wrap(key, Mechanism.AES_KEY_WRAP_PAD, plain);
      assertThat(wrapped).hasSize(24);
      assertThat(text(token.unwrap(key, Mechanism.AES_KEY_WRAP_PAD, wrapped)))
          .isEqualTo("sixteen bytes ok");
      wrapped[5] ^= 1;
      assertThatThrownBy(() -> token.unwrap(key, Mechanism.AES_KEY_WRAP_PAD, wrapped))
          .isInstanceOf(HsmFault.Rejected.class);
    }
  }

  @Test
  void givesRandomBytes() {
    assertThat(token.random(32)).hasSize(32).isNotEqualTo(token.random(32));
  }

  @Test
  void destroysAKey() {
    HsmKey key = make(NewKey.Kind.AES, "short-lived");
    token.destroy(key);
    assertThat(token.keys(KeySearch.byLabel("short-lived"))).isEmpty();
    try (SecretBytes plain = secret("x")) {
      assertThatThrownBy(() -> token.encrypt(key, new CipherMode.CbcPad(new byte[16]), plain))
          .isInstanceOf(HsmFault.Missing.class)
          .hasMessageContaining("short-lived");
    }
  }

  @Test
  void servesMoreThreadsThanItHasSessions() throws Exception {
    HsmKey key = make(NewKey.Kind.AES, "parallel");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> results = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String word = "secret " + i;
        results.add(
            threads.submit(
                () -> {
                  byte[] iv = new byte[12];
                  RANDOM.nextBytes(iv);
                  try (SecretBytes plain = secret(word)) {
                    CipherMode mode = new CipherMode.Gcm(iv, new byte[0]);
                    return text(
                        token.decrypt(key, mode, token.encrypt(key, mode, plain).ciphertext()));
                  }
                }));
      }
      for (int i = 0; i < 64; i++) {
        assertThat(results.get(i).get()).isEqualTo("secret " + i);
      }
    }
  }

  @Test
  void triesAWrongPinOnceUntilItChanges() {
    String[] pin = {"wrong-pin"};
    int[] asked = {0};
    PinSource pins =
        () -> {
          asked[0]++;
          return secret(pin[0]);
        };
    try (HsmToken wrong = open(SlotChoice.byLabel("pin-test"), pins)) {
      assertThatThrownBy(wrong::slot)
          .isInstanceOf(HsmFault.PinRefused.class)
          .hasMessageContaining("CKR_PIN_INCORRECT")
          .hasMessageNotContaining("wrong-pin");
      assertThatThrownBy(wrong::slot)
          .isInstanceOf(HsmFault.PinRefused.class)
          .hasMessageContaining("not tried again until it changes")
          .hasMessageNotContaining("CKR_");
      pin[0] = "1234";
      assertThat(wrong.slot().token().orElseThrow().label()).isEqualTo("pin-test");
      assertThat(asked[0]).isEqualTo(3);
    }
  }

  @Test
  void namesTheTokensThatThereAreWhenNoneFits() {
    try (HsmToken missing = open(SlotChoice.byLabel("no-such-token"), soft.pinSource())) {
      assertThatThrownBy(missing::slot)
          .isInstanceOf(HsmFault.Missing.class)
          .hasMessageContaining("no-such-token")
          .hasMessageContaining("token_label \"alpha\"")
          .hasMessageContaining(token.slot().token().orElseThrow().serial());
    }
  }

  @Test
  void takesSlotZeroAsThePlaceOfTheFirstToken() {
    try (HsmToken first = open(SlotChoice.bySlot(0), soft.pinSource())) {
      assertThat(first.slot().usable()).isTrue();
    }
  }

  @Test
  void saysWhatTheLoaderSaidOfAMissingLibrary() {
    assertThatThrownBy(() -> open("/no/such/library.so", CALL_MAX, Map.of()))
        .isInstanceOf(HsmFault.Library.class)
        .hasMessageContaining("/no/such/library.so")
        .hasMessageContaining("No such file")
        .hasMessageContaining("libsofthsm2.so");
  }

  @Test
  void saysWhenALibraryIsForAnotherProcessorOrNoLibrary(@TempDir Path folder) throws Exception {
    byte[] file = Files.readAllBytes(soft.library());
    file[18] = (byte) 8; // MIPS
    Path other = Files.write(folder.resolve("other.so"), file);
    assertThatThrownBy(() -> open(other.toString(), CALL_MAX, Map.of()))
        .isInstanceOf(HsmFault.Library.class)
        .hasMessageContaining("built for ELF machine 8, and this is");
    Path text = Files.writeString(folder.resolve("text.so"), "not a library, whatever its name");
    assertThatThrownBy(() -> open(text.toString(), CALL_MAX, Map.of()))
        .isInstanceOf(HsmFault.Library.class)
        .hasMessageContaining("no shared object");
  }

  @Test
  void saysWhenALibraryIsNoPkcs11Library() {
    assertThatThrownBy(() -> open("libz.so.1", CALL_MAX, Map.of()))
        .isInstanceOf(HsmFault.Library.class)
        .hasMessageContaining("libz.so.1 is not a PKCS#11 library")
        .hasMessageContaining("C_GetFunctionList");
  }
}
