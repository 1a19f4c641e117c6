package strongroom.hcl;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * A number, kept as it was written.
 *
 * @param at where it starts
 * @param lexeme its text: decimal, {@code 0x} and hexadecimal digits, {@code 0} and octal digits,
 *     or with a fraction or an exponent
 */
public record HclNumber(Position at, String lexeme) implements HclValue {
  /** The value, where it is a whole number that a {@code long} holds. */
  public OptionalLong toLong() {
    try {
      String digits = lexeme.startsWith("-") ? lexeme.substring(1) : lexeme;
      BigInteger magnitude;
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        magnitude = new BigInteger(digits.substring(2), 16);
      } else if (digits.length() > 1 && digits.startsWith("0") && isDigits(digits)) {
        magnitude = new BigInteger(digits, 8);
      } else if (isDigits(digits)) {
        magnitude = new BigInteger(digits);
      } else {
        BigDecimal exact = new BigDecimal(digits);
        // A huge exponent would make it expand to as many digits.
        if (Math.abs((long) exact.scale()) > 40) {
          return OptionalLong.empty();
        }
        magnitude = exact.toBigIntegerExact();
      }
      BigInteger value = lexeme.startsWith("-") ? magnitude.negate() : magnitude;
      return OptionalLong.of(value.longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  @Override
  public String kind() {
    return "a number";
  }

  @Override
  public String toString() {
    return "number";
  }
}
