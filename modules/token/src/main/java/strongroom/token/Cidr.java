package strongroom.token;

import java.net.InetAddress;
import java.net.UnknownHostException;
import strongroom.logical.Refusal;

/**
 * A network: an address and how many of its first bits count (RFC 4632).
 *
 * @param bits from 0 to 32 or 128
 */
record Cidr(byte[] address, int bits) {
  /** The network in {@code text}, {@code 10.0.0.0/8}; an address alone is itself. */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    // Only literal addresses: a name would be looked up.
    boolean literal =
        !host.isEmpty()
            && host.length() <= 45
            && host.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
            && (host.indexOf(':') >= 0 || host.chars().filter(c -> c == '.').count() == 3);
    if (!literal) {
      throw notACidr();
    }
    try {
      byte[] address = InetAddress.getByName(host).getAddress();
      int all = address.length * 8;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > all) {
        throw notACidr();
      }
      return new Cidr(address, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw notACidr();
    }
  }

  private static RuntimeException notACidr() {
    return Refusal.invalid("bound CIDRs are networks such as 10.0.0.0/8 or 2001:db8::/32");
  }

  boolean contains(InetAddress other) {
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
