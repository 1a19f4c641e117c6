package strongroom.engine.transit;

import java.util.Arrays;
import java.util.Optional;

/** The types of keys, by the names that clients know, and what each can do. */
enum KeyType {
  AES128("aes128-gcm96", Family.AEAD, 128),
  AES256("aes256-gcm96", Family.AEAD, 256),
  CHACHA20("chacha20-poly1305", Family.AEAD, 256),
  XCHACHA20("xchacha20-poly1305", Family.AEAD, 256),
  ED25519("ed25519", Family.ED25519, 256),
  ECDSA_P256("ecdsa-p256", Family.ECDSA, 256),
  ECDSA_P384("ecdsa-p384", Family.ECDSA, 384),
  ECDSA_P521("ecdsa-p521", Family.ECDSA, 521),
  RSA_2048("rsa-2048", Family.RSA, 2048),
  RSA_3072("rsa-3072", Family.RSA, 3072),
  RSA_4096("rsa-4096", Family.RSA, 4096),
  HMAC("hmac", Family.HMAC, 256),
  ML_DSA("ml-dsa", Family.ML_DSA, 0),
  ML_KEM("ml-kem", Family.ML_KEM, 0),
  MANAGED("managed_key", Family.MANAGED, 0);

  /** Types that differ in size only. */
  enum Family {
    AEAD,
    ED25519,
    ECDSA,
    RSA,
    HMAC,
    ML_DSA,
    ML_KEM,
    MANAGED
  }

  private final String wireName;
  private final Family family;
  private final int bits;

  KeyType(String wireName, Family family, int bits) {
    this.wireName = wireName;
    this.family = family;
    this.bits = bits;
  }

  static Optional<KeyType> of(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }

  /** As clients write it: {@code aes256-gcm96}. */
  String wireName() {
    return wireName;
  }

  Family family() {
    return family;
  }

  /**
   * Of a symmetric key its length, of a pair the size of its modulus or field; 0 for no one size.
   */
  int bits() {
    return bits;
  }

  boolean encrypts() {
    return switch (family) {
      case AEAD, RSA, ML_KEM, MANAGED -> true;
      case ED25519, ECDSA, HMAC, ML_DSA -> false;
    };
  }

  boolean signs() {
    return switch (family) {
      case ED25519, ECDSA, RSA, ML_DSA, MANAGED -> true;
      case AEAD, HMAC, ML_KEM -> false;
    };
  }

  /** Whether a context can make a key of its own from it. */
  boolean derives() {
    return family == Family.AEAD || family == Family.ED25519;
  }

  /** Whether what it encrypts can be bound to associated data. */
  boolean bindsAssociatedData() {
    return switch (family) {
      case AEAD, ML_KEM, MANAGED -> true;
      case ED25519, ECDSA, RSA, HMAC, ML_DSA -> false;
    };
  }

  /** Whether it signs a digest that is made here, and not the message itself. */
  boolean signsDigests() {
    return switch (family) {
      case ECDSA, RSA, MANAGED -> true;
      case AEAD, ED25519, HMAC, ML_DSA, ML_KEM -> false;
    };
  }

  /** Whether it has a public half that the server keeps. */
  boolean pair() {
    return switch (family) {
      case ED25519, ECDSA, RSA, ML_DSA, ML_KEM -> true;
      case AEAD, HMAC, MANAGED -> false;
    };
  }
}
