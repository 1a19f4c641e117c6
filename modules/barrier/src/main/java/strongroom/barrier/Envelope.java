package strongroom.barrier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A stored value: format version (1 byte), term (4, big-endian), nonce (12), ciphertext, tag (16).
 * Version, term and the storage path are associated data, so that a value moved to another path or
 * term does not open.
 *
 * <p>In format 2 the plaintext is sealed itself: nonce (12), ciphertext and tag (16) under the
 * second key of the value's folder, with the same associated data.
 */
final class Envelope {
  private static final byte ONCE = 1;
  private static final byte TWICE = 2;
  private static final int HEADER_LENGTH = 5;
  private static final int SEAL_LENGTH = AesGcm.NONCE_LENGTH + AesGcm.TAG_LENGTH;
  private static final int OVERHEAD = HEADER_LENGTH + SEAL_LENGTH;

  private Envelope() {}

  static byte[] seal(Term term, String path, byte[] plaintext, SecureRandom random) {
    byte[] stored = header(ONCE, term, SEAL_LENGTH + plaintext.length);
    byte[] associated = associated(stored, HEADER_LENGTH, path);
    term.cipher().encrypt(associated, plaintext, stored, HEADER_LENGTH, random);
    return stored;
  }

  /** As {@link #seal}, by the second key of {@code path}'s folder first, which the term has. */
  static byte[] sealTwice(Term term, String path, byte[] plaintext, SecureRandom random) {
    byte[] once = new byte[SEAL_LENGTH + plaintext.length];
    byte[] stored = header(TWICE, term, SEAL_LENGTH + once.length);
    byte[] associated = associated(stored, HEADER_LENGTH, path);
    term.withSecond(
        SealWrap.folder(path),
        cipher -> {
          cipher.encrypt(associated, plaintext, once, 0, random);
          return once;
        });
    term.cipher().encrypt(associated, once, stored, HEADER_LENGTH, random);
    return stored;
  }

  private static byte[] header(byte format, Term term, int length) {
    byte[] stored = new byte[HEADER_LENGTH + length];
    ByteBuffer.wrap(stored).put(format).putInt(term.number());
    return stored;
  }

  /** Whether {@code stored} can be an envelope at all. */
  static boolean isWhole(byte[] stored) {
    return stored.length >= OVERHEAD
        && (stored[0] == ONCE || (isTwice(stored) && stored.length >= OVERHEAD + SEAL_LENGTH));
  }

  /** Whether {@code stored}, which is not empty, says that it is sealed twice. */
  static boolean isTwice(byte[] stored) {
    return stored[0] == TWICE;
  }

  /** The number of the term that encrypted {@code stored}, which {@link #isWhole}. */
  static int term(byte[] stored) {
    return ByteBuffer.wrap(stored, 1, 4).getInt();
  }

  static byte[] open(Term term, String path, byte[] stored) throws GeneralSecurityException {
    byte[] associated = associated(stored, HEADER_LENGTH, path);
    byte[] once = term.cipher().decrypt(associated, stored, HEADER_LENGTH);
    if (!isTwice(stored)) {
      return once;
    }
    if (term.viewSecondKey().isEmpty()) {
      throw new GeneralSecurityException("its term has no second key");
    }
    return term.withSecond(SealWrap.folder(path), cipher -> cipher.decrypt(associated, once, 0));
  }

  /** The first {@code length} bytes of {@code header}, then the path as UTF-8. */
  static byte[] associated(byte[] header, int length, String path) {
    byte[] pathBytes = path.getBytes(StandardCharsets.UTF_8);
    byte[] associated = Arrays.copyOf(header, length + pathBytes.length);
    System.arraycopy(pathBytes, 0, associated, length, pathBytes.length);
    return associated;
  }
}
