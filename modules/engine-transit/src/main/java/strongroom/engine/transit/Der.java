package strongroom.engine.transit;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import strongroom.logical.Refusal;

/** The little of DER (X.690) that keys, signatures and certificate requests need. */
final class Der {
  static final int SEQUENCE = 0x30;
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  private static final int BIT_STRING = 0x03;
  private static final int LENGTH_BYTES_MAX = 3;

  private Der() {}

  /**
   * An element.
   *
   * @param whole with its head
   */
  record Element(int tag, byte[] whole, byte[] content) {
    /** The elements in it. */
    List<Element> children() {
      return elements(content);
    }
  }

  static byte[] tagged(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else if (length < 0x10000) {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(0x83);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    Arrays.stream(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return tagged(SEQUENCE, parts);
  }

  static byte[] integer(BigInteger number) {
    return tagged(INTEGER, number.toByteArray());
  }

  static byte[] bitString(byte[] bits) {
    // The first byte says that no bit of the last is unused.
    return tagged(BIT_STRING, new byte[1], bits);
  }

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** The one element in {@code der}; refused where it is no DER. */
  static Element element(byte[] der) {
    List<Element> all = elements(der);
    if (all.size() != 1) {
      throw malformed();
    }
    return all.getFirst();
  }

  private static List<Element> elements(byte[] der) {
    List<Element> all = new ArrayList<>();
    int at = 0;
    while (at < der.length) {
      if (at + 2 > der.length) {
        throw malformed();
      }
      int content = at + 2;
      int length = Byte.toUnsignedInt(der[at + 1]);
      if (length >= 0x80) {
        int bytes = length - 0x80;
        if (bytes == 0 || bytes > LENGTH_BYTES_MAX || content + bytes > der.length) {
          throw malformed();
        }
        length = new BigInteger(1, der, content, bytes).intValue();
        content += bytes;
      }
      if (length > der.length - content) {
        throw malformed();
      }
      int end = content + length;
      all.add(
          new Element(
              Byte.toUnsignedInt(der[at]),
              Arrays.copyOfRange(der, at, end),
              Arrays.copyOfRange(der, content, end)));
      at = end;
    }
    return all;
  }

  private static RuntimeException malformed() {
    return Refusal.invalid("what was given is not valid DER");
  }
}
