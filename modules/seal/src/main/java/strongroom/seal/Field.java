package strongroom.seal;

/**
 * Arithmetic in GF(2^8) with the AES polynomial x^8 + x^4 + x^3 + x + 1 (0x11b). No branch and no
 * memory access depends on an operand, so the time taken tells nothing of a secret.
 */
final class Field {
  private Field() {}

  /** The product of {@code a} and {@code b}, each 0 to 255. */
  static int multiply(int a, int b) {
    int product = 0;
    int factor = a;
    for (int bit = 0; bit < 8; bit++) {
      product ^= factor & -((b >>> bit) & 1);
      factor = (factor << 1) ^ (0x11b & -(factor >>> 7));
    }
    return product;
  }

  /** The multiplicative inverse of {@code a}; 0 for 0. By Fermat: a^254. */
  static int inverse(int a) {
    int result = a;
    // 254 is 11111110 in binary: six times square and multiply, then one square.
    for (int i = 0; i < 6; i++) {
      result = multiply(multiply(result, result), a);
    }
    return multiply(result, result);
  }

  /** {@code a} divided by {@code b}, which must not be 0. */
  static int divide(int a, int b) {
    if (b == 0) {
      throw new ArithmeticException("division by zero in GF(2^8)");
    }
    return multiply(a, inverse(b));
  }
}
