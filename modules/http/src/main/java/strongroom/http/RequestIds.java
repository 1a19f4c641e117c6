package strongroom.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of requests: UUIDs of version 4 (RFC 9562). They name requests in answers and logs and are no
 * secret, so they come from a fast generator of the thread's own.
 */
final class RequestIds {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int LENGTH = 36;

  private RequestIds() {}

  static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    byte[] text = new byte[LENGTH];
    digits(high >>> 32, 8, text, 0);
    text[8] = '-';
    digits(high >>> 16, 4, text, 9);
    text[13] = '-';
    digits(high, 4, text, 14);
    text[18] = '-';
    digits(low >>> 48, 4, text, 19);
    text[23] = '-';
    digits(low, 12, text, 24);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void digits(long value, int count, byte[] text, int at) {
    long rest = value;
    for (int i = at + count - 1; i >= at; i--) {
      text[i] = DIGITS[(int) (rest & 0xf)];
      rest >>>= 4;
    }
  }
}
