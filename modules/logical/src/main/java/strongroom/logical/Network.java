package strongroom.logical;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A network: an address and how many of its first bits count (RFC 4632).
 *
 * @param address 4 or 16 bytes
 * @param bits from 0 to 32 or 128
 */
public record Network(byte[] address, int bits) {
  private static final int TEXT_LENGTH_MAX = 49;

  /** The network in {@code text}, {@code 10.0.0.0/8}; an address alone is itself. No look-ups. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    // Only literal addresses: a name would be looked up.
    boolean literal =
        !host.isEmpty()
            && text.length() <= TEXT_LENGTH_MAX
            && host.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
            && (host.indexOf(':') >= 0 || host.chars().filter(c -> c == '.').count() == 3);
    if (!literal) {
      return Optional.empty();
    }
    try {
      byte[] address = InetAddress.getByName(host).getAddress();
      int all = address.length * 8;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      return bits < 0 || bits > all ? Optional.empty() : Optional.of(new Network(address, bits));
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether {@code other} is in it. */
  public boolean contains(InetAddress other) {
    byte[] theirs = other.getAddress();
    if (theirs.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit & 7);
      if ((address[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
        return false;
      }
    }
    return true;
  }
}
