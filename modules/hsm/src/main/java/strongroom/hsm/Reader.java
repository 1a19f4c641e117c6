package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Asks a library what it is, which slots it has and which mechanisms those offer. Offsets are those
 * of the structures of PKCS#11 2.40 section 3 with natural alignment and 8-byte {@code CK_ULONG}.
 */
final class Reader {
  private static final int INFO_BYTES = 88;
  private static final int SLOT_INFO_BYTES = 112;
  private static final int TOKEN_INFO_BYTES = 208;
  private static final int MECHANISM_INFO_BYTES = 24;

  /** A list may grow between asking for its length and reading it. */
  private static final int LIST_READS_MAX = 3;

  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

  private Reader() {}

  static LibraryInfo library(Functions functions) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(INFO_BYTES, 8);
      functions.info(info);
      return new LibraryInfo(
          version(info, 0), text(info, 2, 32), text(info, 48, 32), version(info, 80));
    }
  }

  static List<Slot> slots(Functions functions) {
    return list((slots, count) -> functions.slotList(false, slots, count)).stream()
        .map(id -> slot(functions, id))
        .toList();
  }

  static Slot slot(Functions functions, long id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SLOT_INFO_BYTES, 8);
      functions.slotInfo(id, info);
      boolean present = (info.get(JAVA_LONG, 96) & Ck.CKF_TOKEN_PRESENT) != 0;
      return new Slot(id, text(info, 0, 64), present ? token(functions, id) : Optional.empty());
    }
  }

  private static Optional<TokenInfo> token(Functions functions, long id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(TOKEN_INFO_BYTES, 8);
      functions.tokenInfo(id, info);
      long sessions = info.get(JAVA_LONG, 104);
      return Optional.of(
          new TokenInfo(
              text(info, 0, 32),
              text(info, 32, 32),
              text(info, 64, 16),
              text(info, 80, 16),
              info.get(JAVA_LONG, 96),
              // 0 is CK_EFFECTIVELY_INFINITE; openCryptoki says 2^64 - 2, which is below 0 here.
              sessions <= 0 ? OptionalLong.empty() : OptionalLong.of(sessions),
              clock(info)));
    } catch (HsmFault.Rejected e) {
      if (e.is(Ckr.TOKEN_NOT_PRESENT) || e.is(Ckr.TOKEN_NOT_RECOGNIZED)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** {@code utcTime}: YYYYMMDDhhmmss00. */
  private static Optional<Instant> clock(MemorySegment info) {
    if ((info.get(JAVA_LONG, 96) & Ck.CKF_CLOCK_ON_TOKEN) == 0) {
      return Optional.empty();
    }
    String text = text(info, 188, 16);
    try {
      return Optional.of(
          LocalDateTime.parse(text.substring(0, Math.min(14, text.length())), UTC_TIME)
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Tells of the mechanisms of {@code slot} that are {@code wanted}. */
  static List<MechanismInfo> mechanisms(
      Functions functions, long slot, Predicate<Mechanism> wanted) {
    List<Long> numbers =
        list((l, count) -> functions.mechanismList(slot, l, count)).stream()
            .filter(number -> wanted.test(new Mechanism(number)))
            .toList();
    List<MechanismInfo> mechanisms = new ArrayList<>(numbers.size());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(MECHANISM_INFO_BYTES, 8);
      for (long number : numbers) {
        functions.mechanismInfo(slot, number, info);
        mechanisms.add(
            new MechanismInfo(
                new Mechanism(number),
                info.get(JAVA_LONG, 0),
                info.get(JAVA_LONG, 8),
                info.get(JAVA_LONG, 16)));
      }
    }
    return mechanisms;
  }

  private interface ListCall {
    void read(MemorySegment list, MemorySegment count);
  }

  private static List<Long> list(ListCall call) {
    for (int read = 1; ; read++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment count = arena.allocate(JAVA_LONG);
        call.read(MemorySegment.NULL, count);
        long room = count.get(JAVA_LONG, 0);
        if (room == 0) {
          return List.of();
        }
        MemorySegment list = arena.allocate(JAVA_LONG, room);
        call.read(list, count);
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < Math.min(room, count.get(JAVA_LONG, 0)); i++) {
          numbers.add(list.getAtIndex(JAVA_LONG, i));
        }
        return numbers;
      } catch (HsmFault.Rejected e) {
        if (!e.is(Ckr.BUFFER_TOO_SMALL) || read == LIST_READS_MAX) {
          throw e;
        }
      }
    }
  }

  private static String version(MemorySegment info, long offset) {
    return Byte.toUnsignedInt(info.get(JAVA_BYTE, offset))
        + "."
        + Byte.toUnsignedInt(info.get(JAVA_BYTE, offset + 1));
  }

  /** Fixed width, padded with blanks; some vendors pad with zeros. */
  private static String text(MemorySegment info, long offset, int length) {
    byte[] bytes = info.asSlice(offset, length).toArray(JAVA_BYTE);
    int end = 0;
    while (end < length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8).stripTrailing();
  }
}
