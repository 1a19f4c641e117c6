package strongroom.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.TimeText;

/**
 * Values as Go's {@code fmt} prints them, since that is what people see in Vault's tables and what
 * their scripts cut apart.
 */
final class GoText {
  private GoText() {}

  /** {@code %v}: {@code map[a:1 b:[x y]]}, {@code <nil>}. */
  static String value(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> text;
      case JsonNumber(String lexeme) -> lexeme;
      case JsonBoolean(boolean b) -> Boolean.toString(b);
      case JsonNull none -> "<nil>";
      case JsonArray array ->
          array.items().stream().map(GoText::value).collect(Collectors.joining(" ", "[", "]"));
      case JsonObject object ->
          new TreeMap<>(object.members())
              .entrySet().stream()
                  .map(member -> member.getKey() + ":" + value(member.getValue()))
                  .collect(Collectors.joining(" ", "map[", "]"));
    };
  }

  /** {@code %q} of a list of strings: {@code ["a" "b"]}. */
  static String quoted(Collection<String> strings) {
    return strings.stream()
        .map(text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(" ", "[", "]"));
  }

  /** Seconds without the units that are zero: {@code 768h}, {@code 1h30m}, {@code 0s}. */
  static String seconds(long seconds) {
    String text = TimeText.formatDuration(Duration.ofSeconds(seconds));
    if (text.endsWith("m0s")) {
      text = text.substring(0, text.length() - 2);
    }
    int hours = text.indexOf("h0m");
    return hours > 0 ? text.substring(0, hours + 1) + text.substring(hours + 3) : text;
  }

  /** Whether a field called {@code key} holds a duration in seconds. */
  static boolean looksLikeDuration(String key) {
    return key.equals("period")
        || key.endsWith("_period")
        || key.equals("ttl")
        || key.endsWith("_ttl")
        || key.equals("duration")
        || key.endsWith("_duration")
        || key.equals("lease_max")
        || key.equals("ttl_max");
  }

  /** {@code value} as a table shows it under {@code key}. */
  static String cell(String key, JsonValue value) {
    if (looksLikeDuration(key) && value instanceof JsonNumber number) {
      if (number.toLong().isPresent()) {
        return seconds(number.toLong().getAsLong());
      }
    }
    return value(value);
  }

  /** A time as Go's {@code time.Time} prints itself, in UTC; other text stays. */
  static String time(String rfc3339) {
    Optional<Instant> time = TimeText.parseTime(rfc3339);
    if (time.isEmpty()) {
      return rfc3339;
    }
    String text = TimeText.format(time.get()).replace('T', ' ');
    return text.substring(0, text.length() - 1) + " +0000 UTC";
  }

  /** A time as Go's {@code RFC822} has it: {@code 02 Jan 26 15:04 UTC}; other text stays. */
  static String rfc822(String rfc3339) {
    return TimeText.parseTime(rfc3339).map(RFC822::format).orElse(rfc3339);
  }

  private static final DateTimeFormatter RFC822 =
      DateTimeFormatter.ofPattern("dd MMM uu HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
}
