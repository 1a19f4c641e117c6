package strongroom.hsm;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import strongroom.secret.SecretBytes;

/** How the values of this package are written into messages and read from them, field by field. */
final class Wire {
  private Wire() {}

  static void slot(FrameWriter to, Slot slot) {
    to.number(slot.id()).text(slot.description()).optional(slot.token(), Wire::token);
  }

  static Slot slot(FrameReader from) {
    return new Slot(from.number(), from.text(), from.optional(Wire::token));
  }

  private static void token(FrameWriter to, TokenInfo token) {
    to.text(token.label())
        .text(token.manufacturer())
        .text(token.model())
        .text(token.serial())
        .number(token.flags())
        .number(token.sessionsMax().orElse(-1))
        .optional(token.clock(), (frame, clock) -> frame.number(clock.getEpochSecond()));
  }

  private static TokenInfo token(FrameReader from) {
    return new TokenInfo(
        from.text(),
        from.text(),
        from.text(),
        from.text(),
        from.number(),
        unlessNegative(from.number()),
        from.optional(frame -> Instant.ofEpochSecond(frame.number())));
  }

  private static OptionalLong unlessNegative(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  static void mechanism(FrameWriter to, MechanismInfo info) {
    to.number(info.mechanism().number())
        .number(info.keySizeMin())
        .number(info.keySizeMax())
        .number(info.flags());
  }

  static MechanismInfo mechanism(FrameReader from) {
    return new MechanismInfo(
        new Mechanism(from.number()), from.number(), from.number(), from.number());
  }

  static void library(FrameWriter to, LibraryInfo info) {
    to.text(info.cryptokiVersion())
        .text(info.manufacturer())
        .text(info.description())
        .text(info.version());
  }

  static LibraryInfo library(FrameReader from) {
    return new LibraryInfo(from.text(), from.text(), from.text(), from.text());
  }

  static void key(FrameWriter to, HsmKey key) {
    to.word(key.keyClass())
        .number(key.type())
        .text(key.label())
        .text(key.id())
        .number(key.bits())
        .number(key.flags().size());
    key.flags().forEach((flag, set) -> to.word(flag).flag(set));
  }

  static HsmKey key(FrameReader from) {
    KeyClass keyClass = from.word(KeyClass.class);
    long type = from.number();
    String label = from.text();
    String id = from.text();
    int bits = from.integer();
    Map<KeyFlag, Boolean> flags = new EnumMap<>(KeyFlag.class);
    for (int left = from.integer(); left > 0; left--) {
      flags.put(from.word(KeyFlag.class), from.flag());
    }
    return new HsmKey(keyClass, type, label, id, bits, flags);
  }

  static void search(FrameWriter to, KeySearch search) {
    to.optional(search.label(), FrameWriter::text)
        .optional(search.id(), FrameWriter::text)
        .optional(search.keyClass(), (w, keyClass) -> w.word(keyClass));
  }

  static KeySearch search(FrameReader from) {
    return new KeySearch(
        from.optional(FrameReader::text),
        from.optional(FrameReader::text),
        from.optional(f -> f.word(KeyClass.class)));
  }

  static void newKey(FrameWriter to, NewKey wanted) {
    to.word(wanted.kind())
        .number(wanted.bits())
        .text(wanted.label())
        .text(wanted.id())
        .flag(wanted.alsoWraps());
  }

  static NewKey newKey(FrameReader from) {
    return new NewKey(
        from.word(NewKey.Kind.class), from.integer(), from.text(), from.text(), from.flag());
  }

  static void newKeyPair(FrameWriter to, NewKeyPair wanted) {
    to.optional(wanted.curve(), FrameWriter::word)
        .number(wanted.bits())
        .word(wanted.use())
        .text(wanted.label())
        .text(wanted.id());
  }

  static NewKeyPair newKeyPair(FrameReader from) {
    return new NewKeyPair(
        from.optional(frame -> frame.word(Curve.class)),
        from.integer(),
        from.word(NewKeyPair.Use.class),
        from.text(),
        from.text());
  }

  static void signMode(FrameWriter to, SignMode mode) {
    switch (mode) {
      case SignMode.Ecdsa() -> to.number(0);
      case SignMode.EdDsa() -> to.number(1);
      case SignMode.Pss(OaepHash hash) -> to.number(2).word(hash);
      case SignMode.Pkcs1() -> to.number(3);
    }
  }

  static SignMode signMode(FrameReader from) {
    int kind = from.integer();
    return switch (kind) {
      case 0 -> new SignMode.Ecdsa();
      case 1 -> new SignMode.EdDsa();
      case 2 -> new SignMode.Pss(from.word(OaepHash.class));
      case 3 -> new SignMode.Pkcs1();
      default -> throw new IllegalStateException("there is no way to sign number " + kind);
    };
  }

  static void mode(FrameWriter to, CipherMode mode) {
    switch (mode) {
      case CipherMode.Gcm(byte[] iv, byte[] aad) -> to.number(0).bytes(iv).bytes(aad);
      case CipherMode.CbcPad(byte[] iv) -> to.number(1).bytes(iv);
      case CipherMode.Oaep(OaepHash hash) -> to.number(2).word(hash);
    }
  }

  static CipherMode mode(FrameReader from) {
    return switch (from.integer()) {
      case 0 -> new CipherMode.Gcm(from.bytes(), from.bytes());
      case 1 -> new CipherMode.CbcPad(from.bytes());
      default -> new CipherMode.Oaep(from.word(OaepHash.class));
    };
  }

  static void encrypted(FrameWriter to, Encrypted encrypted) {
    to.bytes(encrypted.iv()).bytes(encrypted.ciphertext());
  }

  static Encrypted encrypted(FrameReader from) {
    return new Encrypted(from.bytes(), from.bytes());
  }

  static void choice(FrameWriter to, SlotChoice choice) {
    to.flag(choice.slot().isPresent())
        .number(choice.slot().orElse(0))
        .optional(choice.label(), FrameWriter::text)
        .optional(choice.serial(), FrameWriter::text);
  }

  static SlotChoice choice(FrameReader from) {
    boolean bySlot = from.flag();
    long slot = from.number();
    return new SlotChoice(
        bySlot ? OptionalLong.of(slot) : OptionalLong.empty(),
        from.optional(FrameReader::text),
        from.optional(FrameReader::text));
  }

  static void settings(FrameWriter to, TokenSettings settings) {
    to.number(settings.sessionsMax().orElse(-1))
        .number(settings.callMax().toNanos())
        .flag(settings.readWriteSessions())
        .flag(settings.mayUseFinalTry());
  }

  static TokenSettings settings(FrameReader from) {
    int sessions = from.integer();
    return new TokenSettings(
        sessions < 0 ? OptionalInt.empty() : OptionalInt.of(sessions),
        Duration.ofNanos(from.number()),
        from.flag(),
        from.flag());
  }

  static void secret(FrameWriter to, SecretBytes secret) {
    to.memory(secret.viewSegment());
  }

  static void fault(FrameWriter to, HsmFault fault) {
    String message = String.valueOf(fault.getMessage());
    switch (fault) {
      case HsmFault.Rejected f -> to.number(0).text(message).text(f.function()).number(f.number());
      case HsmFault.TimedOut f -> to.number(1).text(message).text(f.function());
      case HsmFault.Hung _ -> to.number(2).text(message);
      case HsmFault.Closed _ -> to.number(3).text(message);
      case HsmFault.Crashed _ -> to.number(4).text(message);
      case HsmFault.Library _ -> to.number(5).text(message);
      case HsmFault.Missing _ -> to.number(6).text(message);
      case HsmFault.PinRefused f -> to.number(7).text(message).word(f.tried());
      case HsmFault.Unsound _ -> to.number(8).text(message);
    }
  }

  static HsmFault fault(FrameReader from) {
    int kind = from.integer();
    String message = from.text();
    return switch (kind) {
      case 0 -> new HsmFault.Rejected(message, from.text(), from.number());
      case 1 -> new HsmFault.TimedOut(message, from.text());
      case 2 -> new HsmFault.Hung(message);
      case 3 -> new HsmFault.Closed();
      case 4 -> new HsmFault.Crashed(message);
      case 5 -> new HsmFault.Library(message);
      case 6 -> new HsmFault.Missing(message);
      case 7 -> new HsmFault.PinRefused(message, from.word(HsmFault.PinRefused.Tried.class));
      default -> new HsmFault.Unsound(message);
    };
  }
}
