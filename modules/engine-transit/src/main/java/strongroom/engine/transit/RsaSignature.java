package strongroom.engine.transit;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import strongroom.logical.Refusal;

/**
 * RSA signatures of digests (RFC 8017, sections 8 and 9): Java signs whole messages only, and
 * clients send digests too. The padding is made here, the power is Java's, which blinds it.
 */
final class RsaSignature {
  private static final byte TRAILER = (byte) 0xbc;

  private RsaSignature() {}

  /**
   * How a digest is padded.
   *
   * @param pss whether by PSS, else by PKCS#1 v1.5
   * @param hash of the digest, and in PSS' mask function
   * @param saltLength of PSS, or {@link #AUTO} or {@link #AS_HASH}
   */
  record Padding(boolean pss, HashName hash, int saltLength) {
    /** As long as there is room; whatever it is, when verifying. */
    static final int AUTO = -1;

    /** As long as the digest. */
    static final int AS_HASH = -2;
  }

  static byte[] sign(
      PrivateKey key, RSAPublicKey publicKey, Padding padding, byte[] digest, SecureRandom random) {
    int bits = publicKey.getModulus().bitLength();
    byte[] encoded =
        padding.pss()
            ? pssEncode(padding, digest, bits - 1, random)
            : pkcs1Encode(padding.hash(), digest, bits);
    try {
      return power(Cipher.DECRYPT_MODE, key, padded(encoded, bits));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA failed to sign", e);
    }
  }

  /** Whether {@code signature} is right. One of a wrong form just is not. */
  static boolean verify(RSAPublicKey key, Padding padding, byte[] digest, byte[] signature) {
    int bits = key.getModulus().bitLength();
    if (signature.length != (bits + 7) / 8
        || new BigInteger(1, signature).compareTo(key.getModulus()) >= 0) {
      return false;
    }
    byte[] encoded;
    try {
      encoded = power(Cipher.ENCRYPT_MODE, key, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
    return padding.pss()
        ? pssVerify(padding, digest, encoded, bits - 1)
        : MessageDigest.isEqual(encoded, pkcs1Encode(padding.hash(), digest, bits));
  }

  private static byte[] power(int mode, Key key, byte[] number) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
    try {
      cipher.init(mode, key);
    } catch (InvalidKeyException e) {
      throw Refusal.invalid("the RSA key is not one that signs");
    }
    return cipher.doFinal(number);
  }

  private static byte[] padded(byte[] encoded, int bits) {
    byte[] whole = new byte[(bits + 7) / 8];
    System.arraycopy(encoded, 0, whole, whole.length - encoded.length, encoded.length);
    return whole;
  }

  private static byte[] pkcs1Encode(HashName hash, byte[] digest, int bits) {
    byte[] info = hash.digestInfo(digest);
    byte[] encoded = new byte[(bits + 7) / 8];
    int start = encoded.length - info.length;
    if (start < 11) {
      throw Refusal.invalid("the input is too long for this key");
    }
    encoded[1] = 1;
    Arrays.fill(encoded, 2, start - 1, (byte) 0xff);
    System.arraycopy(info, 0, encoded, start, info.length);
    return encoded;
  }

  private static int longestSalt(Padding padding, int bits) {
    return (bits + 7) / 8 - padding.hash().length() - 2;
  }

  private static int checkedSalt(Padding padding, int bits) {
    int longest = longestSalt(padding, bits);
    int asked =
        switch (padding.saltLength()) {
          case Padding.AUTO -> longest;
          case Padding.AS_HASH -> padding.hash().length();
          default -> padding.saltLength();
        };
    if (asked < 0 || asked > longest) {
      throw Refusal.invalid("requested salt length " + asked + " is invalid");
    }
    return asked;
  }

  private static byte[] pssEncode(Padding padding, byte[] digest, int bits, SecureRandom random) {
    byte[] salt = new byte[checkedSalt(padding, bits)];
    random.nextBytes(salt);
    byte[] hash = saltedHash(padding.hash(), digest, salt);
    byte[] encoded = new byte[(bits + 7) / 8];
    int maskLength = encoded.length - hash.length - 1;
    encoded[maskLength - salt.length - 1] = 1;
    System.arraycopy(salt, 0, encoded, maskLength - salt.length, salt.length);
    mask(padding.hash(), hash, encoded, maskLength);
    encoded[0] &= topMask(encoded.length, bits);
    System.arraycopy(hash, 0, encoded, maskLength, hash.length);
    encoded[encoded.length - 1] = TRAILER;
    return encoded;
  }

  private static boolean pssVerify(Padding padding, byte[] digest, byte[] power, int bits) {
    int length = (bits + 7) / 8;
    int skip = power.length - length;
    if (skip > 0 && power[0] != 0) {
      return false;
    }
    byte[] encoded = Arrays.copyOfRange(power, skip, power.length);
    int maskLength = length - padding.hash().length() - 1;
    if (padding.saltLength() != Padding.AUTO) {
      checkedSalt(padding, bits);
    }
    if (maskLength < 1
        || encoded[length - 1] != TRAILER
        || (encoded[0] & ~topMask(length, bits)) != 0) {
      return false;
    }
    byte[] hash = Arrays.copyOfRange(encoded, maskLength, length - 1);
    mask(padding.hash(), hash, encoded, maskLength);
    encoded[0] &= topMask(length, bits);
    int one = 0;
    while (one < maskLength && encoded[one] == 0) {
      one++;
    }
    if (one == maskLength || encoded[one] != 1) {
      return false;
    }
    byte[] salt = Arrays.copyOfRange(encoded, one + 1, maskLength);
    boolean fits =
        padding.saltLength() == Padding.AUTO || salt.length == checkedSalt(padding, bits);
    return fits && MessageDigest.isEqual(hash, saltedHash(padding.hash(), digest, salt));
  }

  private static byte topMask(int length, int bits) {
    return (byte) (0xff >>> (8 * length - bits));
  }

  private static byte[] saltedHash(HashName hash, byte[] digest, byte[] salt) {
    MessageDigest md = hash.digest();
    md.update(new byte[8]);
    md.update(digest);
    return md.digest(salt);
  }

  /** MGF1 of {@code seed} over the first {@code length} bytes of {@code data}. */
  private static void mask(HashName hash, byte[] seed, byte[] data, int length) {
    MessageDigest md = hash.digest();
    for (int at = 0, counter = 0; at < length; counter++) {
      md.update(seed);
      md.update(
          new byte[] {
            (byte) (counter >>> 24), (byte) (counter >>> 16), (byte) (counter >>> 8), (byte) counter
          });
      byte[] block = md.digest();
      for (int i = 0; i < block.length && at < length; i++) {
        data[at++] ^= block[i];
      }
    }
  }
}
