package strongroom.secret;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A fixed number of secret bytes outside the heap. One owner holds it and closes it; closing
 * overwrites the bytes with zeros and releases the memory.
 *
 * <p>The memory is locked against swapping, left out of core dumps and zeroed in a forked child, as
 * far as the system allows ({@link NativeMemory}). There is deliberately no {@code equals}, no
 * {@code hashCode} and no way to print the content: compare with {@link #contentEquals}, which
 * takes the same time wherever the bytes differ.
 *
 * <p>Safe for use by several threads; a method called after {@link #close} throws {@link
 * IllegalStateException}.
 */
public final class SecretBytes implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment segment;

  @SuppressWarnings("MustBeClosedChecker") // closed by close()
  private SecretBytes(int length) {
    if (length < 0) {
      throw new IllegalArgumentException("length is " + length + ", must be 0 or more");
    }
    arena = Arena.ofShared();
    segment = NativeMemory.allocatePages(arena, Math.max(length, 1)).asSlice(0, length);
  }

  /** {@code length} zero bytes, to be filled through {@link #viewSegment}. */
  public static SecretBytes allocate(int length) {
    return new SecretBytes(length);
  }

  /** {@code length} bytes from {@code random}. */
  public static SecretBytes random(int length, SecureRandom random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return takeFrom(bytes);
  }

  /** Moves the content of {@code bytes} here: the array is zeros when this returns. */
  public static SecretBytes takeFrom(byte[] bytes) {
    SecretBytes secret = new SecretBytes(bytes.length);
    MemorySegment.copy(bytes, 0, secret.segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }

  /** A copy of {@code source}, which stays as it is. */
  public static SecretBytes copyOf(MemorySegment source) {
    SecretBytes secret = new SecretBytes(Math.toIntExact(source.byteSize()));
    secret.segment.copyFrom(source);
    return secret;
  }

  /** The number of bytes. */
  public int length() {
    return Math.toIntExact(segment.byteSize());
  }

  /** A copy with an owner of its own. */
  public SecretBytes copy() {
    return copyOf(viewSegment());
  }

  /**
   * The memory itself, for native calls. Valid until this is closed; whoever views it must not keep
   * it.
   */
  public MemorySegment viewSegment() {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("the secret has been closed");
    }
    return segment;
  }

  /**
   * Calls {@code use} with a heap copy, for Java APIs that take nothing else, and zeroes the copy
   * afterwards. The collector may have moved it meanwhile: keep the call short.
   */
  public <T> T withHeapCopy(Function<byte[], T> use) {
    byte[] bytes = viewSegment().toArray(ValueLayout.JAVA_BYTE);
    try {
      return use.apply(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Whether both hold the same bytes. Takes time by the length only, not by the content. */
  public boolean contentEquals(SecretBytes other) {
    MemorySegment mine = viewSegment();
    MemorySegment theirs = other.viewSegment();
    if (mine.byteSize() != theirs.byteSize()) {
      return false;
    }
    int difference = 0;
    for (long i = 0; i < mine.byteSize(); i++) {
      difference |= mine.get(ValueLayout.JAVA_BYTE, i) ^ theirs.get(ValueLayout.JAVA_BYTE, i);
    }
    return difference == 0;
  }

  /** Whether this has been closed. */
  public boolean isClosed() {
    return !segment.scope().isAlive();
  }

  /** Overwrites the bytes with zeros and releases the memory. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (segment.scope().isAlive()) {
      segment.fill((byte) 0);
      arena.close();
    }
  }

  /** The length only. */
  @Override
  public String toString() {
    return isClosed() ? "SecretBytes[closed]" : "SecretBytes[" + segment.byteSize() + " bytes]";
  }
}
