package strongroom.http;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one answer, in memory that is used again and again: native memory from the server's
 * pool while they are few, so that the socket takes them without another copy; the heap when they
 * are many. What was written is wiped on {@link #release}, as answers hold secrets.
 *
 * <p>Used by one thread at a time.
 */
final class AnswerBuffer extends OutputStream {
  static final int POOLED_BYTES = 4096;

  private final RetainableByteBuffer pooled;
  private final ByteBuffer target;
  private byte @Nullable [] heap;
  private int heapLength;
  private int pooledLength;

  AnswerBuffer(ByteBufferPool pool) {
    pooled = pool.acquire(POOLED_BYTES, true);
    target = pooled.getByteBuffer();
    target.clear();
  }

  @Override
  public void write(int b) {
    byte[] many = heap;
    if (many == null && target.hasRemaining()) {
      target.put((byte) b);
      return;
    }
    room(1)[heapLength++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (heap == null && target.remaining() >= length) {
      target.put(bytes, offset, length);
      return;
    }
    System.arraycopy(bytes, offset, room(length), heapLength, length);
    heapLength += length;
  }

  void write(byte[] bytes, int length) {
    write(bytes, 0, length);
  }

  /** Text that has only ASCII characters. */
  void ascii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    write(bytes, 0, bytes.length);
  }

  private byte[] room(int more) {
    byte[] many = heap;
    if (many == null) {
      pooledLength = target.position();
      many = new byte[Math.max(4 * POOLED_BYTES, pooledLength + more)];
      target.flip();
      target.get(many, 0, pooledLength);
      heapLength = pooledLength;
    } else if (many.length - heapLength < more) {
      byte[] larger =
          Arrays.copyOf(many, Math.max(many.length + (many.length >> 1), heapLength + more));
      Arrays.fill(many, 0, heapLength, (byte) 0);
      many = larger;
    }
    heap = many;
    return many;
  }

  int length() {
    return heap == null ? target.position() : heapLength;
  }

  /** All that was written, to be read once. Nothing is written after it. */
  ByteBuffer toRead() {
    byte[] many = heap;
    if (many != null) {
      return ByteBuffer.wrap(many, 0, heapLength);
    }
    pooledLength = target.position();
    target.flip();
    return target;
  }

  /** Wipes the bytes and gives the memory back. */
  void release() {
    byte[] many = heap;
    if (many != null) {
      Arrays.fill(many, 0, heapLength, (byte) 0);
    }
    target.clear();
    int used = Math.max(pooledLength, 0);
    int at = 0;
    for (; at + Long.BYTES <= used; at += Long.BYTES) {
      target.putLong(at, 0);
    }
    for (; at < used; at++) {
      target.put(at, (byte) 0);
    }
    // The pool takes buffers in the state of having nothing to read.
    target.limit(0);
    pooled.release();
  }
}
