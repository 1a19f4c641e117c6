package strongroom.logical;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells text that stands in JSON as it is: printable ASCII without quote and backslash (RFC 8259
 * section 7). Eight bytes are looked at at a time; a secret is mostly long text of this kind.
 */
final class PlainText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = EACH << 7;

  private PlainText() {}

  static boolean is(byte[] bytes) {
    int at = 0;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, at);
      long special =
          eight
              | below(eight, 0x20)
              | below(eight ^ (EACH * '"'), 1)
              | below(eight ^ (EACH * '\\'), 1);
      if ((special & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; at < bytes.length; at++) {
      if (bytes[at] < 0x20 || bytes[at] == '"' || bytes[at] == '\\') {
        return false;
      }
    }
    return true;
  }

  /**
   * A word whose high bits tell whether a byte of {@code eight} is below {@code limit}. Where
   * another byte is 0x80 or more they may be wrong, and such a byte is not plain anyway.
   */
  private static long below(long eight, int limit) {
    return (eight - EACH * limit) & ~eight;
  }
}
