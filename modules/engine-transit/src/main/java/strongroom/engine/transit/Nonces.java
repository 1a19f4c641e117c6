package strongroom.engine.transit;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Fresh random nonces for the items of one request. They are drawn together: to ask for twelve
 * bytes costs a microsecond, and to ask for a hundred times as many not much more.
 */
final class Nonces {
  private static final int BLOCK_BYTES_MAX = 4096;

  private final SecureRandom random;
  private int items;
  private byte[] block = new byte[0];
  private int used;

  /** For {@code items} nonces, of which more may be had. */
  Nonces(SecureRandom random, int items) {
    this.random = random;
    this.items = items;
  }

  /** {@code length} bytes that nobody had before. */
  byte[] next(int length) {
    if (block.length - used < length) {
      block = new byte[Math.max(length, Math.min(BLOCK_BYTES_MAX, items * length))];
      random.nextBytes(block);
      used = 0;
    }
    used += length;
    items = Math.max(1, items - 1);
    return Arrays.copyOfRange(block, used - length, used);
  }
}
