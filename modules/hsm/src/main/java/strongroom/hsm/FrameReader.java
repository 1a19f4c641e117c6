package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import strongroom.secret.SecretBytes;

/**
 * Messages from the other process, one after the other, as {@link FrameWriter} makes them. What has
 * been read is zeroed before the next is. Used by the one thread that reads the socket.
 */
final class FrameReader implements AutoCloseable {
  private static final int START_BYTES = 4096;

  private final SocketChannel channel;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment lengthBytes = arena.allocate(4);
  private MemorySegment buffer = arena.allocate(START_BYTES);
  private long length;
  private long position;

  FrameReader(SocketChannel channel) {
    this.channel = channel;
  }

  /** Waits for the next message; false where the other side has ended. */
  boolean next() throws IOException {
    buffer.asSlice(0, length).fill((byte) 0);
    length = 0;
    position = 0;
    if (!fill(lengthBytes)) {
      return false;
    }
    int bytes = lengthBytes.get(JAVA_INT_UNALIGNED, 0);
    if (bytes < 0 || bytes > FrameWriter.FRAME_BYTES_MAX) {
      throw new IOException("a message of " + bytes + " bytes, which is no message of ours");
    }
    if (bytes > buffer.byteSize()) {
      buffer = arena.allocate(bytes);
    }
    if (!fill(buffer.asSlice(0, bytes))) {
      throw new EOFException("the other process ended within a message");
    }
    length = bytes;
    return true;
  }

  private boolean fill(MemorySegment segment) throws IOException {
    ByteBuffer bytes = segment.asByteBuffer();
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        return false;
      }
    }
    return true;
  }

  long number() {
    return take(8).get(JAVA_LONG_UNALIGNED, 0);
  }

  int integer() {
    return Math.toIntExact(number());
  }

  boolean flag() {
    return number() != 0;
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  <T extends Enum<T>> T word(Class<T> type) {
    return Enum.valueOf(type, text());
  }

  byte[] bytes() {
    return take(number()).toArray(JAVA_BYTE);
  }

  /** A copy that the caller closes. */
  SecretBytes secret() {
    return SecretBytes.copyOf(take(number()));
  }

  <T> Optional<T> optional(Function<FrameReader, T> read) {
    return flag() ? Optional.of(read.apply(this)) : Optional.empty();
  }

  <T> List<T> list(Function<FrameReader, T> read) {
    List<T> values = new ArrayList<>();
    for (long left = number(); left > 0; left--) {
      values.add(read.apply(this));
    }
    return values;
  }

  private MemorySegment take(long bytes) {
    if (bytes < 0 || bytes > length - position) {
      throw new IllegalStateException("a message from a library's process ends too early");
    }
    MemorySegment taken = buffer.asSlice(position, bytes);
    position += bytes;
    return taken;
  }

  @Override
  public void close() {
    buffer.fill((byte) 0);
    arena.close();
  }
}
