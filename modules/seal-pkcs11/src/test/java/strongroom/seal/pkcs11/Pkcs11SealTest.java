package strongroom.seal.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeyFlag;
import strongroom.hsm.KeySearch;
import strongroom.hsm.NewKey;
import strongroom.hsm.PinSource;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.SoftHsmToken;
import strongroom.hsm.TokenSettings;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.secret.SecretBytes;

class Pkcs11SealTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SETTLING = Duration.ofMillis(200);
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static HsmLibrary library;
  private static HsmToken token;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "seal-test", "1234");
    library = HsmLibrary.open(soft.library().toString(), Duration.ofSeconds(30));
    token =
        library.token(
            SlotChoice.byLabel("seal-test"),
            soft.pinSource(),
            new TokenSettings(OptionalInt.of(2), Duration.ofSeconds(30), false, false));
  }

  @AfterAll
  static void close() {
    token.close();
    library.close();
  }

  private static Pkcs11Seal seal(String... parameters) {
    return seal(soft.pinSource(), parameters);
  }

  private static Pkcs11Seal seal(PinSource pins, String... parameters) {
    Map<String, String> values = new HashMap<>();
    values.put("lib", soft.library().toString());
    values.put("token_label", "seal-test");
    values.put("max_operation_duration", "30s");
    for (int i = 0; i < parameters.length; i += 2) {
      values.put(parameters[i], parameters[i + 1]);
    }
    return new Pkcs11Seal(
        Pkcs11SealSettings.parse(values), pins, Clock.systemUTC(), RANDOM, SETTLING);
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(SecretBytes secret) {
    try (secret) {
      return secret.withHeapCopy(b -> new String(b, StandardCharsets.UTF_8));
    }
  }

  private static byte[] wrap(Pkcs11Seal seal, Purpose purpose, String text) {
    try (SecretBytes secret = secret(text)) {
      return seal.wrap(purpose, secret);
    }
  }

  private static void roundTrip(Pkcs11Seal seal) {
    byte[] blob = wrap(seal, Purpose.ROOT_KEY, "the root key has 32 bytes or so.");
    assertThat(text(seal.unwrap(Purpose.ROOT_KEY, blob)))
        .isEqualTo("the root key has 32 bytes or so.");
    assertThatThrownBy(() -> seal.unwrap(Purpose.RECOVERY_KEY, blob))
        .isInstanceOf(SealFault.Data.class)
        .hasMessageContaining("ROOT_KEY");
    for (int i = 0; i < blob.length; i += 7) {
      byte[] damaged = blob.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> seal.unwrap(Purpose.ROOT_KEY, damaged).close())
          .as("byte %d of %d", i, blob.length)
          .isInstanceOf(SealFault.class);
    }
    assertThat(seal.health().healthy()).isTrue();
  }

  @Test
  void tellsAKeyThatIsYetToBeMadeFromOneThatIsMissing() {
    try (Pkcs11Seal seal = seal("key_label", "yet-to-be-made", "generate_key", "true")) {
      assertThatThrownBy(() -> seal.prove(false))
          .isInstanceOf(SealFault.KeyToBeMade.class)
          .hasMessageContaining("yet-to-be-made");
    }
    try (Pkcs11Seal seal = seal("key_label", "yet-to-be-made")) {
      assertThatThrownBy(() -> seal.prove(false))
          .isExactlyInstanceOf(SealFault.Configuration.class);
    }
  }

  @Test
  void wrapsByGcmWhenThereIsAnAesKey() {
    token.generate(NewKey.usual(NewKey.Kind.AES, "gcm", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "gcm")) {
      seal.prove(false);
      assertThat(seal.health().details())
          .containsEntry("mechanism", "CKM_AES_GCM")
          .containsEntry("key_label", "gcm")
          .containsEntry("token_label", "seal-test");
      roundTrip(seal);
    }
  }

  @Test
  void wrapsByCbcAndHmacWhenThereIsAnHmacKey() {
    token.generate(NewKey.usual(NewKey.Kind.AES, "cbc", RANDOM));
    token.generate(NewKey.usual(NewKey.Kind.HMAC, "cbc-hmac", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "cbc", "hmac_key_label", "cbc-hmac")) {
      seal.prove(false);
      assertThat(seal.health().details())
          .containsEntry("mechanism", "CKM_AES_CBC_PAD")
          .containsEntry("hmac_key_label", "cbc-hmac");
      roundTrip(seal);
    }
  }

  @Test
  void wrapsByOaepWithThePublicHalfInSoftwareOrOnTheToken() {
    token.generate(NewKey.usual(NewKey.Kind.RSA, "rsa", RANDOM));
    for (String local : List.of("true", "false", "auto")) {
      try (Pkcs11Seal seal =
          seal("key_label", "rsa", "rsa_oaep_hash", "sha1", "rsa_encrypt_local", local)) {
        seal.prove(false);
        assertThat(seal.health().details()).containsEntry("mechanism", "CKM_RSA_PKCS_OAEP");
        byte[] blob = wrap(seal, Purpose.RECOVERY_KEY, "recovery");
        assertThat(text(seal.unwrap(Purpose.RECOVERY_KEY, blob))).isEqualTo("recovery");
        blob[blob.length - 10] ^= 1;
        assertThatThrownBy(() -> seal.unwrap(Purpose.RECOVERY_KEY, blob))
            .isInstanceOf(SealFault.Data.class);
      }
    }
  }

  @Test
  void saysWhichHashToUseWhenTheTokenDoesNotKnowTheOneThatIsSet() {
    token.generate(NewKey.usual(NewKey.Kind.RSA, "rsa-sha256", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "rsa-sha256")) {
      assertThatThrownBy(() -> seal.prove(false))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("rsa_oaep_hash");
    }
  }

  @Test
  void wrapsByKeyWrapWithAKeyThatMayDoNothingElse() {
    token.generate(NewKey.usual(NewKey.Kind.AES_WRAP, "kwp", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "kwp")) {
      seal.prove(false);
      assertThat(seal.health().details().get("mechanism")).startsWith("CKM_AES_KEY_WRAP");
      roundTrip(seal);
    }
  }

  @Test
  void opensOldBlobsByTheMechanismThatTheyName() {
    token.generate(NewKey.usual(NewKey.Kind.AES, "changes", RANDOM));
    token.generate(NewKey.usual(NewKey.Kind.HMAC, "changes-hmac", RANDOM));
    byte[] byGcm;
    try (Pkcs11Seal seal = seal("key_label", "changes")) {
      byGcm = wrap(seal, Purpose.ROOT_KEY, "old");
    }
    try (Pkcs11Seal seal =
        seal("key_label", "changes", "hmac_key_label", "changes-hmac", "mechanism", "0x1085")) {
      assertThat(text(seal.unwrap(Purpose.ROOT_KEY, byGcm))).isEqualTo("old");
    }
  }

  @Test
  void makesMissingKeysAtInitializationOnly() {
    try (Pkcs11Seal seal =
        seal("key_label", "made", "hmac_key_label", "made-hmac", "generate_key", "true")) {
      assertThatThrownBy(() -> seal.prove(false))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("label \"made\"")
          .hasMessageContaining("made at initialization");
      assertThat(token.keys(KeySearch.byLabel("made"))).isEmpty();
      seal.prove(true);
      HsmKey made = token.keys(KeySearch.byLabel("made")).getFirst();
      assertThat(made.typeText()).isEqualTo("AES-256");
      assertThat(made.is(KeyFlag.NEVER_EXTRACTABLE)).isTrue();
      assertThat(made.is(KeyFlag.SENSITIVE)).isTrue();
      assertThat(made.isNot(KeyFlag.WRAP)).isTrue();
      HsmKey hmac = token.keys(KeySearch.byLabel("made-hmac")).getFirst();
      assertThat(hmac.typeText()).startsWith("generic secret");
      assertThat(hmac.is(KeyFlag.NEVER_EXTRACTABLE)).isTrue();
      seal.prove(true);
      assertThat(token.keys(KeySearch.byLabel("made"))).containsExactly(made);
    }
  }

  @Test
  void saysHowToMakeTheKeyWhenItMayNot() {
    try (Pkcs11Seal seal = seal("key_label", "absent", "generate_key", "false")) {
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("no wrapping key with label \"absent\"")
          .hasMessageContaining("strongroom operator hsm generate-key")
          .hasMessageContaining("pkcs11-tool --module " + soft.library());
      assertThat(token.keys(KeySearch.byLabel("absent"))).isEmpty();
      assertThat(seal.health().healthy()).isFalse();
      assertThat(seal.health().reason()).contains("absent");
      token.generate(NewKey.usual(NewKey.Kind.AES, "absent", RANDOM));
      seal.prove(true);
      assertThat(seal.health().healthy()).isTrue();
    }
  }

  @Test
  void nodesThatMakeTheKeyAtOnceEndUpWithOne() throws Exception {
    for (int round = 0; round < 3; round++) {
      String label = "race-" + round;
      List<Pkcs11Seal> seals = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        seals.add(seal("key_label", label, "generate_key", "true"));
      }
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<byte[]>> blobs = new ArrayList<>();
        for (Pkcs11Seal seal : seals) {
          blobs.add(
              threads.submit(
                  () -> {
                    seal.prove(true);
                    return wrap(seal, Purpose.ROOT_KEY, "mine");
                  }));
        }
        for (Future<byte[]> blob : blobs) {
          assertThat(text(seals.getFirst().unwrap(Purpose.ROOT_KEY, blob.get()))).isEqualTo("mine");
        }
      }
      assertThat(token.keys(KeySearch.byLabel(label))).hasSize(1);
      seals.forEach(Pkcs11Seal::close);
    }
  }

  @Test
  void refusesToGuessBetweenTwoKeysOfOneLabel() {
    HsmKey first = token.generate(NewKey.usual(NewKey.Kind.AES, "twice", RANDOM));
    token.generate(NewKey.usual(NewKey.Kind.AES, "twice", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "twice")) {
      assertThatThrownBy(() -> seal.prove(false))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("key_id")
          .hasMessageContaining(first.id());
    }
    try (Pkcs11Seal seal = seal("key_label", "twice", "key_id", "0x" + first.id())) {
      seal.prove(false);
      assertThat(seal.health().details()).containsEntry("key_id", first.id());
    }
  }

  @Test
  void namesTheKeyThatABlobNeedsWhenItIsGone() {
    HsmKey key = token.generate(NewKey.usual(NewKey.Kind.AES, "lost", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "lost")) {
      byte[] blob = wrap(seal, Purpose.ROOT_KEY, "lost");
      token.destroy(key);
      assertThatThrownBy(() -> seal.unwrap(Purpose.ROOT_KEY, blob))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("lost")
          .hasMessageContaining(key.id())
          .hasMessageContaining("keys on the token");
    }
  }

  @Test
  void triesAWrongPinOnceAndTheNewOneAfterReload() {
    soft.another("pin-seal");
    String[] pin = {"not-the-pin"};
    try (Pkcs11Seal seal =
        seal(
            () -> secret(pin[0]),
            "token_label",
            "pin-seal",
            "key_label",
            "k",
            "generate_key",
            "true")) {
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Pin.class)
          .hasMessageContaining("CKR_PIN_INCORRECT")
          .hasMessageNotContaining("not-the-pin");
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Pin.class)
          .hasMessageContaining("not tried again until it changes");
      pin[0] = "1234";
      seal.reload();
      seal.prove(true);
      assertThat(seal.health().healthy()).isTrue();
    }
  }

  @Test
  void probesByItselfAndNoticesALostKeyAndItsReturn() throws Exception {
    HsmKey key = token.generate(NewKey.usual(NewKey.Kind.AES, "watched", RANDOM));
    try (Pkcs11Seal seal = seal("key_label", "watched", "health_check_interval", "50ms")) {
      assertThat(seal.health().healthy()).isFalse();
      seal.start();
      waitFor(seal, true);
      assertThat(seal.health().latency()).isPresent();
      token.destroy(key);
      waitFor(seal, false);
      assertThat(seal.health().reason()).contains("watched");
      token.generate(NewKey.usual(NewKey.Kind.AES, "watched", RANDOM));
      waitFor(seal, true);
    }
  }

  private static void waitFor(Pkcs11Seal seal, boolean healthy) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      SealHealth health = seal.health();
      if (health.healthy() == healthy) {
        return;
      }
      Thread.sleep(50);
    }
    assertThat(seal.health().healthy()).as(seal.health().reason()).isEqualTo(healthy);
  }
}
