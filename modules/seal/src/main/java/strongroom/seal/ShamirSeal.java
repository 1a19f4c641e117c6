package strongroom.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import strongroom.secret.SecretBytes;

/**
 * The seal whose key is what a quorum of key shares combines to: AES-256-GCM under the unseal key,
 * the purpose bound in. It lives as long as one combination of shares; {@link #close} zeroes the
 * key.
 *
 * <p>Its wrapped form is one byte of format version, a nonce of 12 bytes, and ciphertext with a tag
 * of 16 bytes.
 */
public final class ShamirSeal implements Seal {
  /** What {@link #type} says. */
  public static final String TYPE = "shamir";

  /** The length of an unseal key in bytes. */
  public static final int KEY_LENGTH = 32;

  private static final String MECHANISM = "AES-256-GCM";
  private static final byte FORMAT = 1;
  private static final int NONCE_LENGTH = 12;
  private static final int TAG_BITS = 128;
  private static final int HEADER_LENGTH = 1 + NONCE_LENGTH;

  private final SecretBytes key;
  private final SecureRandom random;
  private final Instant since;

  /**
   * A seal that works with {@code unsealKey}, of which it keeps a copy.
   *
   * @throws SealFault.Data where the key has not 32 bytes, which no right shares combine to
   */
  public ShamirSeal(SecretBytes unsealKey, Clock clock, SecureRandom random) {
    if (unsealKey.length() != KEY_LENGTH) {
      throw new SealFault.Data(
          "the shares combine to " + unsealKey.length() + " bytes instead of " + KEY_LENGTH, null);
    }
    this.key = unsealKey.copy();
    this.random = random;
    this.since = clock.instant();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String name() {
    return TYPE;
  }

  @Override
  public boolean unsealsByItself() {
    return false;
  }

  @Override
  public void prove(boolean mayGenerateKey) {
    try (SecretBytes probe = SecretBytes.random(KEY_LENGTH, random);
        SecretBytes back = unwrap(Purpose.PROBE, wrap(Purpose.PROBE, probe))) {
      if (!probe.contentEquals(back)) {
        throw new SealFault.Data("what was wrapped came back changed", null);
      }
    }
  }

  @Override
  public byte[] wrap(Purpose purpose, SecretBytes plaintext) {
    byte[] nonce = new byte[NONCE_LENGTH];
    random.nextBytes(nonce);
    byte[] ciphertext = plaintext.withHeapCopy(bytes -> encrypt(purpose, nonce, bytes));
    byte[] wrapped = Arrays.copyOf(new byte[] {FORMAT}, HEADER_LENGTH + ciphertext.length);
    System.arraycopy(nonce, 0, wrapped, 1, NONCE_LENGTH);
    System.arraycopy(ciphertext, 0, wrapped, HEADER_LENGTH, ciphertext.length);
    return wrapped;
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    if (wrapped.length < HEADER_LENGTH + TAG_BITS / 8 || wrapped[0] != FORMAT) {
      throw new SealFault.Data("the wrapped key is not in a form this version knows", null);
    }
    try {
      GCMParameterSpec parameters = new GCMParameterSpec(TAG_BITS, wrapped, 1, NONCE_LENGTH);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, purpose, parameters);
      return SecretBytes.takeFrom(
          cipher.doFinal(wrapped, HEADER_LENGTH, wrapped.length - HEADER_LENGTH));
    } catch (AEADBadTagException e) {
      throw new SealFault.Data(
          "the key shares are not the ones that protect this key, or it is damaged", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not to be had from this Java", e);
    }
  }

  private byte[] encrypt(Purpose purpose, byte[] nonce, byte[] plaintext) {
    try {
      GCMParameterSpec parameters = new GCMParameterSpec(TAG_BITS, nonce);
      return cipher(Cipher.ENCRYPT_MODE, purpose, parameters).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not to be had from this Java", e);
    }
  }

  private Cipher cipher(int mode, Purpose purpose, GCMParameterSpec parameters)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec spec = key.withHeapCopy(bytes -> new SecretKeySpec(bytes, "AES"));
    cipher.init(mode, spec, parameters);
    cipher.updateAAD(
        ("strongroom shamir " + FORMAT + " " + purpose).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  @Override
  public Map<String, String> describe(byte[] wrapped) {
    return wrapped.length > 0 && wrapped[0] == FORMAT ? Map.of("mechanism", MECHANISM) : Map.of();
  }

  @Override
  public SealHealth health() {
    return new SealHealth(true, since, Optional.of(since), Optional.empty(), "", Map.of());
  }

  @Override
  public void close() {
    key.close();
  }
}
