package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.secret.SecretBytes;

/** Every call is told of, where it is made and where it is made for another process. */
class HsmObserverTest {
  private static final long RANDOM_NO_RNG = 0x121;
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary faulty;

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final HsmObserver observer =
      new HsmObserver() {
        @Override
        public void called(String function, long nanos, long answer) {
          assertThat(nanos).isNotNegative();
          seen.add(function + " " + Long.toHexString(answer));
        }

        @Override
        public void timedOut(String function) {
          seen.add(function + " timeout");
        }
      };

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "observed", "1234");
    faulty = FaultLibrary.build(folder, soft.library());
  }

  @AfterEach
  void mend() {
    faulty.none();
  }

  private void looksAt(HsmLibrary library, Duration callMax) {
    try (HsmToken token =
        library.token(
            SlotChoice.byLabel("observed"),
            () -> SecretBytes.takeFrom("1234".getBytes(StandardCharsets.UTF_8)),
            new TokenSettings(OptionalInt.of(1), callMax, false, false))) {
      assertThat(token.sessions()).isEqualTo(HsmSessions.NONE);
      token.random(8);
      token.random(8);
      assertThat(seen).contains("C_Initialize 0").containsOnlyOnce("C_Login 0");
      assertThat(seen.stream().filter("C_GenerateRandom 0"::equals)).hasSize(2);
      assertThat(token.sessions().open()).isEqualTo(1);
      assertThat(token.sessions().idle()).isEqualTo(1);

      faulty.faults("C_GenerateRandom return 0x121");
      assertThatThrownBy(() -> token.random(8)).isInstanceOf(HsmFault.class);
      assertThat(seen).contains("C_GenerateRandom " + Long.toHexString(RANDOM_NO_RNG));
    }
  }

  @Test
  void isToldOfCallsInThisProcess() {
    Duration callMax = Duration.ofSeconds(1);
    try (HsmLibrary library = HsmLibrary.open(faulty.path().toString(), callMax, observer)) {
      looksAt(library, callMax);
      faulty.faults("C_GetSlotList hang");
      assertThatThrownBy(library::slots).isInstanceOf(HsmFault.TimedOut.class);
      assertThat(seen).contains("C_GetSlotList timeout");
      faulty.none();
    }
  }

  @Test
  void isToldOfCallsInAProcessOfTheLibrarysOwn() {
    Duration callMax = Duration.ofSeconds(20);
    Map<String, String> environment = new HashMap<>(soft.environment());
    environment.putAll(faulty.environment());
    try (HsmLibrary library =
        IsolatedLibrary.open(faulty.path().toString(), callMax, environment, observer)) {
      looksAt(library, callMax);
    }
  }
}
