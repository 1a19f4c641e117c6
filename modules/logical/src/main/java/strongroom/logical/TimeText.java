package strongroom.logical;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times and durations as Vault's API writes and reads them. */
public final class TimeText {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  /** More than any duration in use, and far from overflow in nanoseconds. */
  private static final double SECONDS_MAX = 9_000_000_000.0;

  private TimeText() {}

  /**
   * RFC 3339 in UTC with as many fractional digits as the time has, up to nine and without trailing
   * zeros, as Go's {@code RFC3339Nano}: {@code 2026-01-02T03:04:05.6Z}.
   */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // the whole seconds stand before
  public static String format(Instant time) {
    StringBuilder text = new StringBuilder(30).append(SECONDS.format(time));
    if (time.getNano() != 0) {
      String digits = String.format("%09d", time.getNano());
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      text.append('.').append(digits, 0, end);
    }
    return text.append('Z').toString();
  }

  /** The time in RFC 3339 {@code text}, with any offset. */
  public static Optional<Instant> parseTime(String text) {
    try {
      return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
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
