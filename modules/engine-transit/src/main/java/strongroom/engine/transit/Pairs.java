package strongroom.engine.transit;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import strongroom.logical.Refusal;

/** Key pairs: made, and brought into and out of the forms in which they are kept. */
final class Pairs {
  /** Of an Ed25519 private key before its 32 bytes: PKCS#8 as RFC 8410 has it. */
  private static final byte[] ED25519_PKCS8 =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  static final int ED25519_LENGTH = 32;

  private Pairs() {}

  /**
   * A pair as it is kept.
   *
   * @param secret see {@link Material#secret}
   * @param publicKey the {@code SubjectPublicKeyInfo} in DER
   */
  record Encoded(byte[] secret, byte[] publicKey) {}

  static Encoded generate(KeyRecord.Traits traits, SecureRandom random) {
    if (traits.type() == KeyType.ED25519) {
      byte[] seed = new byte[ED25519_LENGTH];
      random.nextBytes(seed);
      return ed25519(seed);
    }
    try {
      KeyPairGenerator generator = generator(traits, random);
      KeyPair pair = generator.generateKeyPair();
      return new Encoded(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          traits.type().wireName() + " is not to be had from this Java", e);
    }
  }

  private static KeyPairGenerator generator(KeyRecord.Traits traits, SecureRandom random)
      throws GeneralSecurityException {
    KeyType type = traits.type();
    KeyPairGenerator generator =
        KeyPairGenerator.getInstance(algorithm(type, traits.parameterSet()));
    switch (type.family()) {
      case ECDSA ->
          generator.initialize(new ECGenParameterSpec("secp" + type.bits() + "r1"), random);
      case RSA -> generator.initialize(type.bits(), random);
      default ->
          generator.initialize(
              new NamedParameterSpec(algorithm(type, traits.parameterSet())), random);
    }
    return generator;
  }

  /** Java's name of the algorithm. */
  static String algorithm(KeyType type, String parameterSet) {
    return switch (type.family()) {
      case ECDSA -> "EC";
      case RSA -> "RSA";
      case ED25519 -> "Ed25519";
      case ML_DSA -> "ML-DSA-" + parameterSet;
      case ML_KEM -> "ML-KEM-" + parameterSet;
      case AEAD, HMAC, MANAGED ->
          throw new IllegalArgumentException(type.wireName() + " has no public half here");
    };
  }

  /** The Ed25519 pair of {@code seed}, which this zeroes. */
  static Encoded ed25519(byte[] seed) {
    try {
      byte[] publicKey = generateFrom(KeyType.ED25519, "", seed).getPublic().getEncoded();
      byte[] both = Arrays.copyOf(seed, 2 * ED25519_LENGTH);
      System.arraycopy(raw(publicKey), 0, both, ED25519_LENGTH, ED25519_LENGTH);
      return new Encoded(both, publicKey);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** The post-quantum pair of {@code seed}, which this zeroes. */
  static Encoded fromSeed(KeyType type, String parameterSet, byte[] seed) {
    try {
      KeyPair pair = generateFrom(type, parameterSet, seed);
      return new Encoded(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /**
   * Java makes a public key of a private one only where it generates both, so the seed is given to
   * it as its randomness.
   */
  private static KeyPair generateFrom(KeyType type, String parameterSet, byte[] seed) {
    String algorithm = algorithm(type, parameterSet);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(new NamedParameterSpec(algorithm), new FixedRandom(seed));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " is not to be had from this Java", e);
    }
  }

  /** The 32 bytes at the end of an Ed25519 {@code SubjectPublicKeyInfo}. */
  static byte[] raw(byte[] publicKey) {
    return Arrays.copyOfRange(publicKey, publicKey.length - ED25519_LENGTH, publicKey.length);
  }

  /** The {@code SubjectPublicKeyInfo} of an Ed25519 public key (RFC 8410). */
  static byte[] ed25519Spki(byte[] raw) {
    return Der.sequence(Der.sequence(Der.hex("06032b6570")), Der.bitString(raw));
  }

  /** The {@code SubjectPublicKeyInfo} of an RSA public key (RFC 3279). */
  static byte[] rsaSpki(BigInteger modulus, BigInteger exponent) {
    return Der.sequence(
        Der.sequence(Der.hex("06092a864886f70d010101"), Der.hex("0500")),
        Der.bitString(Der.sequence(Der.integer(modulus), Der.integer(exponent))));
  }

  /** PKCS#8 of an Ed25519 seed. */
  static byte[] ed25519Pkcs8(byte[] seed) {
    byte[] encoded = Arrays.copyOf(ED25519_PKCS8, ED25519_PKCS8.length + ED25519_LENGTH);
    System.arraycopy(seed, 0, encoded, ED25519_PKCS8.length, ED25519_LENGTH);
    return encoded;
  }

  /** The private key of a pair's {@code secret}. */
  static PrivateKey privateKey(KeyType type, String parameterSet, byte[] secret) {
    if (type != KeyType.ED25519) {
      return privateKeyOfPkcs8(type, parameterSet, secret);
    }
    byte[] pkcs8 = ed25519Pkcs8(secret);
    try {
      return privateKeyOfPkcs8(type, parameterSet, pkcs8);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  static PrivateKey privateKeyOfPkcs8(KeyType type, String parameterSet, byte[] pkcs8) {
    try {
      return KeyFactory.getInstance(algorithm(type, parameterSet))
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (InvalidKeySpecException e) {
      throw Refusal.invalid("the private key is not a " + type.wireName() + " key in PKCS#8");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(type.wireName() + " is not to be had from this Java", e);
    }
  }

  /** The public key of a {@code SubjectPublicKeyInfo}. */
  static PublicKey publicKey(KeyType type, String parameterSet, byte[] encoded) {
    try {
      return KeyFactory.getInstance(algorithm(type, parameterSet))
          .generatePublic(new X509EncodedKeySpec(encoded));
    } catch (InvalidKeySpecException e) {
      throw Refusal.invalid("the public key is not a " + type.wireName() + " key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(type.wireName() + " is not to be had from this Java", e);
    }
  }

  /** Randomness that is a seed, once. */
  private static final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final transient byte[] seed;
    private int used;

    FixedRandom(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length > seed.length - used) {
        throw new IllegalStateException("the seed is shorter than what is asked of it");
      }
      System.arraycopy(seed, used, bytes, 0, bytes.length);
      used += bytes.length;
    }
  }
}
