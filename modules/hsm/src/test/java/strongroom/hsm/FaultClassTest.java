package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import strongroom.secret.SecretBytes;

/** What is done about each return value, by its class in docs/hsm/faults.md. */
class FaultClassTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary faulty;

  private final AtomicInteger pinsAsked = new AtomicInteger();
  private LocalLibrary library;
  private HsmToken token;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "classes", "1234");
    faulty = FaultLibrary.build(folder, soft.library());
    faulty.none();
  }

  @BeforeEach
  void open() {
    library = LocalLibrary.open(faulty.path().toString(), LONG);
    token = token();
  }

  @AfterEach
  void close() {
    faulty.none();
    token.close();
    library.close();
  }

  private HsmToken token() {
    PinSource pins =
        () -> {
          pinsAsked.incrementAndGet();
          return SecretBytes.takeFrom(soft.pin().getBytes(StandardCharsets.UTF_8));
        };
    return new LocalToken(
        library,
        SlotChoice.byLabel("classes"),
        pins,
        new TokenSettings(OptionalInt.of(4), LONG, false, false));
  }

  private HsmKey key() {
    return token.keys(KeySearch.byLabel("key")).stream()
        .findFirst()
        .orElseGet(() -> token.generate(NewKey.usual(NewKey.Kind.AES, "key", RANDOM)));
  }

  private static final CipherMode MODE = new CipherMode.CbcPad(new byte[16]);

  private byte[] encrypted(HsmKey key) {
    try (SecretBytes plain = SecretBytes.random(32, RANDOM)) {
      return token.encrypt(key, MODE, plain).ciphertext();
    }
  }

  private void opens(HsmKey key, byte[] ciphertext) {
    try (SecretBytes back = token.decrypt(key, MODE, ciphertext)) {
      assertThat(back.length()).isEqualTo(32);
    }
  }

  private static Stream<Ckr> ofOtherClassesThanPin() {
    return Stream.of(Ckr.values()).filter(c -> c != Ckr.OK && c.remedy() != Remedy.PIN);
  }

  @ParameterizedTest
  @MethodSource("ofOtherClassesThanPin")
  void isMendedAtOnceOrToldAtOnce(Ckr answer) {
    HsmKey key = key();
    byte[] ciphertext = encrypted(key);
    long generation = library.loaded().generation();
    int asked = pinsAsked.get();
    faulty.calls("");
    faulty.faults("C_DecryptInit once " + "0x" + Long.toHexString(answer.number()));
    switch (answer.remedy()) {
      case RETRY -> {
        opens(key, ciphertext);
        assertThat(pinsAsked.get()).as("the connection stays").isEqualTo(asked);
      }
      case REOPEN_SESSION, LOG_IN -> {
        opens(key, ciphertext);
        assertThat(pinsAsked.get()).as("it logged in again").isEqualTo(asked + 1);
        assertThat(library.loaded().generation()).isEqualTo(generation);
      }
      case REINITIALIZE -> {
        opens(key, ciphertext);
        assertThat(library.loaded().generation()).isEqualTo(generation + 1);
      }
      case CONFIGURATION, DATA -> {
        assertThatThrownBy(() -> opens(key, ciphertext))
            .isInstanceOf(HsmFault.Rejected.class)
            .hasMessageContaining(answer.standardName());
        assertThat(faulty.calls("C_DecryptInit")).as("tried once").isEqualTo(1);
        opens(key, ciphertext);
        assertThat(pinsAsked.get()).as("the connection stays").isEqualTo(asked);
      }
      case PIN -> throw new AssertionError("has a test of its own");
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "PIN_INCORRECT",
        "PIN_INVALID",
        "PIN_LEN_RANGE",
        "PIN_EXPIRED",
        "PIN_LOCKED",
        "NEW_PIN_MODE",
        "NEXT_OTP",
        "PIN_TOO_WEAK"
      })
  void aPinIsTriedOnceWhateverIsWrongWithIt(Ckr answer) {
    assertThat(answer.remedy()).isEqualTo(Remedy.PIN);
    faulty.faults("C_Login once 0x" + Long.toHexString(answer.number()));
    faulty.calls("");
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> token.random(8)).isInstanceOf(HsmFault.PinRefused.class);
    }
    assertThat(faulty.calls("C_Login")).isEqualTo(1);
  }

  @Test
  void everyReturnValueOfClassPinIsInTheTestAbove() {
    assertThat(Stream.of(Ckr.values()).filter(c -> c.remedy() == Remedy.PIN)).hasSize(8);
  }

  @Test
  void worksWithAnHsmThatStumblesAtThreeCallsInTen() {
    HsmKey key = key();
    byte[] ciphertext = encrypted(key);
    faulty.faults("* return 0x30 0.3");
    int opened = 0;
    for (int i = 0; i < 40; i++) {
      try {
        opens(key, ciphertext);
        opened++;
      } catch (HsmFault e) {
        assertThat(e.remedy().passesByItself()).as(e.getMessage()).isTrue();
      }
    }
    assertThat(opened).isGreaterThan(30);
  }

  @Test
  void staysLoggedInWhenItsOnlySessionIsDropped() {
    HsmKey key = key();
    byte[] ciphertext = encrypted(key);
    faulty.faults("C_Decrypt once 0x30");
    opens(key, ciphertext);
    faulty.faults("C_FindObjects once 0x30");
    assertThat(token.keys(KeySearch.byLabel("key"))).as("seen only when logged in").hasSize(1);
  }

  @Test
  void makesAKeyOnAnHsmThatAllowsOneSession() {
    faulty.faults("* sessions 1");
    HsmKey made = token.generate(NewKey.usual(NewKey.Kind.AES, "only", RANDOM));
    opens(made, encrypted(made));
    token.destroy(made);
    assertThat(token.keys(KeySearch.byLabel("only"))).isEmpty();
  }

  @Test
  void aSessionThatCouldNotBeClosedDoesNotUseUpTheOnlyOne() {
    HsmKey key = key();
    byte[] ciphertext = encrypted(key);
    token.close();
    faulty.faults("C_CloseSession return 0x30", "* sessions 1");
    token = token();
    opens(key, ciphertext);
    for (int i = 0; i < 3; i++) {
      faulty.faults("C_CloseSession return 0x30", "* sessions 1", "C_DecryptInit once 0xb3");
      opens(key, ciphertext);
    }
  }

  @Test
  void makesNoSecondKeyWhenTheHsmStumblesAfterMakingOne() {
    key();
    faulty.faults("C_GenerateKey after 0x30");
    assertThatThrownBy(() -> token.generate(NewKey.usual(NewKey.Kind.AES, "twice", RANDOM)))
        .hasMessageContaining("CKR_DEVICE_ERROR");
    faulty.none();
    assertThat(token.keys(KeySearch.byLabel("twice"))).hasSize(1);
  }

  @Test
  void returnsWithATokenThatLeftAndReturned() {
    HsmKey key = key();
    byte[] ciphertext = encrypted(key);
    faulty.faults("* absent");
    assertThatThrownBy(() -> opens(key, ciphertext)).isInstanceOf(HsmFault.class);
    assertThatThrownBy(() -> token.slot())
        .isInstanceOf(HsmFault.Missing.class)
        .hasMessageContaining("no token");
    faulty.faults("* loseSessions");
    opens(key, ciphertext);
    opens(key, ciphertext);
  }

  @Test
  void leavesAPinThatLocksItsOtherTries() {
    faulty.faults("C_Login lock 2", "C_GetTokenInfo lock 2");
    try (HsmToken wrong =
        new LocalToken(
            library,
            SlotChoice.byLabel("classes"),
            () -> SecretBytes.takeFrom("9999".getBytes(StandardCharsets.UTF_8)),
            TokenSettings.defaults())) {
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(wrong::slot).isInstanceOf(HsmFault.PinRefused.class);
      }
    }
    assertThat(token.slot().token().orElseThrow().pinLocked()).isFalse();
    assertThat(token.random(8)).hasSize(8);
  }

  @Test
  void aMechanismThatTheTokenLacksIsNotListed() {
    HsmKey key = key();
    faulty.faults("* without 0x1087");
    assertThat(library.mechanisms(token.slot()))
        .extracting(MechanismInfo::mechanism)
        .doesNotContain(Mechanism.AES_GCM)
        .contains(Mechanism.AES_CBC_PAD);
    try (SecretBytes plain = SecretBytes.random(32, RANDOM)) {
      assertThatThrownBy(
              () -> token.encrypt(key, new CipherMode.Gcm(new byte[12], new byte[0]), plain))
          .hasMessageContaining("CKR_MECHANISM_INVALID");
    }
  }

  @Test
  void aReadOnlyTokenMakesNoKeyAndSaysWhy() {
    HsmKey key = key();
    faulty.faults("* readOnly");
    opens(key, encrypted(key));
    assertThatThrownBy(() -> token.generate(NewKey.usual(NewKey.Kind.AES, "no", RANDOM)))
        .hasMessageContaining("CKR_TOKEN_WRITE_PROTECTED");
  }
}
