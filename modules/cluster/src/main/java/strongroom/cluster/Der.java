package strongroom.cluster;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Writes the little of DER (ITU-T X.690) that a certificate takes. */
final class Der {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SHORT_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  /** RFC 5280: times before it are written with two digits of the year. */
  private static final Instant SHORT_UNTIL = Instant.parse("2050-01-01T00:00:00Z");

  private Der() {}

  static byte[] of(int tag, byte[] content) {
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

  static byte[] sequence(byte[]... parts) {
    return of(0x30, joined(List.of(parts)));
  }

  static byte[] set(byte[] part) {
    return of(0x31, part);
  }

  static byte[] integer(byte[] twosComplement) {
    return of(0x02, twosComplement);
  }

  static byte[] text(String text) {
    return of(0x0c, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(Instant time) {
    return time.isBefore(SHORT_UNTIL)
        ? of(0x17, SHORT_TIME.format(time).getBytes(StandardCharsets.US_ASCII))
        : of(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  /** A bit string of whole bytes. */
  static byte[] bits(byte[] bytes) {
    byte[] content = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, content, 1, bytes.length);
    return of(0x03, content);
  }

  static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }
}
