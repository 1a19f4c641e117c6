package strongroom.seal.pkcs11;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import strongroom.seal.SealFault;

/** The parameters of a stanza while they are read: each is taken once, what is left is unknown. */
final class Parameters {
  private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

  private final Map<String, String> left;

  Parameters(Map<String, String> given) {
    left = new HashMap<>(given);
  }

  /** The value under {@code name} or one of its older spellings; empty text counts as not given. */
  Optional<String> text(String name, String... olderNames) {
    Optional<String> found = Optional.ofNullable(left.remove(name)).filter(v -> !v.isBlank());
    for (String older : olderNames) {
      Optional<String> value = Optional.ofNullable(left.remove(older)).filter(v -> !v.isBlank());
      if (found.isPresent() && value.isPresent() && !found.equals(value)) {
        throw wrong(name, "is given as " + older + " too, with another value");
      }
      found = found.or(() -> value);
    }
    return found;
  }

  /**
   * As {@link #text}, read by {@code reader}, whose {@link IllegalArgumentException} says why not.
   */
  <T> Optional<T> read(Function<String, T> reader, String name, String... olderNames) {
    Optional<String> text = text(name, olderNames);
    try {
      return text.map(reader);
    } catch (IllegalArgumentException e) {
      throw wrong(name, String.valueOf(e.getMessage()));
    }
  }

  Optional<Boolean> flag(String name, String... olderNames) {
    return read(Parameters::parseFlag, name, olderNames);
  }

  Duration duration(String name, Duration otherwise) {
    return read(Parameters::parseDuration, name).orElse(otherwise);
  }

  /** Refuses what nobody took. */
  void nothingLeft(List<String> known) {
    if (!left.isEmpty()) {
      throw new SealFault.Configuration(
          "seal \"pkcs11\" has no parameter "
              + String.join(", ", new TreeSet<>(left.keySet()))
              + "; it has "
              + String.join(", ", known),
          null);
    }
  }

  static SealFault.Configuration wrong(String name, String why) {
    return new SealFault.Configuration("seal \"pkcs11\": " + name + ": " + why, null);
  }

  private static boolean parseFlag(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1", "t", "yes", "on" -> true;
      case "false", "0", "f", "no", "off" -> false;
      default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
    };
  }

  /** {@code 10s}, {@code 1m30s}, {@code 250ms}, or seconds without a unit. */
  private static Duration parseDuration(String text) {
    String stripped = text.strip();
    if (stripped.matches("\\d{1,9}")) {
      return positive(Duration.ofSeconds(Long.parseLong(stripped)), text);
    }
    Matcher parts = DURATION_PART.matcher(stripped);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (parts.lookingAt()) {
      long unitMillis =
          switch (parts.group(2)) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "m" -> 60_000;
            default -> 3_600_000;
          };
      sum = sum.plusMillis((long) (Double.parseDouble(parts.group(1)) * unitMillis));
      end = parts.end();
      parts.region(end, stripped.length());
    }
    if (end == 0 || end != stripped.length()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no duration: write 10s, 250ms or 1m30s");
    }
    return positive(sum, text);
  }

  private static Duration positive(Duration duration, String text) {
    if (duration.isZero()) {
      throw new IllegalArgumentException("\"" + text + "\" must be more than nothing");
    }
    return duration;
  }
}
