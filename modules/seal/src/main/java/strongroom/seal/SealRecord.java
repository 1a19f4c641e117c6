package strongroom.seal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What wrapped what: the one record, outside the barrier, by which a node that starts finds its
 * root key again. It holds wrapped keys only. Copies that were replaced are kept behind the newest,
 * so that a replacement that cannot be opened never is the only one.
 *
 * <p>Stored as one byte of format version, the fields, and a SHA-256 of all before it, which tells
 * a damaged record from a wrong key.
 *
 * @param unsealShares how the unseal key is shared out, where unsealing takes shares
 * @param recoveryShares how the recovery key is shared out, where there is one
 * @param rootKeys the wrapped root key, newest first
 * @param recoveryKeys the wrapped recovery key, newest first; empty where there is none
 */
public record SealRecord(
    Optional<Split> unsealShares,
    Optional<Split> recoveryShares,
    List<WrappedKey> rootKeys,
    List<WrappedKey> recoveryKeys) {

  /** How many copies of a wrapped key are kept, the newest among them. */
  public static final int COPIES_MAX = 4;

  private static final byte FORMAT = 1;
  private static final int DIGEST_LENGTH = 32;

  /** Keeps copies. */
  public SealRecord {
    rootKeys = List.copyOf(rootKeys);
    recoveryKeys = List.copyOf(recoveryKeys);
    if (rootKeys.isEmpty()) {
      throw new IllegalArgumentException("a seal record has at least one wrapped root key");
    }
  }

  /**
   * A key as a seal wrapped it.
   *
   * @param sealType the seal's type: {@code pkcs11}, {@code shamir}
   * @param sealName the seal's name in the configuration
   * @param madeAt when it was wrapped
   * @param wrapped what the seal made of it
   */
  public record WrappedKey(String sealType, String sealName, Instant madeAt, byte[] wrapped) {
    /** Names the seal and the time. */
    @Override
    public String toString() {
      return "WrappedKey[" + sealType + " " + sealName + " " + madeAt + "]";
    }
  }

  /** The record with {@code key} as the newest root key, older ones kept behind it. */
  public SealRecord withRootKey(WrappedKey key, Optional<Split> shares) {
    return new SealRecord(shares, recoveryShares, prepend(key, rootKeys), recoveryKeys);
  }

  /** The record with {@code key} as the newest recovery key, older ones kept behind it. */
  public SealRecord withRecoveryKey(WrappedKey key, Split shares) {
    return new SealRecord(unsealShares, Optional.of(shares), rootKeys, prepend(key, recoveryKeys));
  }

  private static List<WrappedKey> prepend(WrappedKey key, List<WrappedKey> older) {
    List<WrappedKey> all = new ArrayList<>();
    all.add(key);
    all.addAll(older.subList(0, Math.min(older.size(), COPIES_MAX - 1)));
    return all;
  }

  /** The record as it is stored. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      writeSplit(out, unsealShares);
      writeSplit(out, recoveryShares);
      writeKeys(out, rootKeys);
      writeKeys(out, recoveryKeys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] body = bytes.toByteArray();
    byte[] stored = Arrays.copyOf(body, body.length + DIGEST_LENGTH);
    System.arraycopy(digest(body), 0, stored, body.length, DIGEST_LENGTH);
    return stored;
  }

  /**
   * The record in {@code stored}.
   *
   * @throws SealFault.Data where it is not what {@link #toBytes} made
   */
  public static SealRecord fromBytes(byte[] stored) {
    if (stored.length <= DIGEST_LENGTH) {
      throw new SealFault.Data("the seal record is cut off", null);
    }
    int bodyLength = stored.length - DIGEST_LENGTH;
    byte[] body = Arrays.copyOf(stored, bodyLength);
    byte[] digest = Arrays.copyOfRange(stored, bodyLength, stored.length);
    if (!MessageDigest.isEqual(digest(body), digest)) {
      throw new SealFault.Data("the seal record's checksum does not match its content", null);
    }
    if (body[0] != FORMAT) {
      throw new SealFault.Data(
          "the seal record has format " + body[0] + "; this version knows " + FORMAT, null);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      in.skipNBytes(1);
      return new SealRecord(readSplit(in), readSplit(in), readKeys(in), readKeys(in));
    } catch (IOException | IllegalArgumentException e) {
      throw new SealFault.Data("the seal record is malformed", e);
    }
  }

  private static void writeSplit(DataOutputStream out, Optional<Split> split) throws IOException {
    out.writeByte(split.isPresent() ? 1 : 0);
    if (split.isPresent()) {
      out.writeShort(split.get().shares());
      out.writeShort(split.get().threshold());
      out.writeShort(split.get().pgpFingerprints().size());
      for (String fingerprint : split.get().pgpFingerprints()) {
        out.writeUTF(fingerprint);
      }
    }
  }

  private static Optional<Split> readSplit(DataInputStream in) throws IOException {
    if (in.readByte() == 0) {
      return Optional.empty();
    }
    int shares = in.readUnsignedShort();
    int threshold = in.readUnsignedShort();
    List<String> fingerprints = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      fingerprints.add(in.readUTF());
    }
    return Optional.of(new Split(shares, threshold, fingerprints));
  }

  private static void writeKeys(DataOutputStream out, List<WrappedKey> keys) throws IOException {
    out.writeShort(keys.size());
    for (WrappedKey key : keys) {
      out.writeUTF(key.sealType());
      out.writeUTF(key.sealName());
      out.writeLong(key.madeAt().toEpochMilli());
      out.writeInt(key.wrapped().length);
      out.write(key.wrapped());
    }
  }

  private static List<WrappedKey> readKeys(DataInputStream in) throws IOException {
    List<WrappedKey> keys = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      String type = in.readUTF();
      String name = in.readUTF();
      Instant madeAt = Instant.ofEpochMilli(in.readLong());
      int length = in.readInt();
      if (length < 0 || length > in.available()) {
        throw new IOException("a wrapped key is cut off");
      }
      keys.add(new WrappedKey(type, name, madeAt, in.readNBytes(length)));
    }
    return keys;
  }

  private static byte[] digest(byte[] body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
  }
}
