package strongroom.seal.envelope;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import strongroom.secret.SecretBytes;

/** AES-256-GCM with a tag of 16 bytes behind the ciphertext, by a key that lives off the heap. */
public final class AesGcm {
  /** The length of a key in bytes. */
  public static final int KEY_LENGTH = 32;

  /** The length of a nonce in bytes. */
  public static final int NONCE_LENGTH = 12;

  private static final int TAG_BITS = 128;

  private AesGcm() {}

  /** The ciphertext of {@code plaintext} and its tag, bound to {@code associated}. */
  public static byte[] encrypt(
      SecretBytes key, byte[] nonce, byte[] associated, SecretBytes plaintext) {
    return plaintext.withHeapCopy(
        bytes -> {
          try {
            return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(bytes);
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not to be had from this Java", e);
          }
        });
  }

  /** The plaintext, which the caller closes; empty where key, nonce or associated data differ. */
  public static Optional<SecretBytes> decrypt(
      SecretBytes key, byte[] nonce, byte[] associated, byte[] ciphertext) {
    if (ciphertext.length < TAG_BITS / 8) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SecretBytes.takeFrom(
              cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(ciphertext)));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not to be had from this Java", e);
    }
  }

  private static Cipher cipher(int mode, SecretBytes key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec spec = key.withHeapCopy(bytes -> new SecretKeySpec(bytes, "AES"));
    cipher.init(mode, spec, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }
}
