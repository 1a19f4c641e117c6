package strongroom.hsm;

/**
 * Key pairs of an HSM token that sign: making them, their public half, signatures. Works through
 * the token's own sessions and under its deadline, and keeps nothing of its own.
 */
public sealed interface KeyPairs permits LocalKeyPairs, IsolatedKeyPairs {
  /** Those of {@code token}, which stays the caller's to close. */
  static KeyPairs of(HsmToken token) {
    return switch (token) {
      case LocalToken local -> new LocalKeyPairs(local);
      case IsolatedToken isolated -> new IsolatedKeyPairs(isolated);
    };
  }

  /**
   * Makes a pair and reads back that its private half is sensitive and not extractable.
   *
   * @return the private half
   * @throws HsmFault.Unsound where the HSM made something less safe, which is destroyed again
   */
  HsmKey generate(NewKeyPair wanted);

  /** The signature by the private half {@code key} of {@code input}: a digest, or a message. */
  byte[] sign(HsmKey key, SignMode mode, byte[] input);

  /** Whether {@code signature} is the public half {@code key}'s for {@code input}. */
  boolean verify(HsmKey key, SignMode mode, byte[] input, byte[] signature);

  /**
   * The public half {@code key} of a pair on a curve.
   *
   * @throws HsmFault.Missing where the HSM does not show it, or the curve is none of ours
   */
  PublicPoint publicPoint(HsmKey key);

  /**
   * A public half on a curve.
   *
   * @param curve the curve
   * @param point as in a certificate: of a prime curve uncompressed, of Ed25519 its 32 bytes
   */
  record PublicPoint(Curve curve, byte[] point) {}
}
