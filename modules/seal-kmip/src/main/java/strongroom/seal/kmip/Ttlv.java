package strongroom.seal.kmip;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A KMIP value as it is on the wire (KMIP Specification 1.4, section 9.1): tag of 3 bytes, type of
 * 1, length of 4, value, zeros up to a multiple of 8. Kinds that two calls need: structure,
 * integer, enumeration, text, bytes.
 */
sealed interface Ttlv {
  /** The deepest structure that is read; ours are four deep. */
  int DEPTH_MAX = 8;

  int tag();

  /** Values in order. */
  record Structure(int tag, List<Ttlv> items) implements Ttlv {
    static Structure of(int tag, Ttlv... items) {
      return new Structure(tag, List.of(items));
    }

    /** The first value with {@code tag}. */
    Optional<Ttlv> find(int wanted) {
      return items.stream().filter(item -> item.tag() == wanted).findFirst();
    }

    Optional<Structure> structure(int wanted) {
      return find(wanted).filter(Structure.class::isInstance).map(Structure.class::cast);
    }

    Optional<Integer> number(int wanted) {
      return find(wanted)
          .flatMap(
              item ->
                  switch (item) {
                    case Whole number -> Optional.of(number.value());
                    case Enumeration enumeration -> Optional.of(enumeration.value());
                    case Structure _, Text _, Bytes _, Other _ -> Optional.empty();
                  });
    }

    Optional<byte[]> bytes(int wanted) {
      return find(wanted).filter(Bytes.class::isInstance).map(item -> ((Bytes) item).value());
    }

    Optional<String> text(int wanted) {
      return find(wanted).filter(Text.class::isInstance).map(item -> ((Text) item).value());
    }
  }

  /** A 32-bit integer. */
  record Whole(int tag, int value) implements Ttlv {}

  /** A choice. */
  record Enumeration(int tag, int value) implements Ttlv {}

  /** UTF-8. */
  record Text(int tag, String value) implements Ttlv {}

  /** Bytes. */
  record Bytes(int tag, byte[] value) implements Ttlv {
    /** The length only: it may be a key. */
    @Override
    public String toString() {
      return "Bytes[" + value.length + "]";
    }
  }

  /** A kind that nothing here asks for. */
  record Other(int tag) implements Ttlv {}

  /** What was read is not KMIP. */
  final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  /** The value as it goes over the wire. */
  default byte[] encode() {
    byte[] value;
    int type;
    switch (this) {
      case Structure(int _, List<Ttlv> items) -> {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Ttlv item : items) {
          byte[] encoded = item.encode();
          all.writeBytes(encoded);
          Arrays.fill(encoded, (byte) 0);
        }
        value = all.toByteArray();
        type = 1;
      }
      case Whole(int _, int number) -> {
        value = ByteBuffer.allocate(4).putInt(number).array();
        type = 2;
      }
      case Enumeration(int _, int number) -> {
        value = ByteBuffer.allocate(4).putInt(number).array();
        type = 5;
      }
      case Text(int _, String text) -> {
        value = text.getBytes(StandardCharsets.UTF_8);
        type = 7;
      }
      case Bytes(int _, byte[] bytes) -> {
        value = bytes.clone();
        type = 8;
      }
      case Other(int tag) ->
          throw new IllegalStateException("a value of tag " + tag + " is not for sending");
    }
    byte[] whole = new byte[8 + padded(value.length)];
    ByteBuffer.wrap(whole).putInt(tag() << 8 | type).putInt(value.length).put(value);
    Arrays.fill(value, (byte) 0);
    return whole;
  }

  private static int padded(int length) {
    return (length + 7) & -8;
  }

  /**
   * Reads the one value in {@code bytes}.
   *
   * @throws Malformed where they are none
   */
  static Ttlv decode(byte[] bytes) throws Malformed {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Ttlv value = decode(buffer, 0);
    if (buffer.hasRemaining()) {
      throw new Malformed("more than one value");
    }
    return value;
  }

  private static Ttlv decode(ByteBuffer from, int depth) throws Malformed {
    if (from.remaining() < 8 || depth > DEPTH_MAX) {
      throw new Malformed("it is cut off or nested too deeply");
    }
    int tagAndType = from.getInt();
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new Malformed("a length is more than there is");
    }
    int tag = tagAndType >>> 8;
    ByteBuffer value = from.slice(from.position(), length);
    int end = from.position() + padded(length);
    if (end > from.limit()) {
      throw new Malformed("the padding is cut off");
    }
    from.position(end);
    return switch (tagAndType & 0xff) {
      case 1 -> {
        List<Ttlv> items = new ArrayList<>();
        while (value.hasRemaining()) {
          items.add(decode(value, depth + 1));
        }
        yield new Structure(tag, List.copyOf(items));
      }
      case 2 -> new Whole(tag, number(value));
      case 5 -> new Enumeration(tag, number(value));
      case 7 -> new Text(tag, StandardCharsets.UTF_8.decode(value).toString());
      case 8 -> {
        byte[] bytes = new byte[length];
        value.get(bytes);
        yield new Bytes(tag, bytes);
      }
      default -> new Other(tag);
    };
  }

  private static int number(ByteBuffer value) throws Malformed {
    if (value.remaining() != 4) {
      throw new Malformed("an integer has not 4 bytes");
    }
    return value.getInt();
  }
}
