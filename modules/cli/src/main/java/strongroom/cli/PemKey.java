package strongroom.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Private keys in PEM (RFC 7468): {@code PRIVATE KEY} (PKCS#8), {@code RSA PRIVATE KEY} (PKCS#1)
 * and {@code EC PRIVATE KEY} (RFC 5915). The JDK reads the first only; the others are wrapped into
 * it.
 */
final class PemKey {
  private static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

  private PemKey() {}

  /** The first private key in {@code pem}; {@code file} is for messages. */
  static PrivateKey parse(Path file, byte[] pem) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
      String begin = "-----BEGIN " + label + "-----";
      int start = text.indexOf(begin);
      int end = text.indexOf("-----END " + label + "-----");
      if (start >= 0 && end > start) {
        try {
          byte[] der = Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
          return key(label, der);
        } catch (GeneralSecurityException | RuntimeException e) {
          throw Failure.usage("the private key in " + file + " cannot be read");
        }
      }
    }
    throw Failure.usage(
        "no private key in PEM in "
            + file
            + " (PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY, not encrypted)");
  }

  private static PrivateKey key(String label, byte[] der) throws GeneralSecurityException {
    return switch (label) {
      case "RSA PRIVATE KEY" -> pkcs8("RSA", wrap(RSA_ALGORITHM, der));
      case "EC PRIVATE KEY" -> pkcs8("EC", wrap(tag(0x30, concat(EC_PUBLIC_KEY, curve(der))), der));
      default -> anyPkcs8(der);
    };
  }

  private static PrivateKey anyPkcs8(byte[] der) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return pkcs8(algorithm, der);
      } catch (GeneralSecurityException e) {
        // Not this algorithm.
      }
    }
    return pkcs8("EdDSA", der);
  }

  private static PrivateKey pkcs8(String algorithm, byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** PrivateKeyInfo (RFC 5208 section 5) around {@code key}. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    byte[] version = {2, 1, 0};
    return tag(0x30, concat(version, concat(algorithm, tag(0x04, key))));
  }

  /** The curve's object identifier from ECPrivateKey's element [0], with its tag. */
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    for (int i = 0; i + 4 < der.length; i++) {
      boolean parameters = (der[i] & 0xff) == 0xa0 && der[i + 2] == 0x06;
      int length = der[i + 1];
      if (parameters && length > 2 && der[i + 3] == length - 2 && i + 2 + length <= der.length) {
        return java.util.Arrays.copyOfRange(der, i + 2, i + 2 + length);
      }
    }
    throw new GeneralSecurityException("the key names no curve");
  }

  private static byte[] tag(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
