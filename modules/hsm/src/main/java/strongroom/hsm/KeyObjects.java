package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds key objects and reads their attributes, on one session. */
final class KeyObjects {
  private static final int FOUND_AT_ONCE = 64;
  private static final int SEARCHES_MAX = 5;

  /** More keys than this are not listed. */
  static final int KEYS_MAX = 10_000;

  private final Session session;

  KeyObjects(Session session) {
    this.session = session;
  }

  /**
   * The keys that fit, with what the token tells of them. A key that another process is just making
   * or removing may be found and not be readable: then the token is searched again.
   */
  List<HsmKey> find(KeySearch search) {
    for (int again = 1; again < SEARCHES_MAX; again++) {
      try {
        return findNow(search);
      } catch (HsmFault.Rejected e) {
        if (!e.is(Ckr.ATTRIBUTE_VALUE_INVALID) && !e.is(Ckr.OBJECT_HANDLE_INVALID)) {
          throw e;
        }
      }
    }
    return findNow(search);
  }

  private List<HsmKey> findNow(KeySearch search) {
    List<HsmKey> keys = new ArrayList<>();
    for (long handle : handles(search)) {
      read(handle)
          .ifPresent(
              key -> {
                keys.add(key);
                session.connection().handles().put(key.search(), handle);
              });
    }
    return keys;
  }

  /**
   * The handle of {@code key} in this connection.
   *
   * @throws HsmFault.Missing where the token has none or several of it
   */
  long handle(HsmKey key) {
    KeySearch search = key.search();
    Long known = session.connection().handles().get(search);
    if (known != null) {
      return known;
    }
    List<Long> found = handles(search);
    if (found.size() != 1) {
      throw new HsmFault.Missing(
          "the HSM token has "
              + (found.isEmpty() ? "no" : found.size())
              + " "
              + search.text()
              + " of class "
              + key.keyClass().word());
    }
    session.connection().handles().put(search, found.getFirst());
    return found.getFirst();
  }

  private List<Long> handles(KeySearch search) {
    Functions functions = session.functions();
    try (Arena arena = Arena.ofConfined()) {
      Template template = new Template(arena);
      search.keyClass().ifPresent(c -> template.with(Ck.CKA_CLASS, c.number()));
      search.label().ifPresent(l -> template.with(Ck.CKA_LABEL, l));
      search.id().ifPresent(i -> template.withHex(Ck.CKA_ID, i));
      functions.findObjectsInit(session.handle(), template);
      List<Long> handles = new ArrayList<>();
      try {
        MemorySegment found = arena.allocate(JAVA_LONG, FOUND_AT_ONCE);
        MemorySegment count = arena.allocate(JAVA_LONG);
        do {
          functions.findObjects(session.handle(), found, FOUND_AT_ONCE, count);
          for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
            handles.add(found.getAtIndex(JAVA_LONG, i));
          }
        } while (count.get(JAVA_LONG, 0) > 0 && handles.size() < KEYS_MAX);
      } finally {
        functions.findObjectsFinal(session.handle());
      }
      return handles;
    }
  }

  /** What the token tells of the object; empty where it is no key. */
  Optional<HsmKey> read(long handle) {
    List<Long> wanted =
        new ArrayList<>(
            List.of(
                Ck.CKA_CLASS,
                Ck.CKA_KEY_TYPE,
                Ck.CKA_LABEL,
                Ck.CKA_ID,
                Ck.CKA_VALUE_LEN,
                Ck.CKA_MODULUS,
                Ck.CKA_MODULUS_BITS));
    for (KeyFlag flag : KeyFlag.values()) {
      wanted.add(flag.attribute());
    }
    Map<Long, byte[]> read = attributes(handle, wanted);
    Optional<KeyClass> keyClass = number(read, Ck.CKA_CLASS).flatMap(KeyClass::of);
    if (keyClass.isEmpty()) {
      return Optional.empty();
    }
    Map<KeyFlag, Boolean> flags = new EnumMap<>(KeyFlag.class);
    for (KeyFlag flag : KeyFlag.values()) {
      byte[] value = read.get(flag.attribute());
      if (value != null && value.length == 1) {
        flags.put(flag, value[0] != 0);
      }
    }
    return Optional.of(
        new HsmKey(
            keyClass.get(),
            number(read, Ck.CKA_KEY_TYPE).orElse(Ck.UNAVAILABLE),
            new String(read.getOrDefault(Ck.CKA_LABEL, new byte[0]), StandardCharsets.UTF_8),
            HexFormat.of().formatHex(read.getOrDefault(Ck.CKA_ID, new byte[0])),
            bits(read),
            flags));
  }

  private static int bits(Map<Long, byte[]> read) {
    byte[] modulus = read.getOrDefault(Ck.CKA_MODULUS, new byte[0]);
    if (modulus.length > 0) {
      return new BigInteger(1, modulus).bitLength();
    }
    long bits =
        number(read, Ck.CKA_MODULUS_BITS)
            .or(() -> number(read, Ck.CKA_VALUE_LEN).map(bytes -> bytes * 8))
            .orElse(0L);
    return bits > 0 && bits < 1 << 20 ? (int) bits : 0;
  }

  private static Optional<Long> number(Map<Long, byte[]> read, long attribute) {
    byte[] value = read.get(attribute);
    return value == null || value.length != 8
        ? Optional.empty()
        : Optional.of(MemorySegment.ofArray(value).get(JAVA_LONG_UNALIGNED, 0));
  }

  /** Those of {@code types} that the object has and the token tells. */
  Map<Long, byte[]> attributes(long handle, List<Long> types) {
    try (Arena arena = Arena.ofConfined()) {
      Template lengths = new Template(arena);
      types.forEach(type -> lengths.with(type, MemorySegment.NULL));
      MemorySegment asked = lengths.segment();
      ask(handle, asked, types.size());
      Template template = new Template(arena);
      List<Long> there = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        long length = asked.get(JAVA_LONG, i * Template.ATTRIBUTE_BYTES + 16);
        if (length != Ck.UNAVAILABLE) {
          there.add(types.get(i));
          template.with(types.get(i), arena.allocate(Math.max(length, 0), 8));
        }
      }
      MemorySegment read = template.segment();
      ask(handle, read, there.size());
      return values(read, there);
    }
  }

  @SuppressWarnings("restricted") // this module is one of those with native access
  private static Map<Long, byte[]> values(MemorySegment read, List<Long> types) {
    Map<Long, byte[]> values = new HashMap<>();
    for (int i = 0; i < types.size(); i++) {
      long length = read.get(JAVA_LONG, i * Template.ATTRIBUTE_BYTES + 16);
      MemorySegment value = read.get(ADDRESS, i * Template.ATTRIBUTE_BYTES + 8);
      if (length == 0) {
        values.put(types.get(i), new byte[0]);
      } else if (length != Ck.UNAVAILABLE && value.address() != 0) {
        values.put(types.get(i), value.reinterpret(length).toArray(JAVA_BYTE));
      }
    }
    return values;
  }

  /** An attribute that an object does not have makes the whole answer a fault, with all filled. */
  private void ask(long handle, MemorySegment template, long count) {
    try {
      session.functions().attributes(session.handle(), handle, template, count);
    } catch (HsmFault.Rejected e) {
      if (!e.is(Ckr.ATTRIBUTE_TYPE_INVALID) && !e.is(Ckr.ATTRIBUTE_SENSITIVE)) {
        throw e;
      }
    }
  }
}
