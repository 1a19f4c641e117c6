package strongroom.hsm;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A curve that key pairs are made on, with the names that PKCS#11 libraries know it by. */
public enum Curve {
  /** NIST P-256. */
  P256(256, "06082a8648ce3d030107"),
  /** NIST P-384. */
  P384(384, "06052b81040022"),
  /** NIST P-521. */
  P521(521, "06052b81040023"),
  /** Ed25519: by its object identifier (RFC 8410), or by name as PKCS#11 3.0 has it. */
  ED25519(256, "06032b6570", "130c656477617264733235353139");

  private final int bits;
  private final String preferred;
  private final String other;

  Curve(int bits, String only) {
    this(bits, only, only);
  }

  Curve(int bits, String preferred, String other) {
    this.bits = bits;
    this.preferred = preferred;
    this.other = other;
  }

  /** The length of a coordinate. */
  public int bits() {
    return bits;
  }

  /** Whether it signs by EdDSA, not ECDSA. */
  public boolean edwards() {
    return this == ED25519;
  }

  /** Its object identifier, as in a certificate; DER. */
  public byte[] objectIdentifier() {
    return HexFormat.of().parseHex(preferred);
  }

  /** What {@code CKA_EC_PARAMS} may say of it, the preferred one first; DER. */
  List<byte[]> parameters() {
    return Stream.of(preferred, other).distinct().map(HexFormat.of()::parseHex).toList();
  }

  static Optional<Curve> of(byte[] parameters) {
    return Arrays.stream(values())
        .filter(curve -> curve.parameters().stream().anyMatch(p -> Arrays.equals(p, parameters)))
        .findFirst();
  }
}
