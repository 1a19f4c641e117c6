package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** An array of {@code CK_ATTRIBUTE}: what an object is looked for by, or made with. */
final class Template {
  /** {@code CK_ATTRIBUTE}: type, pointer, length. */
  static final long ATTRIBUTE_BYTES = 24;

  private final Arena arena;
  private final List<Long> types = new ArrayList<>();
  private final List<MemorySegment> values = new ArrayList<>();

  /** An empty one, in memory of {@code arena}. */
  Template(Arena arena) {
    this.arena = arena;
  }

  Template with(long type, boolean value) {
    return with(type, arena.allocateFrom(JAVA_BYTE, (byte) (value ? 1 : 0)));
  }

  Template with(long type, long value) {
    return with(type, arena.allocateFrom(JAVA_LONG, value));
  }

  Template with(long type, String utf8) {
    return with(type, utf8.getBytes(StandardCharsets.UTF_8));
  }

  Template withHex(long type, String hex) {
    return with(type, HexFormat.of().parseHex(hex));
  }

  Template with(long type, byte[] value) {
    return with(type, arena.allocateFrom(JAVA_BYTE, value));
  }

  Template with(long type, MemorySegment value) {
    types.add(type);
    values.add(value);
    return this;
  }

  long count() {
    return types.size();
  }

  /** The array, laid out for the library. */
  MemorySegment segment() {
    MemorySegment array = arena.allocate(Math.max(1, types.size()) * ATTRIBUTE_BYTES, 8);
    for (int i = 0; i < types.size(); i++) {
      MemorySegment value = values.get(i);
      array.set(JAVA_LONG, i * ATTRIBUTE_BYTES, types.get(i));
      array.set(
          ADDRESS, i * ATTRIBUTE_BYTES + 8, value.byteSize() == 0 ? MemorySegment.NULL : value);
      array.set(JAVA_LONG, i * ATTRIBUTE_BYTES + 16, value.byteSize());
    }
    return array;
  }
}
