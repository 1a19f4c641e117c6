package strongroom.engine.transit;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;
import strongroom.logical.Refusal;

/** Keys from outside, checked and brought into the form in which they are kept. */
final class ImportedKey {
  /** Not zero: of a digest that is, the signatures of a point and of its negative are alike. */
  private static final byte[] PROBE = HashName.SHA2_256.of(new byte[0]);

  private static final int SEED_TAG = 0x80;

  private ImportedKey() {}

  /** The symmetric key {@code bytes}, where it is of the right length. */
  static byte[] symmetric(KeyType type, byte[] bytes) {
    boolean fits =
        type == KeyType.HMAC
            ? bytes.length >= KeyCreation.HMAC_BYTES_MIN
                && bytes.length <= KeyCreation.HMAC_BYTES_MAX
            : bytes.length == type.bits() / 8;
    if (!fits) {
      throw Refusal.invalid(
          "invalid key size " + bytes.length + " bytes for key type " + type.wireName());
    }
    return bytes;
  }

  /** The pair whose private half is {@code pkcs8}. */
  static Pairs.Encoded pair(KeyType type, String parameterSet, byte[] pkcs8) {
    try {
      return switch (type.family()) {
        case ED25519 -> ed25519(pkcs8);
        case ECDSA -> ecdsa(type, pkcs8);
        case RSA -> rsa(type, pkcs8);
        case ML_DSA, ML_KEM -> seeded(type, parameterSet, pkcs8);
        case AEAD, HMAC, MANAGED ->
            throw Refusal.invalid("key type " + type.wireName() + " is no pair");
      };
    } catch (InvalidKeyException e) {
      throw Refusal.invalid("the private key is not a valid " + type.wireName() + " key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(type.wireName() + " is not to be had from this Java", e);
    }
  }

  private static Pairs.Encoded ed25519(byte[] pkcs8) throws GeneralSecurityException {
    if (Pairs.privateKeyOfPkcs8(KeyType.ED25519, "", pkcs8) instanceof EdECPrivateKey key
        && key.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
      return Pairs.ed25519(key.getBytes().orElseThrow(() -> new InvalidKeyException("no seed")));
    }
    throw new InvalidKeyException("not Ed25519");
  }

  private static Pairs.Encoded rsa(KeyType type, byte[] pkcs8) throws GeneralSecurityException {
    if (!(Pairs.privateKeyOfPkcs8(type, "", pkcs8) instanceof RSAPrivateCrtKey key)
        || key.getModulus().bitLength() != type.bits()) {
      throw new InvalidKeyException("not RSA of this size with its primes");
    }
    RSAPublicKey publicKey =
        (RSAPublicKey)
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    RsaSignature.Padding padding =
        new RsaSignature.Padding(false, HashName.SHA2_256, RsaSignature.Padding.AUTO);
    byte[] signature = RsaSignature.sign(key, publicKey, padding, PROBE, new SecureRandom());
    if (!RsaSignature.verify(publicKey, padding, PROBE, signature)) {
      throw new InvalidKeyException("the halves do not belong together");
    }
    return new Pairs.Encoded(key.getEncoded(), publicKey.getEncoded());
  }

  private static Pairs.Encoded ecdsa(KeyType type, byte[] pkcs8) throws GeneralSecurityException {
    ECParameterSpec curve = curve(type);
    if (!(Pairs.privateKeyOfPkcs8(type, "", pkcs8) instanceof ECPrivateKey key)
        || !same(key.getParams(), curve)) {
      throw new InvalidKeyException("of another curve");
    }
    ECPublicKey publicKey = publicOf(key, curve);
    return new Pairs.Encoded(key.getEncoded(), publicKey.getEncoded());
  }

  static ECParameterSpec curve(KeyType type) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp" + type.bits() + "r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private static boolean same(ECParameterSpec one, ECParameterSpec other) {
    return one.getCurve().equals(other.getCurve())
        && one.getGenerator().equals(other.getGenerator())
        && one.getOrder().equals(other.getOrder());
  }

  /**
   * The public half of {@code key}. Java does not tell it: the agreement of the key with the
   * curve's generator is the point's first coordinate, and of the two second ones that fit, the
   * right one verifies a signature.
   */
  private static ECPublicKey publicOf(ECPrivateKey key, ECParameterSpec curve)
      throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("EC");
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    agreement.doPhase(
        factory.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
    BigInteger x = new BigInteger(1, agreement.generateSecret());
    BigInteger prime = prime(curve);
    BigInteger y = right(curve, x).modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
    Signature signature = Signature.getInstance("NONEwithECDSA");
    signature.initSign(key);
    signature.update(PROBE);
    byte[] probe = signature.sign();
    for (BigInteger candidate : List.of(y, prime.subtract(y))) {
      PublicKey publicKey =
          factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, candidate), curve));
      signature.initVerify(publicKey);
      signature.update(PROBE);
      if (signature.verify(probe)) {
        return (ECPublicKey) publicKey;
      }
    }
    throw new InvalidKeyException("no point belongs to the key");
  }

  private static BigInteger prime(ECParameterSpec curve) {
    return ((ECFieldFp) curve.getCurve().getField()).getP();
  }

  /** The curve's equation: what the square of the second coordinate is. */
  private static BigInteger right(ECParameterSpec curve, BigInteger x) {
    BigInteger prime = prime(curve);
    return x.pow(3)
        .add(curve.getCurve().getA().multiply(x))
        .add(curve.getCurve().getB())
        .mod(prime);
  }

  /**
   * A post-quantum pair, whose PKCS#8 must have the seed (RFC 9881, section 6, and the like for
   * ML-KEM): of an expanded key Java does not tell the public half.
   */
  private static Pairs.Encoded seeded(KeyType type, String parameterSet, byte[] pkcs8)
      throws GeneralSecurityException {
    List<Der.Element> parts = Der.element(pkcs8).children();
    if (parts.size() < 3 || parts.get(2).tag() != Der.OCTET_STRING) {
      throw new InvalidKeyException("no PKCS#8");
    }
    Der.Element form = Der.element(parts.get(2).content());
    int length = type == KeyType.ML_DSA ? 32 : 64;
    if (form.tag() != SEED_TAG || form.content().length != length) {
      throw Refusal.invalid(
          "a private key of " + type.wireName() + " is imported as a seed of " + length + " bytes");
    }
    Pairs.Encoded made = Pairs.fromSeed(type, parameterSet, form.content());
    Der.Element algorithm = Der.element(made.publicKey()).children().getFirst();
    if (!Arrays.equals(algorithm.whole(), parts.get(1).whole())) {
      throw new InvalidKeyException("of another parameter set");
    }
    return made;
  }

  /** The {@code SubjectPublicKeyInfo} in PEM {@code text}, of the right type. */
  static byte[] publicKey(KeyType type, String parameterSet, String text) {
    if (!type.pair()) {
      throw Refusal.invalid("provided type does not support public_key import");
    }
    List<byte[]> blocks = Pem.blocks(text, "PUBLIC KEY");
    if (blocks.size() != 1) {
      throw Refusal.invalid("error parsing public key: not in PEM format");
    }
    PublicKey key = Pairs.publicKey(type, parameterSet, blocks.getFirst());
    boolean fits =
        switch (key) {
          case RSAPublicKey rsa -> rsa.getModulus().bitLength() == type.bits();
          case ECPublicKey ec -> onCurve(type, ec);
          default -> true;
        };
    if (!fits) {
      throw Refusal.invalid("the public key is not a " + type.wireName() + " key");
    }
    return key.getEncoded();
  }

  static boolean onCurve(KeyType type, ECPublicKey key) {
    try {
      ECParameterSpec curve = curve(type);
      BigInteger prime = prime(curve);
      BigInteger x = key.getW().getAffineX();
      BigInteger y = key.getW().getAffineY();
      return same(key.getParams(), curve)
          && x.signum() >= 0
          && y.signum() >= 0
          && x.compareTo(prime) < 0
          && y.compareTo(prime) < 0
          && y.multiply(y).mod(prime).equals(right(curve, x));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("EC is not to be had from this Java", e);
    }
  }
}
