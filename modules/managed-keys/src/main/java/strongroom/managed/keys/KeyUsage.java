package strongroom.managed.keys;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What engines may use a managed key for. */
public enum KeyUsage {
  /** Encrypting. */
  ENCRYPT,
  /** Decrypting. */
  DECRYPT,
  /** Signing. */
  SIGN,
  /** Verifying. */
  VERIFY,
  /** Wrapping keys; kept for clients, nothing here wraps by a managed key. */
  WRAP,
  /** Unwrapping keys; kept for clients. */
  UNWRAP,
  /** Random numbers; kept for clients. */
  GENERATE_RANDOM;

  /** As on the wire: {@code sign}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of {@code word}. */
  public static Optional<KeyUsage> of(String word) {
    return Arrays.stream(values()).filter(u -> u.word().equals(word)).findFirst();
  }

  /** All of them, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(KeyUsage::word).collect(Collectors.joining(", "));
  }
}
