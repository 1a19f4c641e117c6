package strongroom.hsm.doctor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Coarse tests of random bytes, which find a generator that is stuck or broken, not one that is
 * weak: nothing can be proved of randomness by looking at it.
 */
final class Randomness {
  /** So many degrees of freedom; chance goes beyond these bounds less than once in a million. */
  private static final double CHI_SQUARE_MIN = 155;

  private static final double CHI_SQUARE_MAX = 380;
  private static final int RUN_MAX = 6;

  private Randomness() {}

  /**
   * What is wrong with {@code bytes}, of which there are some thousands; empty where nothing is.
   */
  static Optional<String> wrongWith(byte[] bytes) {
    int half = bytes.length / 2;
    if (Arrays.equals(bytes, 0, half, bytes, half, 2 * half)) {
      return Optional.of("the same bytes come again");
    }
    int[] counts = new int[256];
    int run = 1;
    for (int i = 0; i < bytes.length; i++) {
      counts[bytes[i] & 0xff]++;
      run = i > 0 && bytes[i] == bytes[i - 1] ? run + 1 : 1;
      if (run > RUN_MAX) {
        return Optional.of("one value comes " + run + " times in a row");
      }
    }
    double expected = bytes.length / 256.0;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    return chiSquare < CHI_SQUARE_MIN || chiSquare > CHI_SQUARE_MAX
        ? Optional.of("the values are not spread evenly (chi-square %.0f)".formatted(chiSquare))
        : Optional.empty();
  }
}
