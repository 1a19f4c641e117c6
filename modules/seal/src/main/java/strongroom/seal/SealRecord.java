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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What wrapped what: the one record, outside the barrier, by which a node that starts finds its
 * root key again. It holds wrapped keys only. A root key has a number, which rises with each new
 * one and with each move to another kind of protection; those of the highest number are the current
 * copies, one of each seal that has wrapped it. Copies that were replaced are kept behind them, so
 * that a replacement that cannot be opened never is the only one. The same holds for the recovery
 * key, which has numbers of its own.
 *
 * <p>Stored as one byte of format version, the fields, and a SHA-256 of all before it, which tells
 * a damaged record from a wrong key. Format 1, which had no numbers, is still read.
 *
 * @param unsealShares how the unseal key is shared out, where unsealing takes shares
 * @param recoveryShares how the recovery key is shared out, where there is one
 * @param rootKeys the copies of the wrapped root key, newest first
 * @param recoveryKeys the copies of the wrapped recovery key, newest first; empty where there is
 *     none
 * @param chosenKeys the keys that seals have been rotated to, one a seal at most
 * @param rotation the key that a seal is being rotated to, until that is done
 */
public record SealRecord(
    Optional<Split> unsealShares,
    Optional<Split> recoveryShares,
    List<WrappedKey> rootKeys,
    List<WrappedKey> recoveryKeys,
    List<ChosenKey> chosenKeys,
    Optional<ChosenKey> rotation) {

  /** How many copies by one seal are kept, the newest among them. */
  public static final int COPIES_MAX = 4;

  /** How many copies are kept of seals that may be gone from the configuration. */
  private static final int COPIES_OF_ALL_MAX = 40;

  private static final byte FORMAT = 2;
  private static final byte FORMAT_WITHOUT_NUMBERS = 1;
  private static final int DIGEST_LENGTH = 32;

  /** Keeps copies. */
  public SealRecord {
    rootKeys = List.copyOf(rootKeys);
    recoveryKeys = List.copyOf(recoveryKeys);
    chosenKeys = List.copyOf(chosenKeys);
    if (rootKeys.isEmpty()) {
      throw new IllegalArgumentException("a seal record has at least one wrapped root key");
    }
  }

  /**
   * A key as a seal wrapped it.
   *
   * @param number which root key, or which recovery key, is in it
   * @param sealType the seal's type: {@code pkcs11}, {@code shamir}
   * @param sealName the seal's name in the configuration
   * @param madeAt when it was wrapped
   * @param wrapped what the seal made of it
   */
  public record WrappedKey(
      int number, String sealType, String sealName, Instant madeAt, byte[] wrapped) {
    /** Whether the seal of this type and name made it. */
    public boolean isBy(String type, String name) {
      return sealType.equals(type) && sealName.equals(name);
    }

    /** Names the seal and the time. */
    @Override
    public String toString() {
      return "WrappedKey[" + number + " " + sealType + " " + sealName + " " + madeAt + "]";
    }
  }

  /**
   * A key that a seal was rotated to.
   *
   * @param sealName the seal's name
   * @param configured what the configuration named then; where it names another key now, that holds
   * @param key the key
   * @param make whether the key is made where it is missing, of a rotation under way
   */
  public record ChosenKey(String sealName, String configured, SealKey key, boolean make) {}

  /** A record of keys that no seal has been rotated for. */
  public static SealRecord of(
      Optional<Split> unsealShares,
      Optional<Split> recoveryShares,
      List<WrappedKey> rootKeys,
      List<WrappedKey> recoveryKeys) {
    return new SealRecord(
        unsealShares, recoveryShares, rootKeys, recoveryKeys, List.of(), Optional.empty());
  }

  /** The record with a rotation begun, or with none under way. */
  public SealRecord withRotation(Optional<ChosenKey> next) {
    return new SealRecord(unsealShares, recoveryShares, rootKeys, recoveryKeys, chosenKeys, next);
  }

  /** The record with {@code chosen} in place of what its seal used before, and no rotation. */
  public SealRecord withChosenKey(ChosenKey chosen) {
    List<ChosenKey> all = new ArrayList<>(chosenKeys);
    all.removeIf(one -> one.sealName().equals(chosen.sealName()));
    all.add(chosen);
    return new SealRecord(
        unsealShares, recoveryShares, rootKeys, recoveryKeys, all, Optional.empty());
  }

  /** The number of the root key that counts. */
  public int rootNumber() {
    return rootKeys.getFirst().number();
  }

  /** The number of the recovery key that counts; 0 where there is none. */
  public int recoveryNumber() {
    return recoveryKeys.isEmpty() ? 0 : recoveryKeys.getFirst().number();
  }

  /** The copies of the root key that counts, one of each seal that has wrapped it. */
  public List<WrappedKey> currentRootKeys() {
    return current(rootKeys);
  }

  /**
   * The copies of the recovery key that counts, one of each seal that has wrapped it; none while
   * key shares unseal, when those of an earlier seal are kept only.
   */
  public List<WrappedKey> currentRecoveryKeys() {
    return recoveryShares.isEmpty() ? List.of() : current(recoveryKeys);
  }

  /** The record after a move to what has no recovery key: its copies stay, and none counts. */
  public SealRecord withoutRecoveryShares() {
    return new SealRecord(
        unsealShares, Optional.empty(), rootKeys, recoveryKeys, chosenKeys, rotation);
  }

  /** The record without the older copies of the root key that seals of {@code type} made. */
  public SealRecord withoutKeptRootKeysBy(String type) {
    List<WrappedKey> left = new ArrayList<>(rootKeys);
    left.removeIf(key -> key.number() != rootNumber() && key.sealType().equals(type));
    return new SealRecord(unsealShares, recoveryShares, left, recoveryKeys, chosenKeys, rotation);
  }

  private static List<WrappedKey> current(List<WrappedKey> keys) {
    List<WrappedKey> current = new ArrayList<>();
    for (WrappedKey key : keys) {
      boolean newest = key.number() == keys.getFirst().number();
      if (newest && current.stream().noneMatch(k -> k.isBy(key.sealType(), key.sealName()))) {
        current.add(key);
      }
    }
    return List.copyOf(current);
  }

  /**
   * The record with {@code copies} as the newest of the root key, older ones kept behind them.
   *
   * @param copies of the number that counts, where seals are added, or of the next one
   */
  public SealRecord withRootKeys(List<WrappedKey> copies, Optional<Split> shares) {
    return new SealRecord(
        shares, recoveryShares, prepend(copies, rootKeys), recoveryKeys, chosenKeys, rotation);
  }

  /** The record with {@code copies} as the newest of the recovery key, older ones behind them. */
  public SealRecord withRecoveryKeys(List<WrappedKey> copies, Optional<Split> shares) {
    return new SealRecord(
        unsealShares, shares, rootKeys, prepend(copies, recoveryKeys), chosenKeys, rotation);
  }

  private static List<WrappedKey> prepend(List<WrappedKey> copies, List<WrappedKey> older) {
    List<WrappedKey> all = new ArrayList<>(copies);
    all.addAll(older);
    Map<List<String>, Integer> kept = new HashMap<>();
    all.removeIf(
        key -> kept.merge(List.of(key.sealType(), key.sealName()), 1, Integer::sum) > COPIES_MAX);
    return all.subList(0, Math.min(all.size(), COPIES_OF_ALL_MAX));
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
      writeChosen(out, chosenKeys);
      writeChosen(out, rotation.stream().toList());
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
    if (body[0] != FORMAT && body[0] != FORMAT_WITHOUT_NUMBERS) {
      throw new SealFault.Data(
          "the seal record has format " + body[0] + "; this version knows 1 and " + FORMAT, null);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      boolean numbered = in.readByte() == FORMAT;
      SealRecord keys =
          of(readSplit(in), readSplit(in), readKeys(in, numbered), readKeys(in, numbered));
      if (!numbered) {
        return keys;
      }
      return new SealRecord(
          keys.unsealShares,
          keys.recoveryShares,
          keys.rootKeys,
          keys.recoveryKeys,
          readChosen(in),
          readChosen(in).stream().findFirst());
    } catch (IOException | IllegalArgumentException e) {
      throw new SealFault.Data("the seal record is malformed", e);
    }
  }

  static void writeSplit(DataOutputStream out, Optional<Split> split) throws IOException {
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

  static Optional<Split> readSplit(DataInputStream in) throws IOException {
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
      out.writeInt(key.number());
      out.writeUTF(key.sealType());
      out.writeUTF(key.sealName());
      out.writeLong(key.madeAt().toEpochMilli());
      out.writeInt(key.wrapped().length);
      out.write(key.wrapped());
    }
  }

  private static List<WrappedKey> readKeys(DataInputStream in, boolean numbered)
      throws IOException {
    List<WrappedKey> keys = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      // In format 1 each copy was of a new key, the newest first.
      int number = numbered ? in.readInt() : left;
      String type = in.readUTF();
      String name = in.readUTF();
      Instant madeAt = Instant.ofEpochMilli(in.readLong());
      int length = in.readInt();
      if (length < 0 || length > in.available()) {
        throw new IOException("a wrapped key is cut off");
      }
      keys.add(new WrappedKey(number, type, name, madeAt, in.readNBytes(length)));
    }
    return keys;
  }

  private static void writeChosen(DataOutputStream out, List<ChosenKey> keys) throws IOException {
    out.writeShort(keys.size());
    for (ChosenKey chosen : keys) {
      out.writeUTF(chosen.sealName());
      out.writeUTF(chosen.configured());
      out.writeUTF(chosen.key().label());
      out.writeUTF(chosen.key().id());
      out.writeBoolean(chosen.make());
    }
  }

  private static List<ChosenKey> readChosen(DataInputStream in) throws IOException {
    List<ChosenKey> keys = new ArrayList<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      String name = in.readUTF();
      String configured = in.readUTF();
      SealKey key = new SealKey(in.readUTF(), in.readUTF());
      keys.add(new ChosenKey(name, configured, key, in.readBoolean()));
    }
    return keys;
  }

  static byte[] digest(byte[] body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
  }
}
