package strongroom.cli;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an unquoted word means to a reader of YAML 1.1, as far as go-yaml 2 implements it: that
 * decides what must be quoted to stay a text.
 */
final class YamlWords {
  private static final Set<String> WORDS =
      Set.of(
          "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No",
          "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON", "off", "Off",
          "OFF", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
          "-.Inf", "-.INF");

  private static final Pattern INTEGER =
      Pattern.compile(
          "(?<sign>[-+]?)(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<bin>[01]+)|0[oO]?(?<oct>[0-7]+)"
              + "|(?<dec>0|[1-9][0-9]*))");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");

  /** Base 60: {@code 190:20:30} was a number to YAML 1.1. */
  private static final Pattern BASE_60 =
      Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");

  private static final Pattern TIME =
      Pattern.compile(
          "(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})"
              + "(?:(?<between>[Tt ])(?<hour>[0-9]{1,2}):(?<minute>[0-9]{1,2}):(?<second>[0-9]{1,2})"
              + "(?:[.,][0-9]+)?(?<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?");

  private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final int UNSIGNED_BITS = 64;

  private YamlWords() {}

  /** Whether {@code text}, unquoted, is read as a text. */
  static boolean isText(String text) {
    if (WORDS.contains(text)) {
      return false;
    }
    char first = text.charAt(0);
    boolean number = (first >= '0' && first <= '9') || "+-.".indexOf(first) >= 0;
    return !number || !(isNumber(text, first) || isTime(text));
  }

  private static boolean isNumber(String text, char first) {
    if (BASE_60.matcher(text).matches()) {
      return true;
    }
    // A dot in front takes no underscores.
    String digits = first == '.' ? text : text.replace("_", "");
    return isInteger(digits)
        || (FLOAT.matcher(digits).matches() && Double.isFinite(Double.parseDouble(digits)));
  }

  private static boolean isInteger(String digits) {
    Matcher matcher = INTEGER.matcher(digits);
    if (!matcher.matches()) {
      return false;
    }
    String hex = matcher.group("hex");
    String binary = matcher.group("bin");
    String octal = matcher.group("oct");
    BigInteger value =
        hex != null
            ? new BigInteger(hex, 16)
            : binary != null
                ? new BigInteger(binary, 2)
                : octal != null ? new BigInteger(octal, 8) : new BigInteger(matcher.group("dec"));
    return switch (matcher.group("sign")) {
      case "-" -> value.negate().compareTo(LONG_MIN) >= 0;
      case "+" -> value.bitLength() < UNSIGNED_BITS;
      case String _ -> value.bitLength() <= UNSIGNED_BITS;
    };
  }

  private static boolean isTime(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    String between = matcher.group("between");
    // With a T a zone must follow, with a space none may.
    if (between != null && between.equals(" ") == (matcher.group("zone") != null)) {
      return false;
    }
    try {
      LocalDate day =
          LocalDate.of(
              Integer.parseInt(matcher.group("year")),
              Integer.parseInt(matcher.group("month")),
              Integer.parseInt(matcher.group("day")));
      return between == null
          || day.atTime(part(matcher, "hour"), part(matcher, "minute"), part(matcher, "second"))
              != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static int part(Matcher matcher, String name) {
    return Integer.parseInt(matcher.group(name));
  }
}
