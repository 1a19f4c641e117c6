package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.secret.SecretBytes;

class HsmFaultTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary faulty;

  private final AtomicInteger logins = new AtomicInteger();
  private LocalLibrary library;
  private HsmToken token;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "faults", "1234");
    faulty = FaultLibrary.build(folder, soft.library());
    faulty.none();
  }

  @AfterAll
  static void endFaults() {
    faulty.none();
  }

  @BeforeEach
  void open() {
    library = LocalLibrary.open(faulty.path().toString(), LONG);
    token = token(LONG);
  }

  @AfterEach
  void close() {
    faulty.none();
    token.close();
    library.close();
  }

  private HsmToken token(Duration callMax) {
    PinSource pins =
        () -> {
          logins.incrementAndGet();
          return SecretBytes.takeFrom(soft.pin().getBytes(StandardCharsets.UTF_8));
        };
    return new LocalToken(
        library,
        SlotChoice.byLabel("faults"),
        pins,
        new TokenSettings(OptionalInt.of(4), callMax, false, false));
  }

  private HsmKey key() {
    List<HsmKey> there = token.keys(KeySearch.byLabel("key"));
    return there.isEmpty()
        ? token.generate(NewKey.usual(NewKey.Kind.AES, "key", RANDOM))
        : there.getFirst();
  }

  private static Encrypted encrypt(HsmToken by, HsmKey key) {
    byte[] iv = new byte[12];
    RANDOM.nextBytes(iv);
    try (SecretBytes plain = SecretBytes.random(32, RANDOM)) {
      return by.encrypt(key, new CipherMode.Gcm(iv, new byte[0]), plain);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void leavesACallThatHangsBehindAndGoesOnWithOthers() throws Exception {
    HsmKey key = key();
    try (HsmToken quick = token(Duration.ofMillis(700))) {
      encrypt(quick, key);
      faulty.faults("C_Encrypt hang");
      HsmFault.TimedOut fault =
          catchThrowableOfType(HsmFault.TimedOut.class, () -> encrypt(quick, key));
      assertThat(fault.function()).isEqualTo("C_Encrypt");
      assertThat(fault).hasMessageContaining("700 ms");
      assertThat(quick.hungCalls()).isEqualTo(1);
      assertThat(quick.random(8)).as("while the other hangs").hasSize(8);
      faulty.none();
      await(() -> quick.hungCalls() == 0);
      assertThat(encrypt(quick, key).ciphertext()).hasSize(48);
    }
  }

  @Test
  void startsNoMoreCallsWhenTooManyHang() throws Exception {
    HsmKey key = key();
    try (HsmToken quick = token(Duration.ofMillis(150))) {
      encrypt(quick, key);
      faulty.faults("C_GenerateRandom hang");
      for (int i = 0; i < CallThreads.HUNG_CALLS_MAX; i++) {
        assertThatThrownBy(() -> quick.random(8)).isInstanceOf(HsmFault.TimedOut.class);
      }
      assertThatThrownBy(() -> quick.random(8))
          .isInstanceOf(HsmFault.Hung.class)
          .hasMessageContaining("8 calls hang");
      faulty.none();
      await(() -> quick.hungCalls() == 0);
      assertThat(quick.random(8)).hasSize(8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0xb3", "0xb0", "0x101", "0x32", "0xe0", "0x60", "0x82", "0x5", "0x190"})
  void recoversAtOnceFromALostSessionLoginOrDevice(String answer) {
    HsmKey key = key();
    faulty.faults("C_EncryptInit once " + answer);
    assertThat(encrypt(token, key).ciphertext()).hasSize(48);
  }

  @Test
  void recoversWhenAllSessionsAndTheLoginAreGone() {
    HsmKey key = key();
    encrypt(token, key);
    int loginsBefore = logins.get();
    library.call(
        functions -> {
          functions.closeAllSessions(token.slot().id());
          return true;
        });
    assertThat(encrypt(token, key).ciphertext()).hasSize(48);
    assertThat(logins.get()).isEqualTo(loginsBefore + 1);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void reportsEveryReturnValueByFunctionNameNumberAndRemedy(Ckr answer) {
    HsmKey key = key();
    faulty.faults("C_EncryptInit return 0x" + Long.toHexString(answer.number()));
    HsmFault.Rejected fault =
        catchThrowableOfType(HsmFault.Rejected.class, () -> encrypt(token, key));
    assertThat(fault.function()).isEqualTo("C_EncryptInit");
    assertThat(fault.number()).isEqualTo(answer.number());
    assertThat(fault).hasMessageContaining(answer.standardName());
    assertThat(fault.remedy()).isEqualTo(answer.remedy());
    faulty.none();
    assertThat(encrypt(token, key).ciphertext()).as("afterwards").hasSize(48);
  }

  @Test
  void namesAVendorsOwnReturnValueByItsNumber() {
    HsmKey key = key();
    faulty.faults("C_EncryptInit return 0x80000011");
    assertThatThrownBy(() -> encrypt(token, key))
        .hasMessageContaining("CKR_VENDOR_DEFINED+0x11 (0x80000011)");
  }

  @Test
  void initializesTheLibraryAnewAfterSeveralFailuresInARow() {
    HsmKey key = key();
    long before = library.loaded().generation();
    faulty.faults("C_EncryptInit return 0x30");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> encrypt(token, key)).isInstanceOf(HsmFault.Rejected.class);
      assertThat(library.loaded().generation()).isEqualTo(before);
    }
    faulty.none();
    assertThat(encrypt(token, key).ciphertext()).hasSize(48);
    assertThat(library.loaded().generation()).isEqualTo(before + 1);
  }

  @Test
  void takesAnInitializedLibraryAndAnExistingLoginAsSuccess() {
    token.close();
    library.close();
    faulty.faults("C_Initialize after 0x191", "C_Login after 0x100");
    library = LocalLibrary.open(faulty.path().toString(), LONG);
    token = token(LONG);
    assertThat(token.random(8)).hasSize(8);
    assertThat(encrypt(token, key()).ciphertext()).hasSize(48);
    // It was not initialized here, as far as it said, so it is not finalized here either.
    token.close();
    library.close();
    faulty.none();
    library = LocalLibrary.open(faulty.path().toString(), LONG);
    token = token(LONG);
    assertThat(token.random(8)).hasSize(8);
  }

  @Test
  void opensOnceTheDeviceIsBack() {
    token.close();
    library.close();
    faulty.faults("C_Initialize return 0x30");
    assertThatThrownBy(() -> LocalLibrary.open(faulty.path().toString(), LONG))
        .isInstanceOf(HsmFault.Rejected.class)
        .hasMessageContaining("C_Initialize")
        .hasMessageContaining("CKR_DEVICE_ERROR");
    faulty.none();
    library = LocalLibrary.open(faulty.path().toString(), LONG);
    token = token(LONG);
    assertThat(token.random(8)).hasSize(8);
  }

  @Test
  void makesDoWithTheSessionsThatTheTokenAllows() throws Exception {
    HsmKey key = key();
    token.close();
    faulty.faults("C_OpenSession sessions 2", "C_EncryptInit delay 20");
    token = token(LONG);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Encrypted>> all = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        all.add(threads.submit(() -> encrypt(token, key)));
      }
      for (Future<Encrypted> one : all) {
        assertThat(one.get().ciphertext()).hasSize(48);
      }
    }
  }

  @Test
  void doesNotTryALockedTokenTwice() {
    faulty.faults("C_Login return 0xa4");
    assertThatThrownBy(() -> token.random(8))
        .isInstanceOf(HsmFault.PinRefused.class)
        .hasMessageContaining("CKR_PIN_LOCKED")
        .hasMessageNotContaining("1234");
    faulty.none();
    assertThatThrownBy(() -> token.random(8))
        .isInstanceOf(HsmFault.PinRefused.class)
        .hasMessageContaining("not tried again");
  }

  @Test
  void logsInOnceForManySessions() throws Exception {
    HsmKey key = key();
    int before = logins.get();
    faulty.faults("C_EncryptInit delay 30");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Encrypted>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(threads.submit(() -> encrypt(token, key)));
      }
      for (Future<Encrypted> one : all) {
        assertThat(one.get().ciphertext()).hasSize(48);
      }
    }
    assertThat(logins.get()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ownIv", "appendIv"})
  void readsTheIvBackThatTheHsmMade(String how) {
    HsmKey key = key();
    faulty.faults("C_EncryptInit " + how, how.equals("appendIv") ? "C_Encrypt appendIv" : "# none");
    byte[] iv = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    byte[] aad = {9};
    try (SecretBytes plain = SecretBytes.random(32, RANDOM)) {
      Encrypted made = token.encrypt(key, new CipherMode.Gcm(iv, aad), plain);
      faulty.none();
      assertThat(made.iv()).hasSize(12).isNotEqualTo(iv);
      assertThat(made.ciphertext()).hasSize(48);
      try (SecretBytes back =
          token.decrypt(key, new CipherMode.Gcm(made.iv(), aad), made.ciphertext())) {
        assertThat(back.contentEquals(plain)).isTrue();
      }
    }
  }
}
