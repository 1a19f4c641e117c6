package strongroom.barrier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import strongroom.secret.SecretBytes;

/**
 * What binds to one key: HMAC-SHA-256 under the key of a fixed text and the key's number. GCM alone
 * does not: a ciphertext can be made that opens under two keys. It tells nothing of a random key.
 */
final class Commitment {
  static final int LENGTH = 32;

  /** The number that stands for the root key; terms count from 1. */
  static final int ROOT_KEY = 0;

  private static final byte[] TEXT =
      "strongroom barrier key commitment 1".getBytes(StandardCharsets.US_ASCII);

  private Commitment() {}

  static byte[] of(SecretBytes key, int number) {
    return key.withHeapCopy(
        bytes -> {
          try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            mac.update(TEXT);
            return mac.doFinal(ByteBuffer.allocate(4).putInt(number).array());
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not to be had from this Java", e);
          }
        });
  }
}
