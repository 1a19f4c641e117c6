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
 */
final class Envelope {
  private static final byte FORMAT = 1;
  private static final int HEADER_LENGTH = 5;
  private static final int OVERHEAD = HEADER_LENGTH + AesGcm.NONCE_LENGTH + AesGcm.TAG_LENGTH;

  private Envelope() {}

  static byte[] seal(Term term, String path, byte[] plaintext, SecureRandom random) {
    byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
    random.nextBytes(nonce);
    byte[] stored = new byte[OVERHEAD + plaintext.length];
    ByteBuffer.wrap(stored).put(FORMAT).putInt(term.number()).put(nonce);
    int offset = HEADER_LENGTH + AesGcm.NONCE_LENGTH;
    term.cipher()
        .encrypt(nonce, associated(stored, HEADER_LENGTH, path), plaintext, stored, offset);
    return stored;
  }

  /** Whether {@code stored} can be an envelope at all. */
  static boolean isWhole(byte[] stored) {
    return stored.length >= OVERHEAD && stored[0] == FORMAT;
  }

  /** The number of the term that encrypted {@code stored}, which {@link #isWhole}. */
  static int term(byte[] stored) {
    return ByteBuffer.wrap(stored, 1, 4).getInt();
  }

  static byte[] open(Term term, String path, byte[] stored) throws GeneralSecurityException {
    return term.cipher().decrypt(associated(stored, HEADER_LENGTH, path), stored, HEADER_LENGTH);
  }

  /** The first {@code length} bytes of {@code header}, then the path as UTF-8. */
  static byte[] associated(byte[] header, int length, String path) {
    byte[] pathBytes = path.getBytes(StandardCharsets.UTF_8);
    byte[] associated = Arrays.copyOf(header, length + pathBytes.length);
    System.arraycopy(pathBytes, 0, associated, length, pathBytes.length);
    return associated;
  }
}
