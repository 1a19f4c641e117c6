package strongroom.seal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import strongroom.secret.SecretBytes;

/**
 * Shamir's secret sharing over GF(2^8) (Shamir, "How to share a secret", 1979), byte by byte. A
 * share is the polynomials' values followed by one byte, the x at which they were taken: 33 bytes
 * for a secret of 32. That is the layout Vault's shares have, so either's shares combine here.
 *
 * <p>Combining cannot tell right shares from wrong ones: whatever the secret opens must.
 */
public final class Shamir {
  /** The most shares of one secret: x is one byte and never 0. */
  public static final int SHARES_MAX = 255;

  private Shamir() {}

  /**
   * Splits {@code secret} into {@code shares}, any {@code threshold} of which combine to it. The
   * caller closes the shares.
   *
   * @throws IllegalArgumentException where {@code 2 <= threshold <= shares <= 255} does not hold,
   *     or the secret is empty
   */
  public static List<SecretBytes> split(
      SecretBytes secret, int shares, int threshold, SecureRandom random) {
    if (threshold < 2 || shares < threshold || shares > SHARES_MAX || secret.length() == 0) {
      throw new IllegalArgumentException(
          "2 <= threshold <= shares <= 255 must hold and the secret must not be empty; threshold is "
              + threshold
              + ", shares are "
              + shares
              + ", the secret has "
              + secret.length()
              + " bytes");
    }
    int[] x = shuffledCoordinates(random);
    List<SecretBytes> result = new ArrayList<>(shares);
    for (int i = 0; i < shares; i++) {
      result.add(SecretBytes.allocate(secret.length() + 1));
      set(result.get(i), secret.length(), x[i]);
    }
    for (int at = 0; at < secret.length(); at++) {
      try (SecretBytes coefficients = SecretBytes.random(threshold, random)) {
        set(coefficients, 0, at(secret, at));
        for (int i = 0; i < shares; i++) {
          set(result.get(i), at, evaluate(coefficients, x[i]));
        }
      }
    }
    return List.copyOf(result);
  }

  /**
   * The secret that {@code shares} combine to; the caller closes it. The shares stay as they are.
   *
   * @throws InvalidSharesException where they cannot belong together
   */
  public static SecretBytes combine(List<SecretBytes> shares) throws InvalidSharesException {
    int[] x = coordinates(shares);
    int length = shares.getFirst().length() - 1;
    SecretBytes secret = SecretBytes.allocate(length);
    int[] weights = weightsAtZero(x);
    for (int at = 0; at < length; at++) {
      int sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum ^= Field.multiply(at(shares.get(i), at), weights[i]);
      }
      set(secret, at, sum);
    }
    return secret;
  }

  private static int[] coordinates(List<SecretBytes> shares) throws InvalidSharesException {
    if (shares.size() < 2) {
      throw new InvalidSharesException("at least two shares are needed to combine them");
    }
    int length = shares.getFirst().length();
    if (length < 2) {
      throw new InvalidSharesException("a share has at least 2 bytes; this one has " + length);
    }
    int[] x = new int[shares.size()];
    boolean[] seen = new boolean[SHARES_MAX + 1];
    for (int i = 0; i < x.length; i++) {
      if (shares.get(i).length() != length) {
        throw new InvalidSharesException(
            "the shares have different lengths: " + length + " and " + shares.get(i).length());
      }
      x[i] = at(shares.get(i), length - 1);
      if (x[i] == 0) {
        throw new InvalidSharesException("a share ends with a zero byte, which none does");
      }
      if (seen[x[i]]) {
        throw new InvalidSharesException("two of the shares are the same one");
      }
      seen[x[i]] = true;
    }
    return x;
  }

  /** Lagrange's basis polynomials at zero. Coordinates are public. */
  private static int[] weightsAtZero(int[] x) {
    int[] weights = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      int weight = 1;
      for (int j = 0; j < x.length; j++) {
        if (i != j) {
          weight = Field.multiply(weight, Field.divide(x[j], x[i] ^ x[j]));
        }
      }
      weights[i] = weight;
    }
    return weights;
  }

  /** Horner's rule; the constant term comes first. */
  private static int evaluate(SecretBytes coefficients, int x) {
    int value = 0;
    for (int i = coefficients.length() - 1; i >= 0; i--) {
      value = Field.multiply(value, x) ^ at(coefficients, i);
    }
    return value;
  }

  /** 1 to 255 in random order (Fisher-Yates), so that a share does not tell its place. */
  private static int[] shuffledCoordinates(SecureRandom random) {
    int[] x = new int[SHARES_MAX];
    for (int i = 0; i < SHARES_MAX; i++) {
      x[i] = i + 1;
    }
    for (int i = SHARES_MAX - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = x[i];
      x[i] = x[j];
      x[j] = swapped;
    }
    return x;
  }

  private static int at(SecretBytes bytes, int index) {
    return bytes.viewSegment().get(ValueLayout.JAVA_BYTE, index) & 0xff;
  }

  private static void set(SecretBytes bytes, int index, int value) {
    MemorySegment segment = bytes.viewSegment();
    segment.set(ValueLayout.JAVA_BYTE, index, (byte) value);
  }
}
