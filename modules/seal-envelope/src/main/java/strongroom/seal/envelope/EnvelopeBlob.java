package strongroom.seal.envelope;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;

/**
 * What wrapping gives: by what and for what it was wrapped, the encrypted data key, and what the
 * data key encrypts.
 *
 * <p>Big-endian; texts and byte strings with their length before them as two bytes:
 *
 * <pre>
 * magic "SRE", version 1             4 bytes
 * seal type                          text
 * purpose                            1 byte
 * mechanism of the key service       text
 * the key service's key              text
 * encrypted data key                 bytes   ── so far associated data of what follows
 * nonce                              12 bytes
 * ciphertext with its tag            bytes   AES-256-GCM under the data key
 * </pre>
 *
 * @param type the seal's type
 * @param purpose for what it was wrapped
 * @param key the encrypted data key
 * @param nonce of AES-GCM
 * @param ciphertext with its tag
 */
record EnvelopeBlob(
    String type, Purpose purpose, EncryptedKey key, byte[] nonce, byte[] ciphertext) {
  private static final byte[] MAGIC = {'S', 'R', 'E', 1};
  private static final int PART_BYTES_MAX = 16 * 1024;

  /** Writes a blob, or the part of it that is associated data. */
  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** What the ciphertext is bound to. */
  static byte[] associated(String type, Purpose purpose, EncryptedKey key) {
    return written(
        out -> {
          out.write(MAGIC);
          out.writeUTF(type);
          out.writeByte(number(purpose));
          out.writeUTF(key.mechanism());
          out.writeUTF(key.keyId());
          writeBytes(out, key.ciphertext());
        });
  }

  byte[] associated() {
    return associated(type, purpose, key);
  }

  byte[] bytes() {
    return written(
        out -> {
          out.write(associated());
          out.write(nonce);
          writeBytes(out, ciphertext);
        });
  }

  /**
   * Reads a blob of the seal {@code type} that is to be opened for {@code wanted}.
   *
   * @throws SealFault.Data where it is none, is damaged, or was made for another purpose
   */
  static EnvelopeBlob parse(byte[] bytes, String type, Purpose wanted) {
    EnvelopeBlob blob;
    try {
      blob = read(bytes);
    } catch (EOFException e) {
      throw new SealFault.Data("what is to be unwrapped is damaged: it ends too early", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new SealFault.Data("what is to be unwrapped is damaged: " + e.getMessage(), e);
    }
    if (!blob.type.equals(type)) {
      throw new SealFault.Data(
          "this was wrapped by another seal than \""
              + type
              + "\", or is damaged: configure the seal that wrapped it",
          null);
    }
    if (blob.purpose != wanted) {
      throw new SealFault.Data(
          "this was wrapped as " + blob.purpose + ", and cannot stand for " + wanted, null);
    }
    return blob;
  }

  /** The encrypted data key of a blob of the seal {@code type}; empty where it is none. */
  static Optional<EncryptedKey> keyOf(byte[] bytes, String type) {
    try {
      EnvelopeBlob blob = read(bytes);
      return blob.type.equals(type) ? Optional.of(blob.key) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static EnvelopeBlob read(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new IOException("it does not begin like an envelope of version 1");
    }
    String type = in.readUTF();
    Purpose purpose = purpose(in.readUnsignedByte());
    String mechanism = in.readUTF();
    String keyId = in.readUTF();
    EncryptedKey key = new EncryptedKey(keyId, mechanism, readBytes(in));
    byte[] nonce = in.readNBytes(AesGcm.NONCE_LENGTH);
    EnvelopeBlob blob = new EnvelopeBlob(type, purpose, key, nonce, readBytes(in));
    // One way only to write it, so that every byte is bound to what is checked.
    if (!Arrays.equals(blob.bytes(), bytes)) {
      throw new IOException("it is not written as it must be");
    }
    return blob;
  }

  private static int number(Purpose purpose) {
    return switch (purpose) {
      case ROOT_KEY -> 1;
      case RECOVERY_KEY -> 2;
      case PROBE -> 3;
      case CEREMONY -> 4;
    };
  }

  private static Purpose purpose(int number) throws IOException {
    for (Purpose purpose : Purpose.values()) {
      if (number(purpose) == number) {
        return purpose;
      }
    }
    throw new IOException("it names an unknown purpose");
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    if (bytes.length > PART_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a part of it has " + bytes.length + " bytes, at most " + PART_BYTES_MAX + " fit");
    }
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static byte[] written(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
