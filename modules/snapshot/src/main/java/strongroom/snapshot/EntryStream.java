package strongroom.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The content of {@code state.bin}: entry after entry, each its length as a varint and then a
 * protobuf message of the key (field 1) and the value (field 2), as Vault's own snapshots have it.
 */
final class EntryStream {
  /** No entry is larger: two keys of its length would not fit into an entry of Raft's. */
  private static final int ENTRY_BYTES_MAX = 256 * 1024 * 1024;

  private static final int KEY = (1 << 3) | 2;
  private static final int VALUE = (2 << 3) | 2;
  private static final int VARINT_LENGTH_MAX = 5;

  private EntryStream() {}

  /** How many bytes an entry takes. */
  static long size(byte[] key, byte[] value) {
    long content = content(key, value);
    return varintSize(content) + content;
  }

  private static long content(byte[] key, byte[] value) {
    return field(key.length) + (value.length == 0 ? 0 : field(value.length));
  }

  private static long field(int length) {
    return 1L + varintSize(length) + length;
  }

  private static int varintSize(long number) {
    int size = 1;
    for (long left = number >>> 7; left != 0; left >>>= 7) {
      size++;
    }
    return size;
  }

  static void write(OutputStream out, byte[] key, byte[] value) throws IOException {
    writeVarint(out, content(key, value));
    writeField(out, KEY, key);
    if (value.length > 0) {
      writeField(out, VALUE, value);
    }
  }

  private static void writeField(OutputStream out, int tag, byte[] bytes) throws IOException {
    out.write(tag);
    writeVarint(out, bytes.length);
    out.write(bytes);
  }

  private static void writeVarint(OutputStream out, long number) throws IOException {
    long left = number;
    while (left > 0x7f) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  /** Hands every entry of {@code in} to {@code to}, and says how many there were. */
  static long read(InputStream in, Entries to) throws IOException {
    long count = 0;
    for (int first = in.read(); first >= 0; first = in.read()) {
      readOne(in, varint(in, first), to);
      count++;
    }
    return count;
  }

  private static void readOne(InputStream in, int length, Entries to) throws IOException {
    byte[] key = new byte[0];
    byte[] value = key;
    int left = length;
    while (left > 0) {
      int tag = in.read();
      int size = varint(in, in.read());
      left -= 1 + varintSize(size) + size;
      if (left < 0) {
        throw new IOException("an entry is longer than was said");
      }
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < size) {
        throw new EOFException("an entry is cut off");
      }
      switch (tag) {
        case KEY -> key = bytes;
        case VALUE -> value = bytes;
        default -> throw new IOException("an entry has a field that is not known");
      }
    }
    to.entry(key, value);
  }

  private static int varint(InputStream in, int first) throws IOException {
    long number = 0;
    int next = first;
    for (int i = 0; i < VARINT_LENGTH_MAX; i++) {
      if (next < 0) {
        throw new EOFException("an entry is cut off");
      }
      number |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        if (number > ENTRY_BYTES_MAX) {
          break;
        }
        return (int) number;
      }
      next = in.read();
    }
    throw new IOException("an entry is too long");
  }
}
