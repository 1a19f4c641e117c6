package strongroom.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of requests: UUIDs of version 4 (RFC 9562). They name requests in answers and logs and are no
 * secret, so they come from a fast generator.
 */
final class RequestIds {
  private RequestIds() {}

  static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
