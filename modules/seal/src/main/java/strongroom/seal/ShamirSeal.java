package strongroom.seal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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
    byte[] encrypted = AesGcm.encrypt(key, associated(purpose), plaintext, random);
    byte[] wrapped = new byte[1 + encrypted.length];
    wrapped[0] = FORMAT;
    System.arraycopy(encrypted, 0, wrapped, 1, encrypted.length);
    return wrapped;
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    if (wrapped.length == 0 || wrapped[0] != FORMAT) {
      throw new SealFault.Data("the wrapped key is not in a form this version knows", null);
    }
    return AesGcm.decrypt(
        key,
        associated(purpose),
        Arrays.copyOfRange(wrapped, 1, wrapped.length),
        "the key shares are not the ones that protect this key, or it is damaged");
  }

  private static byte[] associated(Purpose purpose) {
    return ("strongroom shamir " + FORMAT + " " + purpose).getBytes(StandardCharsets.UTF_8);
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
