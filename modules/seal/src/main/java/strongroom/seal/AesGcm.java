package strongroom.seal;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import strongroom.secret.SecretBytes;

/** AES-256-GCM by a key at hand: a random nonce of 12 bytes, ciphertext, a tag of 16 bytes. */
final class AesGcm {
  private static final int NONCE_LENGTH = 12;
  private static final int TAG_BITS = 128;

  private AesGcm() {}

  static byte[] encrypt(
      SecretBytes key, byte[] associated, SecretBytes plaintext, SecureRandom random) {
    byte[] nonce = new byte[NONCE_LENGTH];
    random.nextBytes(nonce);
    byte[] ciphertext =
        plaintext.withHeapCopy(
            bytes -> {
              try {
                return cipher(Cipher.ENCRYPT_MODE, key, associated, nonce).doFinal(bytes);
              } catch (GeneralSecurityException e) {
                throw missing(e);
              }
            });
    byte[] out = Arrays.copyOf(nonce, NONCE_LENGTH + ciphertext.length);
    System.arraycopy(ciphertext, 0, out, NONCE_LENGTH, ciphertext.length);
    return out;
  }

  /**
   * What {@link #encrypt} took; the caller closes it.
   *
   * @throws SealFault.Data with {@code message} where key or associated data are others, or it is
   *     damaged
   */
  static SecretBytes decrypt(SecretBytes key, byte[] associated, byte[] encrypted, String message) {
    if (encrypted.length < NONCE_LENGTH + TAG_BITS / 8) {
      throw new SealFault.Data("what is encrypted is cut off", null);
    }
    try {
      byte[] nonce = Arrays.copyOf(encrypted, NONCE_LENGTH);
      return SecretBytes.takeFrom(
          cipher(Cipher.DECRYPT_MODE, key, associated, nonce)
              .doFinal(encrypted, NONCE_LENGTH, encrypted.length - NONCE_LENGTH));
    } catch (AEADBadTagException e) {
      throw new SealFault.Data(message, e);
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static Cipher cipher(int mode, SecretBytes key, byte[] associated, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec spec = key.withHeapCopy(bytes -> new SecretKeySpec(bytes, "AES"));
    cipher.init(mode, spec, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("AES-256-GCM is not to be had from this Java", e);
  }
}
