package strongroom.logical;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The members of a request's body, read by type with Vault's leniency: numbers and booleans may
 * come as strings, lists as comma-separated text, durations as seconds or text with units. A member
 * of the wrong type is refused by name, without its value. A JSON null counts as absent.
 *
 * <p>An endpoint turns its fields into a record at once, so that nothing further down meets JSON.
 */
public final class Fields {
  private final JsonObject body;

  /** Reads from {@code body}. */
  public Fields(JsonObject body) {
    this.body = body;
  }

  /** The whole body. */
  public JsonObject body() {
    return body;
  }

  /** Whether {@code name} is present and not null. */
  public boolean has(String name) {
    return value(name).isPresent();
  }

  /** The member {@code name}, where present and not null. */
  public Optional<JsonValue> value(String name) {
    return body.member(name).filter(value -> !(value instanceof JsonNull));
  }

  /** Text; numbers and booleans are taken by their JSON text. */
  public Optional<String> string(String name) {
    return value(name).map(value -> text(name, value));
  }

  /** Text that is not empty: an empty one counts as absent. */
  public Optional<String> nonEmptyString(String name) {
    return string(name).filter(text -> !text.isEmpty());
  }

  /** Text that must be there and not empty. */
  public String requiredString(String name) {
    return nonEmptyString(name).orElseThrow(() -> Refusal.invalid("missing " + name));
  }

  /** A boolean, also as {@code "true"}, {@code "false"}, {@code "1"}, {@code "0"}. */
  public Optional<Boolean> bool(String name) {
    return value(name)
        .map(
            value ->
                switch (value) {
                  case JsonBoolean(boolean b) -> b;
                  case JsonString(String text) -> parseBoolean(name, text);
                  case JsonNumber(String text) -> parseBoolean(name, text);
                  default -> throw wrongType(name, "a boolean", value);
                });
  }

  /** A whole number, also as text. */
  public Optional<Long> integer(String name) {
    return value(name)
        .map(
            value -> {
              OptionalLong number =
                  switch (value) {
                    case JsonNumber n -> n.toLong();
                    case JsonString(String text) -> new JsonNumber(text.strip()).toLong();
                    default -> OptionalLong.empty();
                  };
              return number.orElseThrow(() -> wrongType(name, "a whole number", value));
            });
  }

  /** A whole number from {@code min} to {@code max}. */
  public Optional<Integer> integer(String name, int min, int max) {
    return integer(name)
        .map(
            number -> {
              if (number < min || number > max) {
                throw Refusal.invalid(
                    name + " is " + number + "; it must be from " + min + " to " + max);
              }
              return Math.toIntExact(number);
            });
  }

  /** A duration: a number of seconds, or text such as {@code 1h30m}. Not negative. */
  public Optional<Duration> duration(String name) {
    Optional<Duration> duration = signedDuration(name);
    duration
        .filter(Duration::isNegative)
        .ifPresent(
            negative -> {
              throw Refusal.invalid(name + " must not be negative");
            });
    return duration;
  }

  /** A duration that may be negative, where an endpoint gives that a meaning. */
  public Optional<Duration> signedDuration(String name) {
    return value(name)
        .map(
            value -> {
              Optional<Duration> duration =
                  switch (value) {
                    case JsonNumber(String text) -> TimeText.parseDuration(text);
                    case JsonString(String text) -> TimeText.parseDuration(text);
                    default -> Optional.empty();
                  };
              return duration.orElseThrow(
                  () -> wrongType(name, "a duration (seconds, or text such as 1h30m)", value));
            });
  }

  /** Strings: an array, or text with commas between them. Blanks around each are dropped. */
  public Optional<List<String>> strings(String name) {
    return value(name)
        .map(
            value ->
                switch (value) {
                  case JsonString(String text) -> splitAtCommas(text);
                  case JsonArray(List<JsonValue> items) ->
                      items.stream().map(item -> text(name, item).strip()).toList();
                  default -> throw wrongType(name, "a list of strings", value);
                });
  }

  /** An object. */
  public Optional<JsonObject> object(String name) {
    return value(name)
        .map(
            value -> {
              if (value instanceof JsonObject object) {
                return object;
              }
              throw wrongType(name, "an object", value);
            });
  }

  /** An object of strings, in order. */
  public Optional<Map<String, String>> stringMap(String name) {
    return object(name)
        .map(
            object -> {
              Map<String, String> map = new LinkedHashMap<>();
              object.members().forEach((key, value) -> map.put(key, text(name, value)));
              return map;
            });
  }

  /**
   * Strings by name: an object, or {@code name=value}, one as text or several as a list, as the
   * command line sends them.
   */
  public Optional<Map<String, String>> pairs(String name) {
    return value(name)
        .map(
            value ->
                switch (value) {
                  case JsonString(String text) -> pairs(name, List.of(text));
                  case JsonArray(List<JsonValue> items) ->
                      pairs(name, items.stream().map(item -> text(name, item)).toList());
                  default -> stringMap(name).orElseThrow();
                });
  }

  private static Map<String, String> pairs(String name, List<String> texts) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw Refusal.invalid(name + " must be an object of strings, or name=value");
      }
      map.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }
    return map;
  }

  private static List<String> splitAtCommas(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', from)) {
      parts.add(text.substring(from, comma).strip());
      from = comma + 1;
    }
    parts.add(text.substring(from).strip());
    parts.removeIf(String::isEmpty);
    return List.copyOf(parts);
  }

  private static boolean parseBoolean(String name, String text) {
    return switch (text) {
      case "true", "True", "TRUE", "t", "T", "1" -> true;
      case "false", "False", "FALSE", "f", "F", "0", "" -> false;
      default -> throw Refusal.invalid(name + " must be true or false");
    };
  }

  private static String text(String name, JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> text;
      case JsonNumber(String text) -> text;
      case JsonBoolean(boolean b) -> Boolean.toString(b);
      default -> throw wrongType(name, "a string", value);
    };
  }

  private static RefusedException wrongType(String name, String expected, JsonValue given) {
    return Refusal.invalid(name + " must be " + expected + ", not this " + given.kind());
  }
}
