package strongroom.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.TimeText;

/**
 * The flags and arguments that were given to a command.
 *
 * <p>Read as Go's package {@code flag} does, with one difference: a flag that the command knows is
 * also taken after the first argument, since that is what whoever wrote it there meant. What looks
 * like an unknown flag there is an argument, since data may begin with a dash.
 */
public final class Flags {
  /** A duration that says "what the system has", in Vault's {@code -default-lease-ttl=system}. */
  static final Duration SYSTEM = Duration.ofSeconds(-1);

  private final Map<String, List<String>> values;
  private final List<String> arguments;
  private final List<String> doubtful;

  private Flags(Map<String, List<String>> values, List<String> arguments, List<String> doubtful) {
    this.values = values;
    this.arguments = Collections.unmodifiableList(arguments);
    this.doubtful = doubtful;
  }

  /**
   * Reads {@code words}.
   *
   * @throws Failure with exit code 1 for a flag that is none of {@code known}, or whose value is
   *     missing or of the wrong kind; the message names the flag and not its value
   */
  static Flags parse(List<Flag> known, List<String> words) {
    Map<String, Flag> byName = new HashMap<>();
    for (Flag flag : known) {
      byName.put(flag.name(), flag);
      for (String alias : flag.aliases()) {
        byName.put(alias, flag);
      }
    }
    Map<String, List<String>> values = new HashMap<>();
    List<String> arguments = new ArrayList<>();
    List<String> doubtful = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        arguments.addAll(words.subList(i + 1, words.size()));
        break;
      }
      if (word.length() < 2 || word.charAt(0) != '-') {
        arguments.add(word);
        continue;
      }
      String bare = word.substring(word.startsWith("--") ? 2 : 1);
      int equals = bare.indexOf('=');
      String name = equals < 0 ? bare : bare.substring(0, equals);
      Flag flag = byName.get(name);
      if (flag == null) {
        if (arguments.isEmpty()) {
          throw Failure.usage("flag provided but not defined: -" + name);
        }
        arguments.add(word);
        doubtful.add("-" + name);
        continue;
      }
      String value;
      if (equals >= 0) {
        value = bare.substring(equals + 1);
      } else if (flag.kind() == Flag.Kind.SWITCH) {
        value = "true";
      } else if (i + 1 < words.size()) {
        value = words.get(++i);
      } else {
        throw Failure.usage("flag needs an argument: -" + name);
      }
      check(flag, value);
      values.computeIfAbsent(flag.name(), any -> new ArrayList<>()).add(value);
    }
    return new Flags(values, arguments, doubtful);
  }

  private static void check(Flag flag, String value) {
    String expected =
        switch (flag.kind()) {
          case SWITCH -> parseSwitch(value).isPresent() ? "" : "true or false";
          case NUMBER -> parseNumber(value).isPresent() ? "" : "a whole number";
          case DURATION -> parseDuration(value).isPresent() ? "" : "a duration such as 30s or 1h";
          case MAP -> value.indexOf('=') > 0 ? "" : "key=value";
          case TEXT, LIST -> "";
        };
    if (!expected.isEmpty()) {
      throw Failure.usage("invalid value for flag -" + flag.name() + ": it takes " + expected);
    }
  }

  /** {@code text} as Go's {@code ParseBool} reads it. */
  static Optional<Boolean> parseSwitch(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Long> parseNumber(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> parseDuration(String text) {
    return text.equals("system") ? Optional.of(SYSTEM) : TimeText.parseDuration(text);
  }

  /** What stands beside the flags. */
  public List<String> arguments() {
    return arguments;
  }

  /** Names of what looks like flags among the arguments. */
  List<String> doubtful() {
    return doubtful;
  }

  /** Whether the flag was given. */
  public boolean isSet(String name) {
    return values.containsKey(name);
  }

  /** The flag's text, the last where it was given several times; empty text where it was not. */
  public String text(String name) {
    return find(name).orElse("");
  }

  /** The flag's text, where it was given. */
  public Optional<String> find(String name) {
    List<String> given = values.get(name);
    return given == null ? Optional.empty() : Optional.of(given.getLast());
  }

  /** Whether the flag was given and is on. */
  public boolean on(String name) {
    return find(name).flatMap(Flags::parseSwitch).orElse(false);
  }

  /** The flag's number, or {@code otherwise}. */
  public long number(String name, long otherwise) {
    return find(name).flatMap(Flags::parseNumber).orElse(otherwise);
  }

  /** The flag's duration, where it was given. */
  public Optional<Duration> duration(String name) {
    return find(name).flatMap(Flags::parseDuration);
  }

  /** All values of the flag, in order. */
  public List<String> list(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The flag's pairs, in order. */
  public Map<String, String> map(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : list(name)) {
      int equals = pair.indexOf('=');
      pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return pairs;
  }
}
