package strongroom.managed.keys.pkcs11;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import strongroom.managed.keys.SignatureScheme;

/** The little of DER that keys and signatures need. */
final class Der {
  /** {@code id-ecPublicKey}, RFC 5480. */
  static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 2;
  private static final int BIT_STRING = 3;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return tagged(SEQUENCE, all.toByteArray());
  }

  static byte[] bitString(byte[] bits) {
    byte[] content = new byte[bits.length + 1]; // the first says that no bit of the last is unused
    System.arraycopy(bits, 0, content, 1, bits.length);
    return tagged(BIT_STRING, content);
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** {@code DigestInfo} of RFC 8017, section 9.2. */
  static byte[] digestInfo(SignatureScheme.Hash hash, byte[] digest) {
    String head =
        switch (hash) {
          case SHA256 -> "3031300d060960864801650304020105000420";
          case SHA384 -> "3041300d060960864801650304020205000430";
          case SHA512 -> "3051300d060960864801650304020305000440";
        };
    byte[] start = HexFormat.of().parseHex(head);
    byte[] all = Arrays.copyOf(start, start.length + digest.length);
    System.arraycopy(digest, 0, all, start.length, digest.length);
    return all;
  }

  /** {@code ECDSA-Sig-Value} of {@code r} and {@code s} in a row. */
  static byte[] ecdsa(byte[] raw) {
    int half = raw.length / 2;
    return sequence(integer(raw, 0, half), integer(raw, half, half));
  }

  private static byte[] integer(byte[] raw, int from, int length) {
    return tagged(INTEGER, new BigInteger(1, raw, from, length).toByteArray());
  }

  /** {@code r} and {@code s} in a row; empty where {@code der} is no signature on such a curve. */
  static Optional<byte[]> rawEcdsa(byte[] der, int curveBits) {
    int half = (curveBits + 7) / 8;
    int at = header(der, 0, SEQUENCE);
    if (at < 0 || at + length(der, 0) != der.length) {
      return Optional.empty();
    }
    byte[] raw = new byte[2 * half];
    for (int i = 0; i < 2; i++) {
      int content = header(der, at, INTEGER);
      if (content < 0) {
        return Optional.empty();
      }
      int length = length(der, at);
      BigInteger number = new BigInteger(der, content, length);
      byte[] bytes = number.toByteArray();
      int skip = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
      if (number.signum() <= 0 || bytes.length - skip > half) {
        return Optional.empty();
      }
      System.arraycopy(
          bytes, skip, raw, (i + 1) * half - (bytes.length - skip), bytes.length - skip);
      at = content + length;
    }
    // What is valid has one form only, so that nobody makes a second one of it.
    return Arrays.equals(ecdsa(raw), der) ? Optional.of(raw) : Optional.empty();
  }

  /** Where the content of the element at {@code at} begins; -1 where there is none that fits. */
  private static int header(byte[] der, int at, int tag) {
    if (at + 2 > der.length || Byte.toUnsignedInt(der[at]) != tag) {
      return -1;
    }
    int first = Byte.toUnsignedInt(der[at + 1]);
    int content = first < 0x80 ? at + 2 : first == 0x81 ? at + 3 : -1;
    if (content < 0 || content > der.length) {
      return -1;
    }
    int length = length(der, at);
    return length > 0 && content + length <= der.length ? content : -1;
  }

  private static int length(byte[] der, int at) {
    int first = Byte.toUnsignedInt(der[at + 1]);
    return first < 0x80 ? first : Byte.toUnsignedInt(der[at + 2]);
  }
}
