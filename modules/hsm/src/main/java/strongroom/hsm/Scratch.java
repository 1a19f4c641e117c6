package strongroom.hsm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of one call into a library, on one thread, whose secret parts are zeros when it is given
 * back. Secrets that outlive a call are {@link strongroom.secret.SecretBytes}, whose pages of their
 * own cost more than the call itself.
 */
final class Scratch implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> secrets = new ArrayList<>(2);

  /** For what is no secret. */
  Arena arena() {
    return arena;
  }

  /** {@code length} zero bytes for a secret. */
  MemorySegment secret(long length) {
    MemorySegment segment = arena.allocate(Math.max(length, 1)).asSlice(0, length);
    secrets.add(segment);
    return segment;
  }

  /** A copy of {@code source}. */
  MemorySegment secretCopy(MemorySegment source) {
    return secret(source.byteSize()).copyFrom(source);
  }

  @Override
  public void close() {
    secrets.forEach(segment -> segment.fill((byte) 0));
    arena.close();
  }
}
