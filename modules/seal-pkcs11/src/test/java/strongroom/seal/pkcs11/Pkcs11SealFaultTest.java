package strongroom.seal.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.FaultLibrary;
import strongroom.hsm.SoftHsmToken;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.seal.SealKey;
import strongroom.secret.SecretBytes;

class Pkcs11SealFaultTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary faulty;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "seal-faults", "1234");
    faulty = FaultLibrary.build(folder, soft.library());
    faulty.none();
  }

  @AfterEach
  void endFaults() {
    faulty.none();
  }

  private static Pkcs11Seal seal(String... parameters) {
    Map<String, String> values = new HashMap<>();
    values.put("lib", faulty.path().toString());
    values.put("token_label", "seal-faults");
    values.put("key_label", "master");
    values.put("generate_key", "true");
    values.put("health_check_interval", "50ms");
    for (int i = 0; i < parameters.length; i += 2) {
      values.put(parameters[i], parameters[i + 1]);
    }
    return new Pkcs11Seal(
        Pkcs11SealSettings.parse(values),
        soft.pinSource(),
        Clock.systemUTC(),
        RANDOM,
        Duration.ofMillis(200));
  }

  private static byte[] wrap(Pkcs11Seal seal) {
    try (SecretBytes secret = SecretBytes.takeFrom("root".getBytes(StandardCharsets.UTF_8))) {
      return seal.wrap(Purpose.ROOT_KEY, secret);
    }
  }

  private static void opens(Pkcs11Seal seal, byte[] blob) {
    try (SecretBytes root = seal.unwrap(Purpose.ROOT_KEY, blob)) {
      assertThat(root.length()).isEqualTo(4);
    }
  }

  private static void waitFor(Pkcs11Seal seal, boolean healthy) throws InterruptedException {
    for (int i = 0; i < 600 && seal.health().healthy() != healthy; i++) {
      Thread.sleep(50);
    }
    SealHealth health = seal.health();
    assertThat(health.healthy()).as(health.reason()).isEqualTo(healthy);
  }

  @Test
  void isUpBeforeTheHsmAndFindsItByItself() throws Exception {
    faulty.faults("C_Initialize return 0x30");
    try (Pkcs11Seal seal = seal()) {
      seal.start();
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Away.class)
          .hasMessageContaining("CKR_DEVICE_ERROR");
      assertThat(seal.health().reason()).contains("C_Initialize");
      faulty.none();
      seal.prove(true);
      waitFor(seal, true);
    }
  }

  @Test
  void noticesThatTheTokenIsPulledAndThatItIsBack() throws Exception {
    try (Pkcs11Seal seal = seal()) {
      seal.prove(true);
      byte[] blob = wrap(seal);
      seal.start();
      waitFor(seal, true);
      faulty.faults("* return 0x32");
      waitFor(seal, false);
      assertThat(seal.health().reason()).contains("CKR_DEVICE_REMOVED");
      assertThat(seal.health().lastSuccess()).isPresent();
      assertThat(seal.health().details()).containsEntry("key_label", "master");
      assertThatThrownBy(() -> opens(seal, blob)).isInstanceOf(SealFault.Away.class);
      faulty.none();
      opens(seal, blob);
      waitFor(seal, true);
    }
  }

  @Test
  void opensAtOnceAfterSessionsWereLost() {
    try (Pkcs11Seal seal = seal()) {
      seal.prove(true);
      byte[] blob = wrap(seal);
      for (String answer : List.of("0xb3", "0x101", "0x32", "0xe0", "0x190")) {
        faulty.faults("C_DecryptInit once " + answer);
        opens(seal, blob);
      }
    }
  }

  @Test
  void saysThatTheHsmHangsWithoutWaitingForIt() throws Exception {
    try (Pkcs11Seal seal = seal("health_check_timeout", "100ms", "max_operation_duration", "2s")) {
      seal.prove(true);
      seal.start();
      waitFor(seal, true);
      faulty.faults("C_Encrypt hang");
      waitFor(seal, false);
      assertThat(seal.health().reason()).contains("answer");
      faulty.none();
      waitFor(seal, true);
    }
  }

  @Test
  void returnsNothingThatTheHsmDoesNotOpenAgain() {
    try (Pkcs11Seal seal = seal()) {
      seal.prove(true);
      faulty.faults("C_Decrypt return 0x40");
      assertThatThrownBy(() -> wrap(seal))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("cannot be unwrapped again");
      assertThat(seal.health().healthy()).isFalse();
    }
  }

  @Test
  void tellsDamagedDataFromABrokenHsm() {
    try (Pkcs11Seal seal = seal()) {
      seal.prove(true);
      byte[] blob = wrap(seal);
      byte[] damaged = blob.clone();
      damaged[damaged.length - 8] ^= 1;
      assertThatThrownBy(() -> opens(seal, damaged))
          .isInstanceOf(SealFault.Data.class)
          .hasMessageContaining("\"master\"");
      assertThat(seal.health().healthy()).isTrue();
      faulty.faults("C_Decrypt return 0x5");
      assertThatThrownBy(() -> opens(seal, blob)).isInstanceOf(SealFault.Away.class);
    }
  }

  @Test
  void findsATokenThatWasMissingAtStart() throws Exception {
    try (Pkcs11Seal seal = seal("token_label", "later")) {
      seal.start();
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("\"later\"")
          .hasMessageContaining("token_label \"seal-faults\"");
      run(
          "softhsm2-util",
          "--init-token",
          "--free",
          "--label",
          "later",
          "--so-pin",
          "1234",
          "--pin",
          "1234");
      for (int i = 0; i < 600 && seal.health().reason().contains("no HSM token"); i++) {
        Thread.sleep(50);
      }
      seal.prove(true);
      assertThat(seal.health().details()).containsEntry("token_label", "later");
    }
  }

  @Test
  void triesALockedPinOnce() {
    faulty.faults("C_Login return 0xa4");
    try (Pkcs11Seal seal = seal()) {
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Pin.class)
          .hasMessageContaining("CKR_PIN_LOCKED");
      faulty.none();
      assertThatThrownBy(() -> seal.prove(true))
          .isInstanceOf(SealFault.Pin.class)
          .hasMessageContaining("not tried again until it changes");
    }
  }

  @Test
  void makesKeysThatPkcs11ToolShowsAsNeverExtractableAndSensitive() throws Exception {
    try (Pkcs11Seal seal = seal("key_label", "shown", "hmac_key_label", "shown-hmac")) {
      seal.prove(true);
    }
    String shown =
        run(
            "pkcs11-tool",
            "--module",
            soft.library().toString(),
            "--token-label",
            "seal-faults",
            "--login",
            "--pin",
            "1234",
            "--list-objects");
    for (String label : List.of("shown", "shown-hmac")) {
      int at = shown.indexOf("label:      " + label + "\n");
      assertThat(at).as(shown).isPositive();
      String about = shown.substring(at, shown.indexOf('\n', shown.indexOf("Access:", at)));
      assertThat(about).contains("sensitive", "always sensitive", "never extractable", "local");
    }
  }

  /** What a rotation asks of the seal, in the order of {@code node.SealRotation}. */
  private static byte[] rotate(Pkcs11Seal seal, SealKey next) {
    seal.make(next);
    return adopt(seal, next);
  }

  private static byte[] adopt(Pkcs11Seal seal, SealKey next) {
    byte[] blob;
    try (SecretBytes secret = SecretBytes.takeFrom("root".getBytes(StandardCharsets.UTF_8))) {
      blob = seal.wrapBy(next, Purpose.ROOT_KEY, secret);
    }
    opens(seal, blob);
    seal.use(seal.configuredKey(), next);
    return blob;
  }

  @Test
  void rotatesTheHmacKeyWithTheOtherAndGoesOnWhereverItWasCutOff() throws Exception {
    String[] byHmac = {"key_label", "pair", "hmac_key_label", "pair-hmac"};
    byte[] first;
    String firstHmac;
    SealKey before;
    try (Pkcs11Seal seal = seal(byHmac)) {
      seal.prove(true);
      first = wrap(seal);
      firstHmac = seal.describe(first).get("hmac_key_id");
      before = seal.choose(new SealKey("", ""), false);
    }
    SealKey last = before;
    for (String function :
        List.of(
            "C_GenerateKey",
            "C_GetAttributeValue",
            "C_FindObjectsInit",
            "C_EncryptInit",
            "C_Encrypt",
            "C_SignInit",
            "C_Sign",
            "C_DecryptInit",
            "C_Decrypt")) {
      for (String how : List.of(" return 0x7", " after 0x7")) {
        SealKey next;
        try (Pkcs11Seal seal = seal(byHmac)) {
          next = seal.choose(new SealKey("", ""), true);
          SealKey cutOff = next;
          faulty.faults(function + how);
          assertThatThrownBy(() -> rotate(seal, cutOff))
              .as(function + how)
              .isInstanceOf(SealFault.class);
        }
        faulty.none();
        try (Pkcs11Seal again = seal(byHmac)) {
          again.use(again.configuredKey(), last);
          opens(again, wrap(again));
          byte[] rotated = rotate(again, next);
          assertThat(again.describe(rotated))
              .containsEntry("key_id", next.id())
              .containsEntry("hmac_key_id", next.id());
          assertThat(again.describe(wrap(again))).containsEntry("hmac_key_id", next.id());
          opens(again, first);
          // And back to the keys from the beginning, which do not have one id.
          assertThat(again.describe(adopt(again, before))).containsEntry("hmac_key_id", firstHmac);
          last = next;
        }
      }
    }
    try (Pkcs11Seal asTheFileIs =
        seal("key_label", "pair", "key_id", last.id(), "hmac_key_label", "pair-hmac")) {
      assertThat(asTheFileIs.describe(wrap(asTheFileIs))).containsEntry("hmac_key_id", last.id());
    }
    assertThat(
            run(
                    "pkcs11-tool",
                    "--module",
                    soft.library().toString(),
                    "--token-label",
                    "seal-faults",
                    "--login",
                    "--pin",
                    "1234",
                    "--list-objects")
                .split("label:      pair-hmac\n", -1))
        .as("one more for each rotation")
        .hasSize(1 + 1 + 18);
  }

  @Test
  void aRotationThatWasRecordedWithoutItsHmacKeyKeepsTheConfiguredOne() {
    String[] byHmac = {"key_label", "old", "hmac_key_label", "old-hmac"};
    try (Pkcs11Seal seal = seal(byHmac)) {
      seal.prove(true);
      String hmac = seal.describe(wrap(seal)).get("hmac_key_id");
      try (Pkcs11Seal plain = seal("key_label", "old")) {
        SealKey next = plain.choose(new SealKey("", ""), true);
        plain.make(next);
        seal.use("label \"old\"", next);
        assertThat(seal.describe(wrap(seal)))
            .containsEntry("key_id", next.id())
            .containsEntry("hmac_key_id", hmac);
      }
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    // What it warns of would come in the middle of its lines.
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(soft.environment());
    Process process = builder.start();
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(words).isZero();
    return words;
  }
}
