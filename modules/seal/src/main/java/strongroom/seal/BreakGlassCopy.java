package strongroom.seal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import strongroom.secret.SecretBytes;

/**
 * A copy of the root key that no HSM is needed to open: the break-glass key, which only a quorum of
 * its holders can put together from their shares, opens a private key, and that opens the copy. A
 * server that is unsealed keeps no more than the public key of it, so that it can make the copy
 * anew for a new root key and cannot open it.
 *
 * <p>Stored as one byte of format version, the fields, and a SHA-256 of all before it.
 *
 * @param split how the break-glass key is shared out
 * @param madeAt when the shares were handed out
 * @param publicPart what copies are encrypted to
 * @param lockedPrivatePart what opens them, encrypted by the break-glass key
 * @param rootNumber which root key is in the copy
 * @param copiedAt when that copy was made
 * @param rootCopy the copy
 */
public record BreakGlassCopy(
    Split split,
    Instant madeAt,
    byte[] publicPart,
    byte[] lockedPrivatePart,
    int rootNumber,
    Instant copiedAt,
    byte[] rootCopy) {
  private static final byte FORMAT = 1;
  private static final int DIGEST_LENGTH = 32;
  private static final int PART_BYTES_MAX = 16_384;
  private static final String WRONG = "the shares are not those of this break-glass copy";

  /**
   * A copy that has been opened again and compared.
   *
   * @param key the break-glass key, of 32 bytes, to be shared out as {@code split} says
   * @param rootNumber the root key's number in the seal record
   */
  public static BreakGlassCopy make(
      SecretBytes key, Split split, SecretBytes rootKey, int rootNumber, Source source) {
    try (HybridKey pair = HybridKey.generate(source.random())) {
      byte[] locked =
          AesGcm.encrypt(key, associated(pair.publicPart()), pair.privatePart(), source.random());
      BreakGlassCopy copy =
          new BreakGlassCopy(
                  split, source.now(), pair.publicPart(), locked, 0, source.now(), new byte[0])
              .withRootKey(rootKey, rootNumber, source);
      try (SecretBytes back = copy.open(key)) {
        if (!back.contentEquals(rootKey)) {
          throw new SealFault.Data("the root key came back changed from its copy", null);
        }
      }
      return copy;
    }
  }

  /**
   * Time and randomness.
   *
   * @param now the time
   * @param random randomness
   */
  public record Source(Instant now, SecureRandom random) {}

  /** With another root key in it, for the same holders. */
  public BreakGlassCopy withRootKey(SecretBytes rootKey, int number, Source source) {
    return new BreakGlassCopy(
        split,
        madeAt,
        publicPart,
        lockedPrivatePart,
        number,
        source.now(),
        HybridKey.encrypt(publicPart, context(number), rootKey, source.random()));
  }

  /**
   * The root key, by the key that the shares combine to; the caller closes it.
   *
   * @throws SealFault.Data where it is another key, or something is damaged
   */
  public SecretBytes open(SecretBytes key) {
    if (key.length() != ShamirSeal.KEY_LENGTH) {
      throw new SealFault.Data(WRONG, null);
    }
    SecretBytes privatePart = AesGcm.decrypt(key, associated(publicPart), lockedPrivatePart, WRONG);
    try (HybridKey pair = new HybridKey(publicPart, privatePart)) {
      return pair.decrypt(context(rootNumber), rootCopy);
    }
  }

  private static String context(int number) {
    return "strongroom break-glass root key " + number;
  }

  private static byte[] associated(byte[] publicPart) {
    byte[] name = ("strongroom break-glass key " + FORMAT).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(name, name.length + publicPart.length);
    System.arraycopy(publicPart, 0, all, name.length, publicPart.length);
    return all;
  }

  /** SHA-256 of what does not change while the holders stay the same. */
  public byte[] identity() {
    return SealRecord.digest(written(this::writeHolders));
  }

  /** The copy as it is stored. */
  public byte[] toBytes() {
    byte[] body =
        written(
            out -> {
              out.writeByte(FORMAT);
              writeHolders(out);
              out.writeInt(rootNumber);
              out.writeLong(copiedAt.toEpochMilli());
              writeBytes(out, rootCopy);
            });
    byte[] stored = Arrays.copyOf(body, body.length + DIGEST_LENGTH);
    System.arraycopy(SealRecord.digest(body), 0, stored, body.length, DIGEST_LENGTH);
    return stored;
  }

  /**
   * The copy in {@code stored}.
   *
   * @throws SealFault.Data where it is not what {@link #toBytes} made
   */
  public static BreakGlassCopy fromBytes(byte[] stored) {
    if (stored.length <= DIGEST_LENGTH) {
      throw new SealFault.Data("the break-glass copy is cut off", null);
    }
    byte[] body = Arrays.copyOf(stored, stored.length - DIGEST_LENGTH);
    byte[] digest = Arrays.copyOfRange(stored, body.length, stored.length);
    if (!MessageDigest.isEqual(SealRecord.digest(body), digest)) {
      throw new SealFault.Data("the break-glass copy's checksum does not match its content", null);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      byte format = in.readByte();
      if (format != FORMAT) {
        throw new IOException("it has format " + format + "; this version knows " + FORMAT);
      }
      return new BreakGlassCopy(
          SealRecord.readSplit(in).orElseThrow(() -> new IOException("it names no shares")),
          Instant.ofEpochMilli(in.readLong()),
          readBytes(in),
          readBytes(in),
          in.readInt(),
          Instant.ofEpochMilli(in.readLong()),
          readBytes(in));
    } catch (IOException | IllegalArgumentException e) {
      throw new SealFault.Data("the break-glass copy is malformed: " + e.getMessage(), e);
    }
  }

  private void writeHolders(DataOutputStream out) throws IOException {
    SealRecord.writeSplit(out, Optional.of(split));
    out.writeLong(madeAt.toEpochMilli());
    writeBytes(out, publicPart);
    writeBytes(out, lockedPrivatePart);
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > PART_BYTES_MAX || length > in.available()) {
      throw new IOException("a part is cut off");
    }
    return in.readNBytes(length);
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

  /** Names the holders' number and the time. */
  @Override
  public String toString() {
    return "BreakGlassCopy[" + split.threshold() + " of " + split.shares() + " " + copiedAt + "]";
  }
}
