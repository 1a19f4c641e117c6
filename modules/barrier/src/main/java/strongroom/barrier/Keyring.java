package strongroom.barrier;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import strongroom.secret.SecretBytes;
import strongroom.storage.StorageFault;

/**
 * All data keys there ever were, the last of which encrypts, and when it is replaced. An immutable
 * list; the terms count for themselves.
 *
 * <p>Stored as: format version (1 byte), commitment to the root key (32), nonce (12), ciphertext
 * and tag. The first two and the path are associated data. The plaintext is format version (1),
 * rotation settings (1 + 8 + 8), number of terms (4), and for each term its number (4), install
 * time in milliseconds (8), encryptions (8), key (32) and commitment (32). Numbers are big-endian.
 *
 * <p>Where the root key has a wrap key, the format is 2: each term has its second key behind, or as
 * many zeros (32), and the plaintext is encrypted by the wrap key (nonce, ciphertext, tag) before
 * it is by the root key.
 */
record Keyring(List<Term> terms, RotationSettings settings) {
  static final String PATH = "core/keyring";

  private static final byte ONCE = 1;
  private static final byte TWICE = 2;
  private static final int HEADER_LENGTH = 1 + Commitment.LENGTH;
  private static final int SEAL_LENGTH = AesGcm.NONCE_LENGTH + AesGcm.TAG_LENGTH;
  private static final int TERM_LENGTH = 4 + 8 + 8 + AesGcm.KEY_LENGTH + Commitment.LENGTH;
  private static final int FIXED_LENGTH = 1 + 1 + 8 + 8 + 4;

  Keyring {
    terms = List.copyOf(terms);
  }

  Term current() {
    return terms.getLast();
  }

  boolean has(int term) {
    return term >= 1 && term <= terms.size();
  }

  Term term(int number) {
    return terms.get(number - 1);
  }

  Keyring with(Term next) {
    List<Term> more = new ArrayList<>(terms);
    more.add(next);
    return new Keyring(more, settings);
  }

  Keyring with(RotationSettings other) {
    return new Keyring(terms, other);
  }

  /** The bytes to store, encrypted by {@code rootKey}. */
  byte[] seal(SecretBytes rootKey, SecureRandom random) {
    byte[] header = header(rootKey);
    byte[] associated = associated(header);
    byte[] plain = plain(header[0]);
    byte[] content = plain;
    try {
      if (header[0] == TWICE) {
        content = new byte[SEAL_LENGTH + plain.length];
        encrypt(RootKey.wrap(rootKey), associated, plain, content, random);
      }
      byte[] sealed = new byte[SEAL_LENGTH + content.length];
      encrypt(RootKey.root(rootKey), associated, content, sealed, random);
      byte[] stored = Arrays.copyOf(header, HEADER_LENGTH + sealed.length);
      System.arraycopy(sealed, 0, stored, HEADER_LENGTH, sealed.length);
      return stored;
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static void encrypt(
      SecretBytes key, byte[] associated, byte[] plain, byte[] out, SecureRandom random) {
    try (AesGcm cipher = new AesGcm(key)) {
      cipher.encrypt(associated, plain, out, 0, random);
    }
  }

  private byte[] plain(byte format) {
    ByteBuffer plain = ByteBuffer.allocate(FIXED_LENGTH + terms.size() * termLength(format));
    plain.put(format).put((byte) (settings.enabled() ? 1 : 0));
    plain.putLong(settings.operationsMax()).putLong(settings.interval().toSeconds());
    plain.putInt(terms.size());
    for (Term term : terms) {
      plain.putInt(term.number()).putLong(term.installedAt().toEpochMilli());
      plain.putLong(term.reserved());
      SecretBytes key = term.cipher().viewKey();
      key.withHeapCopy(plain::put);
      plain.put(Commitment.of(key, term.number()));
      if (format == TWICE) {
        term.viewSecondKey()
            .ifPresentOrElse(
                second -> second.withHeapCopy(plain::put),
                () -> plain.put(new byte[AesGcm.KEY_LENGTH]));
      }
    }
    return plain.array();
  }

  private static int termLength(byte format) {
    return format == TWICE ? TERM_LENGTH + AesGcm.KEY_LENGTH : TERM_LENGTH;
  }

  /**
   * The keyring in {@code stored}.
   *
   * @throws BarrierFault.WrongRootKey where another root key protects it
   * @throws StorageFault.Damaged where it is not what {@link #seal} made
   */
  static Keyring open(SecretBytes rootKey, byte[] stored) {
    if (stored.length < HEADER_LENGTH + SEAL_LENGTH || (stored[0] != ONCE && stored[0] != TWICE)) {
      throw damaged("it is cut off or of a format this version does not know", null);
    }
    if (!isProtectedBy(rootKey, stored)) {
      throw new BarrierFault.WrongRootKey();
    }
    byte[] associated = associated(header(rootKey));
    byte[] plain;
    try {
      plain = decrypt(RootKey.root(rootKey), associated, stored, HEADER_LENGTH);
      if (stored[0] == TWICE) {
        plain = decrypt(RootKey.wrap(rootKey), associated, plain, 0);
      }
    } catch (GeneralSecurityException e) {
      throw damaged("it does not authenticate", e);
    }
    try {
      return read(ByteBuffer.wrap(plain), stored[0]);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged("its content is malformed", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static byte[] decrypt(SecretBytes key, byte[] associated, byte[] in, int offset)
      throws GeneralSecurityException {
    try (AesGcm cipher = new AesGcm(key)) {
      return cipher.decrypt(associated, in, offset);
    }
  }

  /** Whether {@code stored} names {@code rootKey} as its protector. */
  static boolean isProtectedBy(SecretBytes rootKey, byte[] stored) {
    byte[] header = Arrays.copyOf(stored, HEADER_LENGTH);
    return MessageDigest.isEqual(header, header(rootKey));
  }

  private static Keyring read(ByteBuffer plain, byte format) {
    if (plain.get() != format) {
      throw new IllegalArgumentException("unknown format");
    }
    RotationSettings settings =
        new RotationSettings(
            plain.get() == 1, plain.getLong(), Duration.ofSeconds(plain.getLong()));
    int count = plain.getInt();
    if (count < 1 || plain.remaining() != (long) count * termLength(format)) {
      throw new IllegalArgumentException("wrong number of terms");
    }
    List<Term> terms = new ArrayList<>(count);
    for (int number = 1; number <= count; number++) {
      terms.add(readTerm(plain, number, format));
    }
    return new Keyring(terms, settings);
  }

  private static Term readTerm(ByteBuffer plain, int expected, byte format) {
    int number = plain.getInt();
    Instant installedAt = Instant.ofEpochMilli(plain.getLong());
    long used = plain.getLong();
    SecretBytes key = readKey(plain);
    byte[] commitment = new byte[Commitment.LENGTH];
    plain.get(commitment);
    if (number != expected || !MessageDigest.isEqual(commitment, Commitment.of(key, number))) {
      key.close();
      throw new IllegalArgumentException("term " + expected + " is not the key it was made for");
    }
    Optional<SecretBytes> second = format == TWICE ? readSecondKey(plain) : Optional.empty();
    return new Term(number, new AesGcm(key), second, installedAt, used);
  }

  private static Optional<SecretBytes> readSecondKey(ByteBuffer plain) {
    SecretBytes key = readKey(plain);
    try (SecretBytes none = SecretBytes.allocate(AesGcm.KEY_LENGTH)) {
      if (!key.contentEquals(none)) {
        return Optional.of(key);
      }
    }
    key.close();
    return Optional.empty();
  }

  private static SecretBytes readKey(ByteBuffer plain) {
    byte[] bytes = new byte[AesGcm.KEY_LENGTH];
    plain.get(bytes);
    return SecretBytes.takeFrom(bytes);
  }

  private static byte[] header(SecretBytes rootKey) {
    byte format = RootKey.hasWrapKey(rootKey) ? TWICE : ONCE;
    byte[] header = Arrays.copyOf(new byte[] {format}, HEADER_LENGTH);
    byte[] commitment = Commitment.of(rootKey, Commitment.ROOT_KEY);
    System.arraycopy(commitment, 0, header, 1, commitment.length);
    return header;
  }

  private static byte[] associated(byte[] header) {
    return Envelope.associated(header, header.length, PATH);
  }

  private static StorageFault.Damaged damaged(
      String what, @org.jspecify.annotations.Nullable Throwable cause) {
    return new StorageFault.Damaged(
        "the keyring at " + PATH + " is damaged: " + what + "; restore a snapshot", cause);
  }
}
