package strongroom.managed.keys;

/**
 * How a signature is made.
 *
 * @param kind the algorithm
 * @param hash of the message; of EdDSA without meaning, since it hashes for itself
 */
public record SignatureScheme(Kind kind, Hash hash) {
  /** The algorithm. */
  public enum Kind {
    /** ECDSA. */
    ECDSA,
    /** Ed25519, pure. */
    EDDSA,
    /** RSA PSS, the salt as long as the hash, the same hash in its mask function. */
    RSA_PSS,
    /** RSA PKCS#1 v1.5. */
    RSA_PKCS1
  }

  /** The hash of the message. */
  public enum Hash {
    /** SHA-256. */
    SHA256("SHA-256", 32),
    /** SHA-384. */
    SHA384("SHA-384", 48),
    /** SHA-512. */
    SHA512("SHA-512", 64);

    private final String javaName;
    private final int bytes;

    Hash(String javaName, int bytes) {
      this.javaName = javaName;
      this.bytes = bytes;
    }

    /** As Java names it: {@code SHA-256}. */
    public String javaName() {
      return javaName;
    }

    /** The length of a digest. */
    public int bytes() {
      return bytes;
    }
  }
}
