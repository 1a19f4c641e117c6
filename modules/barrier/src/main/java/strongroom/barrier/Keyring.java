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
 */
record Keyring(List<Term> terms, RotationSettings settings) {
  static final String PATH = "core/keyring";

  private static final byte FORMAT = 1;
  private static final int HEADER_LENGTH = 1 + Commitment.LENGTH;
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
    ByteBuffer plain = ByteBuffer.allocate(FIXED_LENGTH + terms.size() * TERM_LENGTH);
    plain.put(FORMAT).put((byte) (settings.enabled() ? 1 : 0));
    plain.putLong(settings.operationsMax()).putLong(settings.interval().toSeconds());
    plain.putInt(terms.size());
    for (Term term : terms) {
      plain.putInt(term.number()).putLong(term.installedAt().toEpochMilli());
      plain.putLong(term.reserved());
      SecretBytes key = term.cipher().viewKey();
      key.withHeapCopy(plain::put);
      plain.put(Commitment.of(key, term.number()));
    }
    byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
    random.nextBytes(nonce);
    byte[] header = header(rootKey);
    int offset = HEADER_LENGTH + AesGcm.NONCE_LENGTH;
    byte[] stored = Arrays.copyOf(header, offset + plain.capacity() + AesGcm.TAG_LENGTH);
    System.arraycopy(nonce, 0, stored, HEADER_LENGTH, nonce.length);
    try (AesGcm cipher = new AesGcm(rootKey.copy())) {
      cipher.encrypt(nonce, associated(header), plain.array(), stored, offset);
    } finally {
      Arrays.fill(plain.array(), (byte) 0);
    }
    return stored;
  }

  /**
   * The keyring in {@code stored}.
   *
   * @throws BarrierFault.WrongRootKey where another root key protects it
   * @throws StorageFault.Damaged where it is not what {@link #seal} made
   */
  static Keyring open(SecretBytes rootKey, byte[] stored) {
    if (stored.length < HEADER_LENGTH + AesGcm.NONCE_LENGTH + AesGcm.TAG_LENGTH
        || stored[0] != FORMAT) {
      throw damaged("it is cut off or of a format this version does not know", null);
    }
    if (!isProtectedBy(rootKey, stored)) {
      throw new BarrierFault.WrongRootKey();
    }
    byte[] plain;
    try (AesGcm cipher = new AesGcm(rootKey.copy())) {
      plain = cipher.decrypt(associated(header(rootKey)), stored, HEADER_LENGTH);
    } catch (GeneralSecurityException e) {
      throw damaged("it does not authenticate", e);
    }
    try {
      return read(ByteBuffer.wrap(plain));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged("its content is malformed", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** Whether {@code stored} names {@code rootKey} as its protector. */
  static boolean isProtectedBy(SecretBytes rootKey, byte[] stored) {
    byte[] header = Arrays.copyOf(stored, HEADER_LENGTH);
    return MessageDigest.isEqual(header, header(rootKey));
  }

  private static Keyring read(ByteBuffer plain) {
    if (plain.get() != FORMAT) {
      throw new IllegalArgumentException("unknown format");
    }
    RotationSettings settings =
        new RotationSettings(
            plain.get() == 1, plain.getLong(), Duration.ofSeconds(plain.getLong()));
    int count = plain.getInt();
    if (count < 1 || plain.remaining() != (long) count * TERM_LENGTH) {
      throw new IllegalArgumentException("wrong number of terms");
    }
    List<Term> terms = new ArrayList<>(count);
    for (int number = 1; number <= count; number++) {
      terms.add(readTerm(plain, number));
    }
    return new Keyring(terms, settings);
  }

  private static Term readTerm(ByteBuffer plain, int expected) {
    int number = plain.getInt();
    Instant installedAt = Instant.ofEpochMilli(plain.getLong());
    long used = plain.getLong();
    byte[] bytes = new byte[AesGcm.KEY_LENGTH];
    plain.get(bytes);
    SecretBytes key = SecretBytes.takeFrom(bytes);
    byte[] commitment = new byte[Commitment.LENGTH];
    plain.get(commitment);
    if (number != expected || !MessageDigest.isEqual(commitment, Commitment.of(key, number))) {
      key.close();
      throw new IllegalArgumentException("term " + expected + " is not the key it was made for");
    }
    return new Term(number, new AesGcm(key), installedAt, used);
  }

  private static byte[] header(SecretBytes rootKey) {
    byte[] header = Arrays.copyOf(new byte[] {FORMAT}, HEADER_LENGTH);
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
