package strongroom.logical;

import java.math.BigDecimal;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/**
 * A JSON number, kept as it was written: clients store numbers that no {@code double} holds, and
 * get the same digits back.
 *
 * @param lexeme the number's text, valid by RFC 8259 section 6
 */
public record JsonNumber(String lexeme) implements JsonValue {
  /** The number {@code value}. */
  public static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  /** The value, where it is a whole number that a {@code long} holds. */
  public OptionalLong toLong() {
    try {
      if (lexeme.length() <= 18
          && lexeme.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-')) {
        return OptionalLong.of(Long.parseLong(lexeme));
      }
      // A huge exponent would make BigDecimal expand to as many digits.
      BigDecimal exact = new BigDecimal(lexeme);
      if (Math.abs((long) exact.scale()) > 40) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(exact.longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void writeTo(JsonGenerator out) {
    out.writeNumber(lexeme);
  }

  @Override
  public String kind() {
    return "number";
  }

  @Override
  public String toString() {
    return "number";
  }
}
