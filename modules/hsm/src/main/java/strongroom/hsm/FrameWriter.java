package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One message to the other process, made outside the heap since it may hold a secret, and zeroed
 * when closed: 4 bytes with the length of what follows, and the fields without names. Used by one
 * thread.
 */
final class FrameWriter implements AutoCloseable {
  static final int FRAME_BYTES_MAX = 16 << 20;
  private static final int LENGTH_BYTES = 4;
  private static final int START_BYTES = 512;

  private final Arena arena = Arena.ofConfined();
  private MemorySegment buffer = arena.allocate(START_BYTES);
  private long length = LENGTH_BYTES;

  FrameWriter number(long value) {
    room(8).set(JAVA_LONG_UNALIGNED, 0, value);
    return this;
  }

  FrameWriter flag(boolean value) {
    return number(value ? 1 : 0);
  }

  FrameWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  FrameWriter word(Enum<?> value) {
    return text(value.name());
  }

  FrameWriter bytes(byte[] value) {
    return memory(MemorySegment.ofArray(value));
  }

  FrameWriter memory(MemorySegment value) {
    number(value.byteSize());
    room(value.byteSize()).copyFrom(value);
    return this;
  }

  <T> FrameWriter optional(Optional<T> value, BiConsumer<FrameWriter, T> write) {
    flag(value.isPresent());
    value.ifPresent(present -> write.accept(this, present));
    return this;
  }

  <T> FrameWriter list(List<T> values, BiConsumer<FrameWriter, T> write) {
    number(values.size());
    values.forEach(value -> write.accept(this, value));
    return this;
  }

  private MemorySegment room(long bytes) {
    if (length + bytes > FRAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a message of more than " + FRAME_BYTES_MAX + " bytes to a library's process");
    }
    if (length + bytes > buffer.byteSize()) {
      MemorySegment larger = arena.allocate(Math.max(2 * buffer.byteSize(), length + bytes));
      larger.copyFrom(buffer.asSlice(0, length));
      buffer.fill((byte) 0);
      buffer = larger;
    }
    MemorySegment room = buffer.asSlice(length, bytes);
    length += bytes;
    return room;
  }

  /** Sends it whole; messages of other threads wait for {@code channel}. */
  void send(SocketChannel channel) throws IOException {
    buffer.set(JAVA_INT_UNALIGNED, 0, (int) (length - LENGTH_BYTES));
    ByteBuffer bytes = buffer.asSlice(0, length).asByteBuffer();
    synchronized (channel) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    buffer.asSlice(0, length).fill((byte) 0);
    arena.close();
  }
}
