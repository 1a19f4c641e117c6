package strongroom.cli;

import java.util.List;

/**
 * A flag that a command knows, as Go's flags are: {@code -name=value}, {@code -name value}, {@code
 * -name} for a switch; two dashes do as well.
 *
 * @param name without dashes
 * @param kind what its value is
 * @param help what it is for
 * @param aliases other names
 */
public record Flag(String name, Kind kind, String help, List<String> aliases) {
  /** What a flag's value is. */
  public enum Kind {
    /** {@code true} or {@code false}; alone it is {@code true}. */
    SWITCH,
    /** Any text. */
    TEXT,
    /** A whole number. */
    NUMBER,
    /** A duration: {@code 30s}, {@code 1h30m}, {@code 7d}; a bare number is seconds. */
    DURATION,
    /** Text that may be given several times. */
    LIST,
    /** {@code key=value}, which may be given several times. */
    MAP
  }

  /** A flag that is on or off. */
  public static Flag onOff(String name, String help) {
    return new Flag(name, Kind.SWITCH, help, List.of());
  }

  /** A flag with a text. */
  public static Flag text(String name, String help) {
    return new Flag(name, Kind.TEXT, help, List.of());
  }

  /** A flag with a whole number. */
  public static Flag number(String name, String help) {
    return new Flag(name, Kind.NUMBER, help, List.of());
  }

  /** A flag with a duration. */
  public static Flag duration(String name, String help) {
    return new Flag(name, Kind.DURATION, help, List.of());
  }

  /** A flag with texts. */
  public static Flag list(String name, String help) {
    return new Flag(name, Kind.LIST, help, List.of());
  }

  /** A flag with {@code key=value} pairs. */
  public static Flag map(String name, String help) {
    return new Flag(name, Kind.MAP, help, List.of());
  }

  /** The same flag, with other names too. */
  public Flag or(String... otherNames) {
    return new Flag(name, kind, help, List.of(otherNames));
  }
}
