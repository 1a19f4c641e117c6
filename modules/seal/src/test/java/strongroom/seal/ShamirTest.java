package strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;

class ShamirTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void multipliesAsTheAesStandardDoes() {
    // FIPS 197, sections 4.2 and 4.2.1.
    assertThat(Field.multiply(0x57, 0x83)).isEqualTo(0xc1);
    assertThat(Field.multiply(0x57, 0x13)).isEqualTo(0xfe);
    assertThat(Field.multiply(0x57, 0x02)).isEqualTo(0xae);
  }

  @Test
  void multiplicationAgreesWithLongMultiplicationForAllBytes() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        assertThat(Field.multiply(a, b)).isEqualTo(longMultiplication(a, b));
      }
    }
  }

  private static int longMultiplication(int a, int b) {
    int product = 0;
    for (int bit = 0; bit < 8; bit++) {
      if ((b >> bit & 1) == 1) {
        product ^= a << bit;
      }
    }
    for (int bit = 14; bit >= 8; bit--) {
      if ((product >> bit & 1) == 1) {
        product ^= 0x11b << (bit - 8);
      }
    }
    return product;
  }

  @Test
  void everyByteButZeroTimesItsInverseIsOne() {
    for (int a = 1; a < 256; a++) {
      assertThat(Field.multiply(a, Field.inverse(a))).isEqualTo(1);
    }
    assertThat(Field.inverse(0)).isZero();
    assertThatThrownBy(() -> Field.divide(1, 0)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void combinesSharesWorkedOutByHand() throws InvalidSharesException {
    // f(x) = 0x42 + 0x57 x for one byte: f(1) = 0x15, f(2) = 0x42 ^ 0xae = 0xec,
    // f(0x83) = 0x42 ^ 0xc1 = 0x83. A share is y then x.
    assertThat(combine("1501", "ec02")).isEqualTo("42");
    assertThat(combine("8383", "1501")).isEqualTo("42");
    assertThat(combine("ec02", "8383", "1501")).isEqualTo("42");
  }

  @Test
  void aShareIsTheSecretsLengthAndOneByteMore() {
    List<SecretBytes> shares = Shamir.split(SecretBytes.random(32, random), 5, 3, random);

    assertThat(shares).hasSize(5).allSatisfy(share -> assertThat(share.length()).isEqualTo(33));
    assertThat(shares.stream().map(s -> s.withHeapCopy(b -> b[32])).distinct()).hasSize(5);
  }

  @Test
  void anyThresholdOfSharesInAnyOrderGivesTheSecretBack() throws InvalidSharesException {
    Random choices = new Random(20260102);
    for (int round = 0; round < 60; round++) {
      int shares = 2 + choices.nextInt(round % 10 == 0 ? 254 : 9);
      int threshold = 2 + choices.nextInt(shares - 1);
      int length = 1 + choices.nextInt(40);
      try (SecretBytes secret = SecretBytes.random(length, random)) {
        List<SecretBytes> all = new ArrayList<>(Shamir.split(secret, shares, threshold, random));
        Collections.shuffle(all, choices);
        try (SecretBytes back = Shamir.combine(all.subList(0, threshold))) {
          assertThat(back.contentEquals(secret))
              .as("%d of %d, %d bytes", threshold, shares, length)
              .isTrue();
        }
        all.forEach(SecretBytes::close);
      }
    }
  }

  @Test
  void oneShareTooFewGivesSomethingElse() throws InvalidSharesException {
    try (SecretBytes secret = SecretBytes.random(32, random)) {
      List<SecretBytes> shares = Shamir.split(secret, 5, 3, random);

      assertThat(Shamir.combine(shares.subList(0, 2)).contentEquals(secret)).isFalse();
    }
  }

  @Test
  void refusesSharesThatCannotBelongTogether() {
    assertThatThrownBy(() -> combine("1501")).isInstanceOf(InvalidSharesException.class);
    assertThatThrownBy(() -> combine("01", "02")).hasMessageContaining("at least 2 bytes");
    assertThatThrownBy(() -> combine("1501", "1501")).hasMessageContaining("the same one");
    assertThatThrownBy(() -> combine("1501", "aabb02")).hasMessageContaining("different lengths");
    assertThatThrownBy(() -> combine("1501", "aa00")).hasMessageContaining("zero byte");
  }

  @Test
  void refusesToSplitInWaysThatMakeNoSense() {
    SecretBytes secret = SecretBytes.random(32, random);

    for (int[] bad : new int[][] {{1, 1}, {5, 1}, {3, 4}, {256, 3}, {0, 0}}) {
      assertThatThrownBy(() -> Shamir.split(secret, bad[0], bad[1], random))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Shamir.split(SecretBytes.allocate(0), 3, 2, random))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String combine(String... shares) throws InvalidSharesException {
    List<SecretBytes> bytes = new ArrayList<>();
    for (String share : shares) {
      bytes.add(SecretBytes.takeFrom(HexFormat.of().parseHex(share)));
    }
    try (SecretBytes secret = Shamir.combine(bytes)) {
      return secret.withHeapCopy(HexFormat.of()::formatHex);
    }
  }
}
