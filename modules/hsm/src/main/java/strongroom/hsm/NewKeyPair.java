package strongroom.hsm;

import java.util.Optional;

/**
 * A key pair that an HSM token is to make, whose private half stays in the token, needs a login,
 * cannot be read and cannot be extracted.
 *
 * @param curve its curve; empty for RSA
 * @param bits of RSA, the modulus; of a curve, what the curve has
 * @param use what it may do; one thing, so that no key signs what another use made it decrypt
 * @param label its label
 * @param id its id in lower-case hex
 */
public record NewKeyPair(Optional<Curve> curve, int bits, Use use, String label, String id) {
  private static final int RSA_BITS_MIN = 2048;
  private static final int RSA_BITS_MAX = 16384;

  /** What a pair may do. */
  public enum Use {
    /** Sign and verify. */
    SIGN,
    /** Encrypt and decrypt; RSA only. */
    ENCRYPT
  }

  /** Checks size and use. */
  public NewKeyPair {
    if (curve.isPresent() && use == Use.ENCRYPT) {
      throw new IllegalArgumentException("a pair on a curve signs; only RSA encrypts");
    }
    if (curve.isEmpty() && (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX || bits % 256 != 0)) {
      throw new IllegalArgumentException(
          "RSA key of " + bits + " bits: it has " + RSA_BITS_MIN + " to " + RSA_BITS_MAX);
    }
  }

  /** One on {@code curve}, to sign. */
  public static NewKeyPair on(Curve curve, String label, String id) {
    return new NewKeyPair(Optional.of(curve), curve.bits(), Use.SIGN, label, id);
  }

  /** An RSA one. */
  public static NewKeyPair rsa(int bits, Use use, String label, String id) {
    return new NewKeyPair(Optional.empty(), bits, use, label, id);
  }
}
