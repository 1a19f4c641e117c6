package strongroom.engine.transit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * HChaCha20, which makes a key of its own from a key and the first 16 bytes of a long nonce, so
 * that ChaCha20-Poly1305 takes nonces of 24 bytes (draft-irtf-cfrg-xchacha-03, section 2.2). Java
 * has the rest. It takes the same time whatever the key is.
 */
final class HChaCha20 {
  static final int NONCE_LENGTH = 16;
  private static final int KEY_LENGTH = 32;
  private static final int DOUBLE_ROUNDS = 10;

  /** {@code expand 32-byte k}. */
  private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private HChaCha20() {}

  /** The key for {@code nonce}, 32 bytes, which the caller zeroes. */
  static byte[] key(byte[] key, byte[] nonce) {
    if (key.length != KEY_LENGTH || nonce.length != NONCE_LENGTH) {
      throw new IllegalArgumentException("HChaCha20 takes a key of 32 bytes and a nonce of 16");
    }
    int[] x = new int[16];
    System.arraycopy(CONSTANTS, 0, x, 0, 4);
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(x, 4, 8);
    ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(x, 12, 4);
    for (int i = 0; i < DOUBLE_ROUNDS; i++) {
      quarter(x, 0, 4, 8, 12);
      quarter(x, 1, 5, 9, 13);
      quarter(x, 2, 6, 10, 14);
      quarter(x, 3, 7, 11, 15);
      quarter(x, 0, 5, 10, 15);
      quarter(x, 1, 6, 11, 12);
      quarter(x, 2, 7, 8, 13);
      quarter(x, 3, 4, 9, 14);
    }
    byte[] out = new byte[KEY_LENGTH];
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(x, 0, 4).put(x, 12, 4);
    Arrays.fill(x, 0);
    return out;
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = Integer.rotateLeft(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = Integer.rotateLeft(x[b] ^ x[c], 7);
  }
}
