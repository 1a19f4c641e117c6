package strongroom.hsm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RandomnessTest {
  private static final int BYTES = 8192;

  /** The same in each run: a test of chance must not depend on it. */
  private static byte[] sound() {
    byte[] bytes = new byte[BYTES];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void findsNothingInBytesThatAreSpread() {
    assertThat(Randomness.wrongWith(sound())).isEmpty();
  }

  @Test
  void findsAGeneratorThatIsStuck() {
    byte[] bytes = sound();
    Arrays.fill(bytes, 100, 120, (byte) 5);
    assertThat(Randomness.wrongWith(bytes)).hasValueSatisfying(w -> assertThat(w).contains("row"));
    assertThat(Randomness.wrongWith(new byte[BYTES])).isPresent();
  }

  @Test
  void findsAGeneratorThatRepeatsItself() {
    byte[] bytes = sound();
    System.arraycopy(bytes, 0, bytes, BYTES / 2, BYTES / 2);
    assertThat(Randomness.wrongWith(bytes)).contains("the same bytes come again");
  }

  @Test
  void findsValuesThatComeTooOftenOrTooEvenly() {
    byte[] often = sound();
    for (int i = 0; i < BYTES; i += 9) {
      often[i] = 'x';
    }
    assertThat(Randomness.wrongWith(often))
        .hasValueSatisfying(w -> assertThat(w).contains("not spread evenly"));
    byte[] counted = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      counted[i] = (byte) (i + i / (BYTES / 2));
    }
    assertThat(Randomness.wrongWith(counted))
        .hasValueSatisfying(w -> assertThat(w).contains("not spread evenly"));
  }
}
