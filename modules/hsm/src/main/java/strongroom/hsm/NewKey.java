package strongroom.hsm;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A key that an HSM token is to make: it stays in the token, needs a login, cannot be read and
 * cannot be extracted.
 *
 * @param kind what kind of key
 * @param bits its size
 * @param label its label
 * @param id its id in lower-case hex
 * @param alsoWraps whether an encryption key may wrap and unwrap other keys too. A key that unwraps
 *     and decrypts can be used to export others; off but for compatibility
 */
public record NewKey(Kind kind, int bits, String label, String id, boolean alsoWraps) {
  /** The smallest RSA key that is made. */
  public static final int RSA_BITS_MIN = 3072;

  private static final int ID_BYTES = 16;

  /** What kind of key. */
  public enum Kind {
    /** AES, to encrypt and decrypt. */
    AES,
    /** AES, to wrap and unwrap keys only. */
    AES_WRAP,
    /** A generic secret, to sign and verify by HMAC. */
    HMAC,
    /** An RSA pair, to encrypt and decrypt. */
    RSA
  }

  /** Checks the size. */
  public NewKey {
    boolean fits =
        switch (kind) {
          case AES, AES_WRAP -> bits == 128 || bits == 192 || bits == 256;
          case HMAC -> bits >= 256 && bits <= 4096 && bits % 8 == 0;
          case RSA -> bits >= RSA_BITS_MIN && bits <= 16384 && bits % 256 == 0;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          kind
              + " key of "
              + bits
              + " bits: an AES key has 128, 192 or 256, an HMAC key 256 to 4096, an RSA key "
              + RSA_BITS_MIN
              + " to 16384");
    }
  }

  /** One of the usual size for {@code kind}, with a random id. */
  public static NewKey usual(Kind kind, String label, SecureRandom random) {
    return new NewKey(kind, kind == Kind.RSA ? RSA_BITS_MIN : 256, label, randomId(random), false);
  }

  /** A random id of 16 bytes in lower-case hex. */
  public static String randomId(SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }
}
