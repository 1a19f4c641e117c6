package strongroom.seal.pkcs11;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import strongroom.hsm.Mechanism;
import strongroom.hsm.OaepHash;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;

/**
 * What wrapping gives: the header says by what it was wrapped and for what, the rest is opaque.
 *
 * <p>Big-endian; texts and byte strings with their length before them as two bytes:
 *
 * <pre>
 * magic "SRP", version 1                       4 bytes
 * seal type "pkcs11"                           text
 * purpose, HMAC or not                         1 byte each
 * OAEP hash or nothing                         text
 * mechanism, HMAC mechanism or 0               8 bytes each
 * key label, key id, HMAC key label and id     text, bytes, text, bytes
 * serial of the HSM token                      text     ── here the header ends
 * IV, ciphertext, MAC over all before          bytes each
 * </pre>
 *
 * @param header how and for what it was wrapped
 * @param iv the IV; empty where the mechanism has none
 * @param ciphertext what the HSM made
 * @param mac over header, IV and ciphertext; empty where there is no HMAC key
 */
record Blob(Header header, byte[] iv, byte[] ciphertext, byte[] mac) {
  private static final byte[] MAGIC = {'S', 'R', 'P', 1};
  private static final String TYPE = "pkcs11";
  private static final int PART_BYTES_MAX = 8192;

  /**
   * How and for what a secret was wrapped.
   *
   * @param purpose for what
   * @param mechanism by what
   * @param oaepHash the hash of RSA OAEP; empty for AES
   * @param key the key that opens it
   * @param hmacMechanism what the MAC is; empty where there is none
   * @param hmacKey the key that made the MAC
   * @param serial of the HSM token that wrapped it
   */
  record Header(
      Purpose purpose,
      Mechanism mechanism,
      Optional<OaepHash> oaepHash,
      KeyName key,
      Optional<Mechanism> hmacMechanism,
      KeyName hmacKey,
      String serial) {

    /** What operators know the key by that opens it. */
    Map<String, String> described() {
      Map<String, String> details = new LinkedHashMap<>();
      details.put("serial", serial);
      key.label().ifPresent(label -> details.put("key_label", label));
      key.id().ifPresent(id -> details.put("key_id", id));
      details.put("mechanism", mechanism.name());
      hmacKey.label().ifPresent(label -> details.put("hmac_key_label", label));
      hmacKey.id().ifPresent(id -> details.put("hmac_key_id", id));
      return Map.copyOf(details);
    }

    /** Its bytes, to which the ciphertext is bound. */
    byte[] bytes() {
      return written(
          out -> {
            out.write(MAGIC);
            out.writeUTF(TYPE);
            out.writeByte(purposeNumber(purpose));
            out.writeBoolean(hmacMechanism.isPresent());
            out.writeUTF(oaepHash.map(OaepHash::word).orElse(""));
            out.writeLong(mechanism.number());
            out.writeLong(hmacMechanism.map(Mechanism::number).orElse(0L));
            writeName(out, key);
            writeName(out, hmacKey);
            out.writeUTF(serial);
          });
    }
  }

  /** What the MAC is made over. */
  byte[] authenticated() {
    return written(
        out -> {
          out.write(header.bytes());
          writeBytes(out, iv);
          writeBytes(out, ciphertext);
        });
  }

  byte[] bytes() {
    return written(
        out -> {
          out.write(authenticated());
          writeBytes(out, mac);
        });
  }

  /**
   * Reads a blob that is to be opened for {@code wanted}.
   *
   * @throws SealFault.Data where it is none, is damaged, or was made for another purpose
   */
  static Blob parse(byte[] bytes, Purpose wanted) {
    Blob blob;
    try {
      blob = read(bytes);
    } catch (EOFException e) {
      throw new SealFault.Data("what is to be unwrapped is damaged: it ends too early", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new SealFault.Data("what is to be unwrapped is damaged: " + e.getMessage(), e);
    }
    if (blob.header.purpose() != wanted) {
      throw new SealFault.Data(
          "this was wrapped as " + blob.header.purpose() + ", and cannot stand for " + wanted,
          null);
    }
    return blob;
  }

  /** The header of a blob; empty where {@code bytes} are none. */
  static Optional<Header> headerOf(byte[] bytes) {
    try {
      return Optional.of(read(bytes).header);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Blob read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IOException("it does not begin like a blob of the seal pkcs11, version 1");
    }
    String type = in.readUTF();
    if (!type.equals(TYPE)) {
      throw new IOException("it is not of the seal pkcs11");
    }
    Purpose purpose = purpose(in.readUnsignedByte());
    boolean hmac = in.readBoolean();
    String hash = in.readUTF();
    if (!hash.isEmpty() && OaepHash.of(hash).isEmpty()) {
      throw new IOException("it names an unknown OAEP hash");
    }
    long mechanism = in.readLong();
    long hmacMechanism = in.readLong();
    KeyName key = readName(in);
    KeyName hmacKey = readName(in);
    Header header =
        new Header(
            purpose,
            new Mechanism(mechanism),
            OaepHash.of(hash),
            key,
            hmac ? Optional.of(new Mechanism(hmacMechanism)) : Optional.empty(),
            hmacKey,
            in.readUTF());
    Blob blob = new Blob(header, readBytes(in), readBytes(in), readBytes(in));
    // One way only to write it, so that every byte is bound to what the HSM checks.
    if (!Arrays.equals(blob.bytes(), bytes)) {
      throw new IOException("it is not written as it must be");
    }
    return blob;
  }

  private static int purposeNumber(Purpose purpose) {
    return switch (purpose) {
      case ROOT_KEY -> 1;
      case RECOVERY_KEY -> 2;
      case PROBE -> 3;
      case CEREMONY -> 4;
    };
  }

  private static Purpose purpose(int number) throws IOException {
    for (Purpose purpose : Purpose.values()) {
      if (purposeNumber(purpose) == number) {
        return purpose;
      }
    }
    throw new IOException("it names an unknown purpose");
  }

  private static void writeName(DataOutputStream out, KeyName name) throws IOException {
    out.writeUTF(name.label().orElse(""));
    writeBytes(out, HexFormat.of().parseHex(name.id().orElse("")));
  }

  private static KeyName readName(DataInputStream in) throws IOException {
    String label = in.readUTF();
    String id = HexFormat.of().formatHex(readBytes(in));
    return new KeyName(
        label.isEmpty() ? Optional.empty() : Optional.of(label),
        id.isEmpty() ? Optional.empty() : Optional.of(id));
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    if (bytes.length > PART_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a part of a blob has " + bytes.length + " bytes, at most " + PART_BYTES_MAX + " fit");
    }
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("it ends too early");
    }
    return bytes;
  }

  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] written(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
