package strongroom.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Certificates and private keys from PEM files (RFC 7468). */
final class Pem {
  /** DER of the algorithm identifier of RSA: 1.2.840.113549.1.1.1 and NULL. */
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** DER of the object identifier of elliptic-curve keys: 1.2.840.10045.2.1. */
  private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private Pem() {}

  private record Block(String label, byte[] der) {}

  static List<Certificate> certificates(Path file) {
    List<Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(file)) {
        if (block.label().equals("CERTIFICATE")) {
          certificates.add(factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new HttpFault(file + " holds a certificate that cannot be read: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new HttpFault(file + " holds no certificate (-----BEGIN CERTIFICATE-----)", null);
    }
    return certificates;
  }

  static PrivateKey privateKey(Path file) {
    for (Block block : blocks(file)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(file, block.der());
        }
        case "RSA PRIVATE KEY" -> {
          return key(file, pkcs8(RSA, block.der()));
        }
        case "EC PRIVATE KEY" -> {
          return key(file, pkcs8(sequence(EC, curve(file, block.der())), block.der()));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new HttpFault(file + " holds an encrypted key; decrypt it first", null);
        default -> {}
      }
    }
    throw new HttpFault(file + " holds no private key (-----BEGIN PRIVATE KEY-----)", null);
  }

  private static PrivateKey key(Path file, byte[] pkcs8) {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // Of another kind: the next one is tried.
      }
    }
    throw new HttpFault(file + " holds a private key that is neither RSA, EC nor Ed25519", null);
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return sequence(new byte[] {2, 1, 0}, algorithm, element(0x04, key));
  }

  /** The curve's identifier from an RFC 5915 key: the first element with tag 0xA0. */
  private static byte[] curve(Path file, byte[] der) {
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
      throw new HttpFault(file + " holds an EC key that is cut off", e);
    }
    throw new HttpFault(file + " holds an EC key that does not name its curve", null);
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

  private static List<Block> blocks(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      throw new HttpFault(file + " cannot be read: there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new HttpFault(file + " cannot be read: this user has no right to", e);
    } catch (IOException e) {
      throw new HttpFault(file + " cannot be read: " + e.getMessage(), e);
    }
    List<Block> blocks = new ArrayList<>();
    int at = text.indexOf("-----BEGIN ");
    while (at >= 0) {
      int labelEnd = text.indexOf("-----", at + 11);
      String label = labelEnd < 0 ? "" : text.substring(at + 11, labelEnd);
      int end = text.indexOf("-----END " + label + "-----", at);
      if (labelEnd < 0 || end < 0) {
        throw new HttpFault(file + " has a PEM block without an end", null);
      }
      String body = text.substring(labelEnd + 5, end);
      try {
        blocks.add(new Block(label, Base64.getMimeDecoder().decode(body)));
      } catch (IllegalArgumentException e) {
        throw new HttpFault(file + " has a PEM block that is no Base64", e);
      }
      at = text.indexOf("-----BEGIN ", end);
    }
    return blocks;
  }
}
