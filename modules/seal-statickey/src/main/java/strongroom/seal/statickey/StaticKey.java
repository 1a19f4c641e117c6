package strongroom.seal.statickey;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import strongroom.seal.envelope.AesGcm;
import strongroom.secret.SecretBytes;

/**
 * An AES-256 key as OpenBao takes it, told apart by its length: 32 bytes as they are, 64
 * hexadecimal digits, 44 characters of Base64, 43 of URL-safe Base64 without padding. A line's end
 * may follow.
 */
final class StaticKey {
  private StaticKey() {}

  /** The key, which the caller closes; empty where {@code given} is none. */
  static Optional<SecretBytes> decode(byte[] given) {
    if (given.length == AesGcm.KEY_LENGTH) {
      return Optional.of(SecretBytes.takeFrom(given.clone()));
    }
    byte[] text = withoutLineEnd(given);
    try {
      return switch (text.length) {
        case AesGcm.KEY_LENGTH -> Optional.of(SecretBytes.takeFrom(text));
        case 64 -> Optional.of(SecretBytes.takeFrom(hex(text)));
        case 44 ->
            Optional.of(SecretBytes.takeFrom(Base64.getDecoder().decode(text)))
                .filter(StaticKey::fits);
        case 43 ->
            Optional.of(SecretBytes.takeFrom(Base64.getUrlDecoder().decode(text)))
                .filter(StaticKey::fits);
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private static boolean fits(SecretBytes key) {
    if (key.length() == AesGcm.KEY_LENGTH) {
      return true;
    }
    key.close();
    return false;
  }

  private static byte[] hex(byte[] text) {
    byte[] key = new byte[text.length / 2];
    for (int i = 0; i < key.length; i++) {
      int high = HexFormat.fromHexDigit(text[2 * i]);
      key[i] = (byte) (high << 4 | HexFormat.fromHexDigit(text[2 * i + 1]));
    }
    return key;
  }

  private static byte[] withoutLineEnd(byte[] given) {
    int end = given.length;
    end -= end > 0 && given[end - 1] == '\n' ? 1 : 0;
    end -= end > 0 && given[end - 1] == '\r' ? 1 : 0;
    return Arrays.copyOf(given, end);
  }
}
