package strongroom.seal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.spec.HKDFParameterSpec;
import strongroom.secret.SecretBytes;

/**
 * A public key to which anybody can encrypt a small secret, and the private key that opens it:
 * X25519 (RFC 9180, DHKEM) and ML-KEM-1024 (FIPS 203) together, so that what lies on disks for
 * years stays closed for as long as either of them holds. Both shared secrets go through HKDF with
 * SHA-256 into one AES-256-GCM key; what was encapsulated, the public keys and the caller's context
 * are bound in.
 *
 * <p>Anybody can make such a box: it keeps a secret, and proves nothing of who made it.
 *
 * @param publicPart both public keys, each in X.509 form with its length before it
 * @param privatePart both private keys, each in PKCS #8 form with its length before it
 */
record HybridKey(byte[] publicPart, SecretBytes privatePart) implements AutoCloseable {
  private static final byte FORMAT = 1;
  private static final int PART_BYTES_MAX = 16_384;
  private static final int KEY_LENGTH = 32;
  private static final String WRONG = "these are not the keys that open it, or it is damaged";

  /** A way to agree on a secret. */
  private record Way(String keys, String encapsulation, NamedParameterSpec size) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("X25519", "DHKEM", NamedParameterSpec.X25519),
          new Way("ML-KEM", "ML-KEM", NamedParameterSpec.ML_KEM_1024));

  /** A new one; the caller closes it. */
  static HybridKey generate(SecureRandom random) {
    List<byte[]> publics = new ArrayList<>();
    List<byte[]> privates = new ArrayList<>();
    try {
      for (Way way : WAYS) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(way.keys);
        generator.initialize(way.size, random);
        KeyPair pair = generator.generateKeyPair();
        publics.add(pair.getPublic().getEncoded());
        privates.add(pair.getPrivate().getEncoded());
      }
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
    return new HybridKey(join(publics), SecretBytes.takeFrom(join(privates)));
  }

  /** {@code secret} for who has the private part of {@code publicPart}. */
  static byte[] encrypt(
      byte[] publicPart, String context, SecretBytes secret, SecureRandom random) {
    List<byte[]> publics = split(publicPart);
    List<byte[]> encapsulated = new ArrayList<>();
    List<byte[]> agreed = new ArrayList<>();
    try {
      for (int i = 0; i < WAYS.size(); i++) {
        Way way = WAYS.get(i);
        var key =
            KeyFactory.getInstance(way.keys).generatePublic(new X509EncodedKeySpec(publics.get(i)));
        KEM.Encapsulated made =
            KEM.getInstance(way.encapsulation).newEncapsulator(key, random).encapsulate();
        encapsulated.add(made.encapsulation());
        agreed.add(made.key().getEncoded());
      }
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
    byte[] header = join(encapsulated);
    try (SecretBytes key = derived(agreed, publicPart, header, context)) {
      byte[] ciphertext = AesGcm.encrypt(key, bytes(context), secret, random);
      encapsulated.add(ciphertext);
      byte[] parts = join(encapsulated);
      byte[] box = new byte[1 + parts.length];
      box[0] = FORMAT;
      System.arraycopy(parts, 0, box, 1, parts.length);
      return box;
    }
  }

  /**
   * What {@link #encrypt} took; the caller closes it.
   *
   * @throws SealFault.Data where the keys or the context are others, or it is damaged
   */
  SecretBytes decrypt(String context, byte[] box) {
    if (box.length == 0 || box[0] != FORMAT) {
      throw new SealFault.Data("it is in no form that this version knows", null);
    }
    byte[] body = new byte[box.length - 1];
    System.arraycopy(box, 1, body, 0, body.length);
    List<byte[]> parts = split(body);
    if (parts.size() != WAYS.size() + 1) {
      throw new SealFault.Data(WRONG, null);
    }
    List<byte[]> agreed = privatePart.withHeapCopy(privates -> agreed(split(privates), parts));
    byte[] header = join(parts.subList(0, parts.size() - 1));
    try (SecretBytes key = derived(agreed, publicPart, header, context)) {
      return AesGcm.decrypt(key, bytes(context), parts.getLast(), WRONG);
    }
  }

  private static List<byte[]> agreed(List<byte[]> privates, List<byte[]> parts) {
    List<byte[]> agreed = new ArrayList<>();
    try {
      for (int i = 0; i < WAYS.size(); i++) {
        Way way = WAYS.get(i);
        var key =
            KeyFactory.getInstance(way.keys)
                .generatePrivate(new PKCS8EncodedKeySpec(privates.get(i)));
        agreed.add(
            KEM.getInstance(way.encapsulation)
                .newDecapsulator(key)
                .decapsulate(parts.get(i))
                .getEncoded());
      }
    } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
      throw new SealFault.Data(WRONG, e);
    }
    return agreed;
  }

  private static SecretBytes derived(
      List<byte[]> agreed, byte[] publicPart, byte[] header, String context) {
    try {
      HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract();
      extract.addSalt(bytes("strongroom hybrid key " + FORMAT));
      agreed.forEach(extract::addIKM);
      byte[] info = join(List.of(bytes(context), publicPart, header));
      return SecretBytes.takeFrom(
          KDF.getInstance("HKDF-SHA256").deriveData(extract.thenExpand(info, KEY_LENGTH)));
    } catch (GeneralSecurityException e) {
      throw missing(e);
    } finally {
      agreed.forEach(secret -> java.util.Arrays.fill(secret, (byte) 0));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (byte[] part : parts) {
        out.writeInt(part.length);
        out.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static List<byte[]> split(byte[] joined) {
    List<byte[]> parts = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(joined))) {
      while (in.available() > 0) {
        int length = in.readInt();
        if (length < 0 || length > PART_BYTES_MAX || length > in.available()) {
          throw new IOException("a part is cut off");
        }
        parts.add(in.readNBytes(length));
      }
    } catch (IOException e) {
      throw new SealFault.Data("it is damaged: " + e.getMessage(), e);
    }
    return parts;
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("X25519 or ML-KEM is not to be had from this Java", e);
  }

  /** Nothing of the keys. */
  @Override
  public String toString() {
    return "HybridKey";
  }

  @Override
  public void close() {
    privatePart.close();
  }
}
