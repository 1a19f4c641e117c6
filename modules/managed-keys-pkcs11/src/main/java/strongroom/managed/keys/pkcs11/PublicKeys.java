package strongroom.managed.keys.pkcs11;

import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeyPairs;

/** Public halves as a {@code SubjectPublicKeyInfo} (RFC 5280, 5480, 8410). */
final class PublicKeys {
  private PublicKeys() {}

  static byte[] encoded(HsmToken token, HsmKey publicHalf) {
    if (publicHalf.rsa()) {
      return token.publicKey(publicHalf).getEncoded();
    }
    KeyPairs.PublicPoint point = KeyPairs.of(token).publicPoint(publicHalf);
    byte[] algorithm =
        point.curve().edwards()
            ? Der.sequence(point.curve().objectIdentifier())
            : Der.sequence(Der.EC_PUBLIC_KEY, point.curve().objectIdentifier());
    return Der.sequence(algorithm, Der.bitString(point.point()));
  }
}
