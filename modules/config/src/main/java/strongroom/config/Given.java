package strongroom.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import strongroom.hcl.HclBoolean;
import strongroom.hcl.HclList;
import strongroom.hcl.HclNumber;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclString;
import strongroom.hcl.HclValue;
import strongroom.hcl.Position;
import strongroom.logical.TimeText;

/**
 * A value as it was given, in a file, a variable or a flag. Each conversion is empty where the
 * value is not of that type; text counts as any type whose text it is.
 *
 * @param key the key it was given for, as it was written
 * @param value the value
 */
record Given(String key, HclValue value) {

  /** A value of a variable or a flag: {@code where} names it. */
  static Given outside(String key, String where, String text) {
    return new Given(key, new HclString(new Position(where, 0, 0), text));
  }

  /** A position for messages; a variable or flag has no line. */
  static String place(Position at) {
    return at.line() == 0 ? at.file() : at.toString();
  }

  Position at() {
    return value.at();
  }

  Optional<String> text() {
    return switch (value) {
      case HclString(Position at, String text) -> Optional.of(text);
      case HclNumber(Position at, String lexeme) -> Optional.of(lexeme);
      case HclBoolean(Position at, boolean b) -> Optional.of(Boolean.toString(b));
      case HclList l -> Optional.empty();
      case HclObject o -> Optional.empty();
    };
  }

  Optional<Boolean> bool() {
    return text()
        .flatMap(
            text ->
                switch (text) {
                  case "true", "True", "TRUE", "t", "T", "1" -> Optional.of(true);
                  case "false", "False", "FALSE", "f", "F", "0", "" -> Optional.of(false);
                  default -> Optional.empty();
                });
  }

  OptionalLong whole() {
    return switch (value) {
      case HclNumber n -> n.toLong();
      case HclString(Position at, String text) -> wholeOf(text.strip());
      case HclBoolean b -> OptionalLong.empty();
      case HclList l -> OptionalLong.empty();
      case HclObject o -> OptionalLong.empty();
    };
  }

  /** Decimal, or hexadecimal with {@code 0x}. */
  static OptionalLong wholeOf(String text) {
    try {
      return OptionalLong.of(
          Long.decode(text.startsWith("0") && !isHex(text) ? "+" + strip(text) : text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isHex(String text) {
    return text.startsWith("0x") || text.startsWith("0X");
  }

  /** Leading zeros of a decimal number in quotes do not make it octal. */
  private static String strip(String text) {
    int at = 0;
    while (at < text.length() - 1 && text.charAt(at) == '0') {
      at++;
    }
    return text.substring(at);
  }

  /** A number of bytes, also with a unit: {@code 32MiB}; {@code MB} is counted by 1000. */
  OptionalLong bytes() {
    OptionalLong plain = whole();
    if (plain.isPresent() || !(value instanceof HclString(Position at, String given))) {
      return plain;
    }
    String text = given.strip().toLowerCase(Locale.ROOT);
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    long unit =
        switch (text.substring(digits).strip()) {
          case "b" -> 1;
          case "kb" -> 1_000;
          case "mb" -> 1_000_000;
          case "gb" -> 1_000_000_000;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          default -> 0;
        };
    try {
      return unit == 0 || digits == 0
          ? OptionalLong.empty()
          : OptionalLong.of(Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit));
    } catch (ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  Optional<Duration> duration() {
    return switch (value) {
      case HclString(Position at, String text) ->
          TimeText.parseDuration(text).filter(d -> !d.isNegative());
      case HclNumber n ->
          n.toLong().isPresent() ? ofSeconds(n.toLong().getAsLong()) : Optional.empty();
      case HclBoolean b -> Optional.empty();
      case HclList l -> Optional.empty();
      case HclObject o -> Optional.empty();
    };
  }

  private static Optional<Duration> ofSeconds(long seconds) {
    return TimeText.parseDuration(Long.toString(seconds)).filter(d -> !d.isNegative());
  }

  /** A list of texts, or one text with commas between. Blanks around each are dropped. */
  Optional<List<String>> texts() {
    List<String> texts = new ArrayList<>();
    if (value instanceof HclList(Position at, List<HclValue> items)) {
      for (HclValue item : items) {
        Optional<String> text = new Given(key, item).text();
        if (text.isEmpty()) {
          return Optional.empty();
        }
        texts.add(text.get().strip());
      }
      return Optional.of(List.copyOf(texts));
    }
    return text()
        .map(
            text -> {
              for (String part : text.split(",", -1)) {
                if (!part.isBlank()) {
                  texts.add(part.strip());
                }
              }
              return List.copyOf(texts);
            });
  }
}
