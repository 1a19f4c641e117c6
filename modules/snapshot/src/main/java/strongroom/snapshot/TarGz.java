package strongroom.snapshot;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Gzipped tar archives (POSIX.1-1988 "ustar"), of plain files only, from front to back. Files of 8
 * GiB and more have their size in binary, as GNU tar and Go write it.
 */
public final class TarGz {
  private static final int BLOCK = 512;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final long OCTAL_SIZE_MAX = (1L << 33) - 1;
  private static final byte BINARY = (byte) 0x80;

  private TarGz() {}

  /** Is told of each file; may read it. */
  public interface Visitor {
    /** The file {@code name} of {@code size} bytes, which {@code content} gives. */
    void file(String name, long size, InputStream content) throws IOException;
  }

  /** What writes a file's bytes. */
  public interface Content {
    /** Writes all of them. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes {@code files}, by name, to {@code archive}. */
  public static void write(Path archive, Map<String, byte[]> files, Instant time)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(archive);
        Writer writer = new Writer(out, time)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        writer.file(file.getKey(), file.getValue());
      }
    }
  }

  /** Writes an archive, one file after the other. What was not closed is no whole archive. */
  public static final class Writer implements Closeable {
    private final GZIPOutputStream out;
    private final Instant time;

    /** Writes to {@code out}, which stays open; every file is of {@code time}. */
    public Writer(OutputStream out, Instant time) throws IOException {
      this.out = new Fast(out);
      this.time = time;
    }

    /** Adds the file {@code name}. */
    public void file(String name, byte[] content) throws IOException {
      file(name, content.length, to -> to.write(content));
    }

    /**
     * Adds the file {@code name}.
     *
     * @param size how many bytes {@code content} will write
     */
    public void file(String name, long size, Content content) throws IOException {
      out.write(header(name, size, time.getEpochSecond()));
      Counting counted = new Counting(out, size);
      content.writeTo(counted);
      if (counted.left != 0) {
        throw new IOException(name + " ended " + counted.left + " bytes early");
      }
      out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    @Override
    public void close() throws IOException {
      out.write(new byte[2 * BLOCK]);
      out.finish();
    }
  }

  /** Most of what comes is ciphertext, at which more effort is lost. */
  private static final class Fast extends GZIPOutputStream {
    Fast(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(1);
    }
  }

  private static final class Counting extends OutputStream {
    private final OutputStream out;
    private long left;

    Counting(OutputStream out, long left) {
      this.out = out;
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > left) {
        throw new IOException("a file of the archive is longer than was said");
      }
      out.write(bytes, offset, length);
      left -= length;
    }
  }

  private static byte[] header(String name, long size, long seconds) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "0000600");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    if (size > OCTAL_SIZE_MAX) {
      block[SIZE_AT] = BINARY;
      ByteBuffer.wrap(block).putLong(SIZE_AT + SIZE_LENGTH - Long.BYTES, size);
    } else {
      put(block, SIZE_AT, String.format("%011o", size));
    }
    put(block, 136, String.format("%011o", seconds));
    block[156] = '0';
    put(block, 257, "ustar");
    put(block, 263, "00");
    put(block, CHECKSUM_AT, String.format("%06o", checksum(block)));
    block[CHECKSUM_AT + 6] = 0;
    block[CHECKSUM_AT + 7] = ' ';
    return block;
  }

  /** Of a header, its own checksum counted as spaces. */
  private static int checksum(byte[] block) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
      sum += own ? ' ' : block[i] & 0xff;
    }
    return sum;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  /** Shows {@code visitor} the files of {@code archive}. */
  public static void read(Path archive, Visitor visitor) throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      read(in, visitor);
    }
  }

  /**
   * Shows {@code visitor} the files of the archive that {@code in} gives, to its end.
   *
   * @throws IOException where it is no such archive, or ends before its end
   */
  public static void read(InputStream in, Visitor visitor) throws IOException {
    GZIPInputStream archive = new GZIPInputStream(in, BUFFER_BYTES);
    while (true) {
      byte[] block = archive.readNBytes(BLOCK);
      if (block.length < BLOCK) {
        throw new EOFException("the archive ends early");
      }
      if (block[0] == 0) {
        // Its checksum stands at the very end, and is compared there.
        archive.transferTo(OutputStream.nullOutputStream());
        return;
      }
      if (octal(block, CHECKSUM_AT, CHECKSUM_LENGTH) != checksum(block)) {
        throw new IOException("the archive is damaged");
      }
      long size = size(block);
      Part part = new Part(archive, size);
      visitor.file(text(block, 0, 100), size, part);
      part.skipRest();
      archive.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    }
  }

  private static long size(byte[] block) throws IOException {
    long size =
        block[SIZE_AT] == BINARY
            ? ByteBuffer.wrap(block).getLong(SIZE_AT + SIZE_LENGTH - Long.BYTES)
            : octal(block, SIZE_AT, SIZE_LENGTH);
    if (size < 0) {
      throw new IOException("the archive is damaged");
    }
    return size;
  }

  private static String text(byte[] block, int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return new String(block, at, end - at, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] block, int at, int length) throws IOException {
    try {
      return Long.parseLong(text(block, at, length).strip(), 8);
    } catch (NumberFormatException e) {
      throw new IOException("not a tar archive");
    }
  }

  /** One file's bytes of the archive's. */
  private static final class Part extends InputStream {
    private final InputStream in;
    private long left;

    Part(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(left, length));
      if (read < 0) {
        throw new EOFException("the archive ends early");
      }
      left -= read;
      return read;
    }

    void skipRest() throws IOException {
      in.skipNBytes(left);
      left = 0;
    }
  }
}
