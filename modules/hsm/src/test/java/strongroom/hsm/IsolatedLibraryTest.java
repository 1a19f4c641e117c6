package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.secret.SecretBytes;

/** What an isolated library does to its own process stays there. */
class IsolatedLibraryTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final CipherMode MODE = new CipherMode.CbcPad(new byte[16]);
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary faulty;

  private IsolatedLibrary library;
  private volatile String pin = "1234";

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "isolated", "1234");
    faulty = FaultLibrary.build(folder, soft.library());
    faulty.none();
  }

  @BeforeEach
  void open() {
    library = open(LONG);
  }

  @AfterEach
  void close() {
    faulty.none();
    library.close();
  }

  private static IsolatedLibrary open(Duration callMax) {
    Map<String, String> environment = new HashMap<>(soft.environment());
    environment.putAll(faulty.environment());
    return IsolatedLibrary.open(faulty.path().toString(), callMax, environment);
  }

  private HsmToken token(Duration callMax) {
    return library.token(
        SlotChoice.byLabel("isolated"),
        () -> SecretBytes.takeFrom(pin.getBytes(StandardCharsets.UTF_8)),
        new TokenSettings(OptionalInt.of(4), callMax, false, false));
  }

  private static HsmKey key(HsmToken token) {
    return token.keys(KeySearch.byLabel("key")).stream()
        .findFirst()
        .orElseGet(() -> token.generate(NewKey.usual(NewKey.Kind.AES, "key", RANDOM)));
  }

  private static byte[] encrypted(HsmToken token) {
    try (SecretBytes plain = SecretBytes.random(32, RANDOM)) {
      return token.encrypt(key(token), MODE, plain).ciphertext();
    }
  }

  private LibraryProcess process() {
    LibraryProcess process = library.current();
    if (process == null) {
      throw new AssertionError("no process runs");
    }
    return process;
  }

  @Test
  void aCrashTakesOnlyItsProcessAndTheNextCallWorks() {
    try (HsmToken token = token(LONG)) {
      byte[] ciphertext = encrypted(token);
      long before = process().pid();
      faulty.faults("C_DecryptInit crash");
      assertThatThrownBy(() -> token.decrypt(key(token), MODE, ciphertext))
          .isInstanceOf(HsmFault.Crashed.class)
          .hasMessageContaining("crashed");
      faulty.none();
      opensSoon(token, ciphertext);
      assertThat(process().pid()).isNotEqualTo(before);
    }
  }

  @Test
  void aCrashByChanceIsNotEvenNoticed() {
    try (HsmToken token = token(LONG)) {
      byte[] ciphertext = encrypted(token);
      process().end("was ended by the test");
      token.decrypt(key(token), MODE, ciphertext).close();
    }
  }

  @Test
  void pausesGrowWhenTheProcessEndsAgainAndAgain() {
    try (HsmToken token = token(LONG)) {
      encrypted(token);
      faulty.faults("C_OpenSession crash");
      process().end("was ended by the test");
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(token::slot).isInstanceOf(HsmFault.Crashed.class);
      }
      assertThatThrownBy(token::slot)
          .hasMessageContaining("in a row")
          .hasMessageContaining("another is started in");
    }
  }

  @Test
  void aHangEndsTheProcessAndTheNextCallWorks() {
    try (HsmToken token = token(Duration.ofMillis(800))) {
      byte[] ciphertext = encrypted(token);
      long before = process().pid();
      faulty.faults("C_Decrypt hang");
      assertThatThrownBy(() -> token.decrypt(key(token), MODE, ciphertext))
          .isInstanceOf(HsmFault.TimedOut.class)
          .hasMessageContaining("C_Decrypt");
      assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
      faulty.none();
      opensSoon(token, ciphertext);
    }
  }

  private static void opensSoon(HsmToken token, byte[] ciphertext) {
    HsmFault last = null;
    for (int i = 0; i < 100; i++) {
      try {
        token.decrypt(key(token), MODE, ciphertext).close();
        return;
      } catch (HsmFault e) {
        last = e;
        sleep(50);
      }
    }
    throw new AssertionError("it does not come back", last);
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRefusedPinIsNotTriedByTheNextProcessEither() {
    faulty.calls("");
    pin = "9999";
    try (HsmToken token = token(LONG)) {
      assertThatThrownBy(token::slot)
          .isInstanceOf(HsmFault.PinRefused.class)
          .hasMessageContaining("CKR_PIN_INCORRECT");
      for (int i = 0; i < 2; i++) {
        process().end("was ended by the test");
        sleep(300);
        assertThatThrownBy(token::slot)
            .isInstanceOf(HsmFault.PinRefused.class)
            .hasMessageContaining("not tried again until it changes");
      }
      assertThat(faulty.calls("C_Login")).isEqualTo(1);
      pin = "1234";
      assertThat(token.slot().usable()).isTrue();
    }
  }

  @Test
  void whyThereIsNoPinIsToldAsThePinSourceToldIt() {
    try (HsmToken token =
        library.token(
            SlotChoice.byLabel("isolated"),
            () -> {
              throw new IllegalArgumentException("the file with the PIN is not there");
            },
            TokenSettings.defaults())) {
      assertThatThrownBy(token::slot)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the file with the PIN is not there");
    }
  }

  @Test
  void thePinIsNeitherOnTheCommandLineNorInTheEnvironment() throws IOException {
    pin = "1234";
    try (HsmToken token = token(LONG)) {
      assertThat(token.slot().usable()).isTrue();
      Path proc = Path.of("/proc", Long.toString(process().pid()));
      assertThat(Files.readString(proc.resolve("cmdline"))).doesNotContain("\0001234");
      assertThat(LibraryProcess.keptFromIt("VAULT_HSM_PIN")).isTrue();
      assertThat(LibraryProcess.keptFromIt("BAO_HSM_PIN")).isTrue();
      assertThat(LibraryProcess.keptFromIt("SOFTHSM2_CONF")).isFalse();
    }
  }

  @Test
  void theProcessEndsWithTheSocketEvenWhileTheLibraryHangs() throws Exception {
    try (HsmToken token = token(LONG)) {
      encrypted(token);
      LibraryProcess running = process();
      faulty.faults("C_GenerateRandom hang");
      // What it comes to does not matter here: it is tried again on another process.
      Thread hanging = Thread.ofVirtual().start(() -> token.random(8));
      sleep(200);
      running.disconnect();
      ProcessHandle.of(running.pid())
          .ifPresent(p -> p.onExit().orTimeout(20, TimeUnit.SECONDS).join());
      faulty.none();
      hanging.join();
    }
  }
}
