package strongroom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Small gzipped tar archives (POSIX.1-1988 "ustar"), of plain files only. */
final class TarGz {
  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;

  private TarGz() {}

  /** Is told of each file; may read it. */
  interface Visitor {
    /** The file {@code name} of {@code size} bytes, which {@code content} gives. */
    void file(String name, long size, InputStream content) throws IOException;
  }

  /** Writes {@code files}, by name, to {@code archive}. */
  static void write(Path archive, Map<String, byte[]> files, long secondsSinceEpoch)
      throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        byte[] content = file.getValue();
        out.write(header(file.getKey(), content.length, secondsSinceEpoch));
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
      }
      out.write(new byte[2 * BLOCK]);
    }
  }

  private static byte[] header(String name, long size, long seconds) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "0000600");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    put(block, SIZE_AT, String.format("%011o", size));
    put(block, 136, String.format("%011o", seconds));
    put(block, CHECKSUM_AT, "        ");
    block[156] = '0';
    put(block, 257, "ustar");
    put(block, 263, "00");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, CHECKSUM_AT, String.format("%06o", sum));
    block[CHECKSUM_AT + 6] = 0;
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  /** Shows {@code visitor} the files of {@code archive}. */
  static void read(Path archive, Visitor visitor) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
      while (true) {
        byte[] block = in.readNBytes(BLOCK);
        if (block.length < BLOCK || block[0] == 0) {
          return;
        }
        long size = octal(block, SIZE_AT, 12);
        Part part = new Part(in, size);
        visitor.file(text(block, 0, 100), size, part);
        part.skipRest();
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
      }
    }
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
