package strongroom.engine.transit;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import strongroom.logical.Refusal;

/**
 * Authenticated encryption under a symmetric key: the nonce, then the ciphertext, then a tag of 16
 * bytes. AES-GCM (NIST SP 800-38D) and ChaCha20-Poly1305 (RFC 8439) with nonces of 12 bytes,
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with 24.
 *
 * <p>A cipher is made for each call: to make one costs a microsecond or two, and one that is kept
 * would keep its key on the heap.
 */
final class Aead {
  private static final int TAG_LENGTH = 16;
  private static final int SHORT_NONCE = 12;

  private Aead() {}

  static int nonceLength(KeyType type) {
    return type == KeyType.XCHACHA20 ? HChaCha20.NONCE_LENGTH + 8 : SHORT_NONCE;
  }

  /** {@code nonce}, which must be fresh or convergent, with ciphertext and tag behind. */
  static byte[] seal(KeyType type, byte[] key, byte[] nonce, byte[] associated, byte[] plaintext) {
    try {
      byte[] out = Arrays.copyOf(nonce, nonce.length + plaintext.length + TAG_LENGTH);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, type, key, nonce);
      cipher.updateAAD(associated);
      cipher.doFinal(plaintext, 0, plaintext.length, out, nonce.length);
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(type.wireName() + " failed to encrypt", e);
    }
  }

  /** The plaintext of what {@link #seal} made; refused where it does not authenticate. */
  static byte[] open(KeyType type, byte[] key, byte[] associated, byte[] sealed) {
    int nonceLength = nonceLength(type);
    if (sealed.length < nonceLength + TAG_LENGTH) {
      throw Refusal.invalid("invalid ciphertext length");
    }
    try {
      byte[] nonce = Arrays.copyOf(sealed, nonceLength);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, type, key, nonce);
      cipher.updateAAD(associated);
      return cipher.doFinal(sealed, nonceLength, sealed.length - nonceLength);
    } catch (AEADBadTagException e) {
      throw Refusal.invalid("cipher: message authentication failed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(type.wireName() + " failed to decrypt", e);
    }
  }

  private static Cipher cipher(int mode, KeyType type, byte[] key, byte[] nonce)
      throws GeneralSecurityException {
    return switch (type) {
      case AES128, AES256 ->
          cipher(
              mode,
              "AES/GCM/NoPadding",
              new RawKey(key, "AES"),
              new GCMParameterSpec(TAG_LENGTH * 8, nonce));
      case CHACHA20 -> chacha(mode, key, nonce);
      case XCHACHA20 -> {
        byte[] own = HChaCha20.key(key, Arrays.copyOf(nonce, HChaCha20.NONCE_LENGTH));
        byte[] rest = new byte[SHORT_NONCE];
        System.arraycopy(nonce, HChaCha20.NONCE_LENGTH, rest, 4, 8);
        try {
          yield chacha(mode, own, rest);
        } finally {
          Arrays.fill(own, (byte) 0);
        }
      }
      default -> throw new IllegalArgumentException(type.wireName() + " is not symmetric");
    };
  }

  private static Cipher chacha(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
    return cipher(
        mode, "ChaCha20-Poly1305", new RawKey(key, "ChaCha20"), new IvParameterSpec(nonce));
  }

  private static Cipher cipher(
      int mode, String transformation, RawKey key, AlgorithmParameterSpec parameters)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(transformation);
    cipher.init(mode, key, parameters);
    return cipher;
  }
}
