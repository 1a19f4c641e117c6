package strongroom.barrier;

import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import strongroom.secret.SecretBytes;

/**
 * AES-256-GCM under one key (NIST SP 800-38D): nonces of 96 bits, tags of 128. Ciphers are used
 * again, since making one costs several times what a small value does. They are kept in a few slots
 * rather than by thread, since threads here are virtual and many.
 *
 * <p>A cipher of this JDK keeps copies of its key on the heap for as long as it lives; {@link
 * #close} drops them all.
 */
final class AesGcm implements AutoCloseable {
  static final int KEY_LENGTH = 32;
  static final int NONCE_LENGTH = 12;
  static final int TAG_LENGTH = 16;

  private static final int IDLE_MAX = 16;

  private final Key key;
  private final AtomicReferenceArray<@Nullable Cipher> idle = new AtomicReferenceArray<>(IDLE_MAX);

  /** Works with {@code key}, which this closes. */
  AesGcm(SecretBytes key) {
    if (key.length() != KEY_LENGTH) {
      throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + key.length());
    }
    this.key = new Key(key);
  }

  /** The key, for putting it into the keyring. Not to be kept. */
  SecretBytes viewKey() {
    return key.bytes;
  }

  /**
   * Writes a fresh nonce, the ciphertext of {@code plaintext} and its tag to {@code out} from
   * {@code offset}.
   */
  void encrypt(byte[] associated, byte[] plaintext, byte[] out, int offset, SecureRandom random) {
    byte[] nonce = new byte[NONCE_LENGTH];
    random.nextBytes(nonce);
    System.arraycopy(nonce, 0, out, offset, NONCE_LENGTH);
    Cipher cipher = take();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_LENGTH * 8, nonce));
      cipher.updateAAD(associated);
      cipher.doFinal(plaintext, 0, plaintext.length, out, offset + NONCE_LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
    }
    giveBack(cipher);
  }

  /**
   * The plaintext of what stands in {@code in} as a nonce, ciphertext and tag from {@code offset}.
   *
   * @throws GeneralSecurityException where it does not authenticate
   */
  byte[] decrypt(byte[] associated, byte[] in, int offset) throws GeneralSecurityException {
    Cipher cipher = take();
    cipher.init(
        Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_LENGTH * 8, in, offset, NONCE_LENGTH));
    cipher.updateAAD(associated);
    int from = offset + NONCE_LENGTH;
    byte[] plaintext = cipher.doFinal(in, from, in.length - from);
    // Only after a success: one that failed is dropped, whatever its state.
    giveBack(cipher);
    return plaintext;
  }

  private Cipher take() {
    int start = slot();
    for (int i = 0; i < IDLE_MAX; i++) {
      Cipher cipher = idle.getAndSet((start + i) & (IDLE_MAX - 1), null);
      if (cipher != null) {
        return cipher;
      }
    }
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not to be had from this Java", e);
    }
  }

  private void giveBack(Cipher cipher) {
    if (key.bytes.isClosed()) {
      return;
    }
    int start = slot();
    for (int i = 0; i < IDLE_MAX; i++) {
      int slot = (start + i) & (IDLE_MAX - 1);
      if (idle.compareAndSet(slot, null, cipher)) {
        if (key.bytes.isClosed()) {
          idle.set(slot, null);
        }
        return;
      }
    }
  }

  private static int slot() {
    return (int) Thread.currentThread().threadId() & (IDLE_MAX - 1);
  }

  /** Zeroes the key and drops the ciphers. */
  @Override
  public void close() {
    key.bytes.close();
    for (int i = 0; i < IDLE_MAX; i++) {
      idle.set(i, null);
    }
  }

  /**
   * The key as a cipher takes it. Unlike {@code SecretKeySpec} it holds nothing on the heap: the
   * cipher asks for a copy, and zeroes it.
   */
  private static final class Key implements SecretKey {
    private static final long serialVersionUID = 1;
    private final transient SecretBytes bytes;

    Key(SecretBytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
      return "AES";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return bytes.viewSegment().toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
