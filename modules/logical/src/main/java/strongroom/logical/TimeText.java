package strongroom.logical;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times and durations as Vault's API writes and reads them. */
public final class TimeText {
  private static final long SECONDS_A_DAY = 86_400;

  /** Where {@code uuuu-MM-ddTHH:mm:ss} ends. */
  private static final int SECONDS_END = 19;

  /** {@code 2026-01-02T03:04:05.123456789Z}. */
  private static final int CANONICAL_LENGTH_MAX = 30;

  /** More than any duration in use, and far from overflow in nanoseconds. */
  private static final double SECONDS_MAX = 9_000_000_000.0;

  private TimeText() {}

  /**
   * RFC 3339 in UTC with as many fractional digits as the time has, up to nine and without trailing
   * zeros, as Go's {@code RFC3339Nano}: {@code 2026-01-02T03:04:05.6Z}.
   */
  public static String format(Instant time) {
    long seconds = time.getEpochSecond();
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_A_DAY));
    if (date.getYear() < 0 || date.getYear() > 9999) {
      return DateTimeFormatter.ISO_INSTANT.format(time);
    }
    int second = (int) Math.floorMod(seconds, SECONDS_A_DAY);
    byte[] text = new byte[CANONICAL_LENGTH_MAX];
    put(text, 0, 4, date.getYear());
    text[4] = '-';
    put(text, 5, 2, date.getMonthValue());
    text[7] = '-';
    put(text, 8, 2, date.getDayOfMonth());
    text[10] = 'T';
    put(text, 11, 2, second / 3600);
    text[13] = ':';
    put(text, 14, 2, second % 3600 / 60);
    text[16] = ':';
    put(text, 17, 2, second % 60);
    int end = SECONDS_END;
    int nanos = time.getNano();
    if (nanos != 0) {
      text[end] = '.';
      put(text, end + 1, 9, nanos);
      end += 10;
      while (text[end - 1] == '0') {
        end--;
      }
    }
    text[end] = 'Z';
    return new String(text, 0, end + 1, StandardCharsets.ISO_8859_1);
  }

  private static void put(byte[] text, int at, int digits, int value) {
    int rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /** The time in RFC 3339 {@code text}, with any offset. */
  public static Optional<Instant> parseTime(String text) {
    try {
      Instant canonical = parseCanonical(text);
      return Optional.of(
          canonical != null
              ? canonical
              : DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The time in {@code text} as {@link #format} writes it, or null where it is written otherwise.
   * Stored entries hold several times each and are read at every request; the general parser would
   * take as long as the rest of the entry.
   */
  private static @Nullable Instant parseCanonical(String text) {
    int end = text.length() - 1;
    if (end < SECONDS_END
        || end >= CANONICAL_LENGTH_MAX
        || end == SECONDS_END + 1
        || text.charAt(end) != 'Z'
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || (end > SECONDS_END && text.charAt(SECONDS_END) != '.')) {
      return null;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    int nanos = end > SECONDS_END ? number(text, SECONDS_END + 1, end) : 0;
    if ((year | month | day | hour | minute | second | nanos) < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return null;
    }
    for (int digits = end - SECONDS_END - 1; digits >= 0 && digits < 9; digits++) {
      nanos *= 10;
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return Instant.ofEpochSecond(
        days * SECONDS_A_DAY + hour * 3600L + minute * 60L + second, nanos);
  }

  /** The digits of {@code text} from {@code start} to before {@code end}, or -1 for others. */
  private static int number(String text, int start, int end) {
    int number = 0;
    for (int i = start; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /**
   * The duration in {@code text}: a number of seconds ({@code 90}), or numbers with the units
   * {@code ns us µs ms s m h d w} one after the other ({@code 1h30m}, {@code 1.5h}, {@code 30d}).
   * Empty text is zero, as in Vault; a leading minus makes it negative.
   *
   * @return empty where the text is no duration
   */
  public static Optional<Duration> parseDuration(String text) {
    String rest = text.strip();
    if (rest.isEmpty()) {
      return Optional.of(Duration.ZERO);
    }
    boolean negative = rest.charAt(0) == '-';
    if (negative || rest.charAt(0) == '+') {
      rest = rest.substring(1);
    }
    Duration total = Duration.ZERO;
    int at = 0;
    while (at < rest.length()) {
      int digits = at;
      while (digits < rest.length() && isNumberPart(rest.charAt(digits))) {
        digits++;
      }
      int unitEnd = digits;
      while (unitEnd < rest.length() && !isNumberPart(rest.charAt(unitEnd))) {
        unitEnd++;
      }
      Optional<Duration> part =
          part(rest.substring(at, digits), rest.substring(digits, unitEnd), at == 0);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      total = total.plus(part.get());
      at = unitEnd;
    }
    if (rest.isEmpty() || total.toSeconds() > SECONDS_MAX) {
      return Optional.empty();
    }
    return Optional.of(negative ? total.negated() : total);
  }

  private static boolean isNumberPart(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static Optional<Duration> part(String number, String unit, boolean first) {
    double nanosOfUnit =
        switch (unit) {
          case "ns" -> 1.0;
          case "us", "µs" -> 1e3;
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "m" -> 60e9;
          case "h" -> 3_600e9;
          case "d" -> 86_400e9;
          case "w" -> 7 * 86_400e9;
          // A bare number is seconds, but only by itself: "1h30" is a mistake.
          case "" -> first ? 1e9 : -1;
          default -> -1;
        };
    if (nanosOfUnit < 0 || number.isEmpty() || number.length() > 20) {
      return Optional.empty();
    }
    try {
      double value = Double.parseDouble(number) * (nanosOfUnit / 1e9);
      if (value > SECONDS_MAX) {
        return Optional.empty();
      }
      if (number.indexOf('.') < 0) {
        return Optional.of(
            Duration.ofNanos(1)
                .multipliedBy((long) nanosOfUnit)
                .multipliedBy(Long.parseLong(number)));
      }
      return Optional.of(Duration.ofNanos((long) (value * 1e9)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** {@code duration} as Go prints it: {@code 768h0m0s}, {@code 1m30s}, {@code 0s}. */
  public static String formatDuration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 0) {
      return "-" + formatDuration(duration.negated());
    }
    long hours = seconds / 3600;
    long minutes = seconds % 3600 / 60;
    String tail = seconds % 60 + "s";
    if (hours > 0) {
      return hours + "h" + minutes + "m" + tail;
    }
    return minutes > 0 ? minutes + "m" + tail : tail;
  }
}
