package strongroom.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Certificates and private keys in PEM (RFC 7468): keys in PKCS#8, PKCS#1 and RFC 5915, which is
 * more than the JDK reads.
 */
public final class Pem {
  private static final String BEGIN = "-----BEGIN ";

  /** DER of the algorithm identifier of RSA: 1.2.840.113549.1.1.1 and NULL. */
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** DER of the object identifier of elliptic-curve keys: 1.2.840.10045.2.1. */
  private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private final String name;
  private final List<Block> blocks;

  private Pem(String name, List<Block> blocks) {
    this.name = name;
    this.blocks = blocks;
  }

  /**
   * What {@code file} holds.
   *
   * @throws PemFault where it cannot be read
   */
  public static Pem file(Path file) {
    try {
      return text(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new PemFault(file + " cannot be read: " + reason(e), e);
    }
  }

  /**
   * What {@code text} holds, which is called {@code name} in faults.
   *
   * @throws PemFault where it is no PEM
   */
  public static Pem text(String name, byte[] text) {
    return new Pem(name, blocks(name, new String(text, StandardCharsets.US_ASCII)));
  }

  /**
   * What {@code given} holds: PEM itself, or the path of a file.
   *
   * @param name what {@code given} is called in faults; it is not repeated itself
   */
  public static Pem of(String name, byte[] given) {
    String text = new String(given, StandardCharsets.UTF_8);
    if (text.contains(BEGIN)) {
      return text(name, given);
    }
    try {
      return file(Path.of(text.strip()));
    } catch (InvalidPathException e) {
      throw new PemFault(name + " is neither PEM nor the path of a file", e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user has no right to";
      default -> String.valueOf(e.getMessage());
    };
  }

  private record Block(String label, byte[] der) {}

  /**
   * All certificates, in their order.
   *
   * @throws PemFault where there is none
   */
  public List<X509Certificate> certificates() {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks) {
        if (block.label().equals("CERTIFICATE")) {
          certificates.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new PemFault(name + " holds a certificate that cannot be read: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new PemFault(name + " holds no certificate (-----BEGIN CERTIFICATE-----)", null);
    }
    return certificates;
  }

  /**
   * The first private key.
   *
   * @throws PemFault where there is none that can be read
   */
  public PrivateKey privateKey() {
    for (Block block : blocks) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(block.der());
        }
        case "RSA PRIVATE KEY" -> {
          return key(pkcs8(RSA, block.der()));
        }
        case "EC PRIVATE KEY" -> {
          return key(pkcs8(sequence(EC, curve(block.der())), block.der()));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new PemFault(name + " holds an encrypted key; decrypt it first", null);
        default -> {}
      }
    }
    throw new PemFault(name + " holds no private key (-----BEGIN PRIVATE KEY-----)", null);
  }

  private PrivateKey key(byte[] pkcs8) {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // Of another kind: the next one is tried.
      }
    }
    throw new PemFault(name + " holds a private key that is neither RSA, EC nor Ed25519", null);
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return sequence(new byte[] {2, 1, 0}, algorithm, element(0x04, key));
  }

  /** The curve's identifier from an RFC 5915 key: the first element with tag 0xA0. */
  private byte[] curve(byte[] der) {
    try {
      int at = header(der, 0);
      while (at < der.length) {
        int content = header(der, at);
        int length = length(der, at);
        if ((der[at] & 0xff) == 0xa0) {
          return Arrays.copyOfRange(der, content, content + length);
        }
        at = content + length;
      }
    } catch (IndexOutOfBoundsException e) {
      throw new PemFault(name + " holds an EC key that is cut off", e);
    }
    throw new PemFault(name + " holds an EC key that does not name its curve", null);
  }

  private static int header(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] sequence(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] content = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, content, at, part.length);
      at += part.length;
    }
    return element(0x30, content);
  }

  private static byte[] element(int tag, byte[] content) {
    int length = content.length;
    byte[] header =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : length < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    byte[] whole = Arrays.copyOf(header, header.length + length);
    System.arraycopy(content, 0, whole, header.length, length);
    return whole;
  }

  private static List<Block> blocks(String name, String text) {
    List<Block> blocks = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int labelEnd = text.indexOf("-----", at + 11);
      String label = labelEnd < 0 ? "" : text.substring(at + 11, labelEnd);
      int end = text.indexOf("-----END " + label + "-----", at);
      if (labelEnd < 0 || end < 0) {
        throw new PemFault(name + " has a PEM block without an end", null);
      }
      String body = text.substring(labelEnd + 5, end);
      try {
        blocks.add(new Block(label, Base64.getMimeDecoder().decode(body)));
      } catch (IllegalArgumentException e) {
        throw new PemFault(name + " has a PEM block that is no Base64", e);
      }
      at = text.indexOf(BEGIN, end);
    }
    return blocks;
  }
}
