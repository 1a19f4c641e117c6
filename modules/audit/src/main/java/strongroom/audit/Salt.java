package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of one device, by which the values in its records are hashed: {@code hmac-sha256:} and
 * 64 hexadecimal digits. Who has a value can find it in the records, and nobody else.
 */
final class Salt {
  static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String MARK = "hmac-sha256:";
  private static final int KEPT_MAX = 16;

  private final SecretKeySpec key;

  /** Prepared computations: to prepare one costs more than to use it. */
  private final Queue<Mac> ready = new ArrayBlockingQueue<>(KEPT_MAX);

  Salt(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** {@code value} as it stands in records. */
  String hash(String value) {
    return MARK + HexFormat.of().formatHex(mac(value.getBytes(UTF_8)));
  }

  byte[] mac(byte[] value) {
    Mac mac = ready.poll();
    if (mac == null) {
      mac = prepared();
    }
    byte[] result = mac.doFinal(value);
    ready.offer(mac);
    return result;
  }

  /** The key of the device's chain, from which the salt cannot be told. */
  byte[] chainKey() {
    return mac("strongroom audit chain".getBytes(UTF_8));
  }

  private Mac prepared() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(ALGORITHM + " is not to be had from this Java", e);
    }
  }
}
