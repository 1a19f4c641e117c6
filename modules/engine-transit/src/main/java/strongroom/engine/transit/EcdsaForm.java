package strongroom.engine.transit;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import strongroom.logical.RefusedException;

/**
 * The two forms of an ECDSA signature: in DER (RFC 3279, section 2.2.3), and as JWS has it, both
 * numbers one after the other (RFC 7518, section 3.4).
 */
final class EcdsaForm {
  private EcdsaForm() {}

  /** How many bytes a number of the curve of {@code publicKey} has. */
  static int fieldBytes(byte[] publicKey) {
    ECPublicKey key = (ECPublicKey) Pairs.publicKey(KeyType.ECDSA_P256, "", publicKey);
    return (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
  }

  /** The signature in DER, which a key has made, as JWS has it. */
  static byte[] toJws(byte[] der, int fieldBytes) {
    List<Der.Element> numbers = Der.element(der).children();
    byte[] out = new byte[2 * fieldBytes];
    for (int i = 0; i < 2; i++) {
      byte[] number = fixed(new BigInteger(numbers.get(i).content()), fieldBytes);
      System.arraycopy(number, 0, out, i * fieldBytes, fieldBytes);
    }
    return out;
  }

  /**
   * Whether {@code der} is two positive numbers in the one form that DER has for them. Java takes
   * some other forms too, by which a second signature could be made of a valid one.
   */
  static boolean canonical(byte[] der) {
    try {
      List<Der.Element> numbers = Der.element(der).children();
      if (numbers.size() != 2) {
        return false;
      }
      BigInteger r = new BigInteger(1, numbers.get(0).content());
      BigInteger s = new BigInteger(1, numbers.get(1).content());
      return r.signum() > 0
          && s.signum() > 0
          && Arrays.equals(der, Der.sequence(Der.integer(r), Der.integer(s)));
    } catch (RefusedException e) {
      return false;
    }
  }

  /** The bytes of {@code number}, which is not negative and fits, in {@code length} bytes. */
  static byte[] fixed(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    int skip = Math.max(0, bytes.length - length);
    byte[] out = new byte[length];
    System.arraycopy(bytes, skip, out, length - (bytes.length - skip), bytes.length - skip);
    return out;
  }

  /** The signature in DER; empty where it is not of the curve's length. */
  static Optional<byte[]> toDer(byte[] jws, int fieldBytes) {
    if (jws.length != 2 * fieldBytes) {
      return Optional.empty();
    }
    BigInteger r = new BigInteger(1, Arrays.copyOf(jws, fieldBytes));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(jws, fieldBytes, jws.length));
    return Optional.of(Der.sequence(Der.integer(r), Der.integer(s)));
  }
}
