package strongroom.audit;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a file. Where it was moved or removed, a new one takes its place, so that no record
 * goes where nobody finds it. What could be written in part only, as on a full disk, is taken back,
 * so that the file never ends within a line.
 */
final class FileSink implements Sink {
  private static final int TAIL_BYTES_MAX = 1 << 20;

  private final FilePlace place;
  private final Optional<Set<PosixFilePermission>> mode;

  /** Written by the device's thread, closed by any. */
  private volatile @Nullable FileChannel channel;

  /** Which file was opened. */
  private Optional<Object> key = Optional.empty();

  /** Whether the file ends within a line: only by others' doing, or where it cannot be cut. */
  private boolean torn;

  /**
   * @param mode the permissions the file gets; empty to leave them
   */
  FileSink(FilePlace place, Optional<Set<PosixFilePermission>> mode) {
    this.place = place;
    this.mode = mode;
  }

  @Override
  public void open() throws IOException {
    Path file = place.checked();
    Set<PosixFilePermission> permissions =
        mode.orElse(PosixFilePermissions.fromString("rw-------"));
    FileChannel opened =
        FileChannel.open(
            file,
            Set.of(CREATE, READ, WRITE, NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(permissions));
    try {
      place.checkContent(opened);
      if (mode.isPresent()) {
        Files.setPosixFilePermissions(file, permissions);
      }
      torn = endsWithinLine(opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
    channel = opened;
    key = keyNow();
  }

  /** Which file has the name now; another one, or none, where somebody moved or removed it. */
  private Optional<Object> keyNow() {
    try {
      return Optional.ofNullable(
          Files.readAttributes(place.file(), BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean endsWithinLine(FileChannel file) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return file.size() > 0 && file.read(last, file.size() - 1) == 1 && last.get(0) != '\n';
  }

  @Override
  public void write(List<byte[]> lines) throws IOException {
    FileChannel open = channel;
    if (open == null || !open.isOpen() || !key.equals(keyNow())) {
      reopen();
      open = channel;
    }
    if (open == null) {
      throw new IOException("the file is closed");
    }
    int size = lines.stream().mapToInt(line -> line.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size + 1);
    if (torn) {
      bytes.put((byte) '\n');
    }
    lines.forEach(bytes::put);
    bytes.flip();
    long before = open.size();
    try {
      long at = before;
      while (bytes.hasRemaining()) {
        at += open.write(bytes, at);
      }
      torn = false;
    } catch (IOException e) {
      takeBack(open, before);
      throw e;
    }
  }

  private void takeBack(FileChannel open, long before) {
    try {
      if (open.size() > before) {
        open.truncate(before);
      }
    } catch (IOException e) {
      torn = true;
    }
  }

  @Override
  public String lastLine() throws IOException {
    FileChannel open = channel;
    if (open == null || open.size() == 0) {
      return "";
    }
    int length = (int) Math.min(open.size(), TAIL_BYTES_MAX);
    ByteBuffer tail = ByteBuffer.allocate(length);
    long at = open.size() - length;
    while (tail.hasRemaining() && open.read(tail, at + tail.position()) >= 0) {}
    String text = new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
    String bare = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return bare.substring(bare.lastIndexOf('\n') + 1);
  }

  @Override
  public void abort() {
    try {
      close();
    } catch (IOException e) {
      // It is given up; the next write opens it anew.
      channel = null;
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
