package strongroom.seal.pkcs11;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import strongroom.secret.SecretBytes;

/**
 * Binds a secret to its blob's header where the mechanism takes no associated data: SHA-256 of the
 * header, the length as 4 bytes, the secret, zeros up to a multiple of 8 bytes.
 */
final class Framing {
  private static final int DIGEST_BYTES = 32;
  private static final int PREFIX_BYTES = DIGEST_BYTES + 4;

  private Framing() {}

  static int framedLength(int secretLength) {
    return (PREFIX_BYTES + secretLength + 7) & -8;
  }

  /** The framed secret; the caller closes it. */
  static SecretBytes frame(byte[] header, SecretBytes secret) {
    SecretBytes framed = SecretBytes.allocate(framedLength(secret.length()));
    MemorySegment into = framed.viewSegment();
    into.asSlice(0, DIGEST_BYTES).copyFrom(MemorySegment.ofArray(digest(header)));
    into.set(JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), DIGEST_BYTES, secret.length());
    into.asSlice(PREFIX_BYTES, secret.length()).copyFrom(secret.viewSegment());
    return framed;
  }

  /** The secret, which the caller closes; empty where it was framed with another header. */
  static Optional<SecretBytes> unframe(byte[] header, SecretBytes framed) {
    MemorySegment from = framed.viewSegment();
    if (from.byteSize() < PREFIX_BYTES) {
      return Optional.empty();
    }
    byte[] bound = from.asSlice(0, DIGEST_BYTES).toArray(JAVA_BYTE);
    int length = from.get(JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), DIGEST_BYTES);
    if (!MessageDigest.isEqual(bound, digest(header))
        || length < 0
        || length > from.byteSize() - PREFIX_BYTES) {
      return Optional.empty();
    }
    return Optional.of(SecretBytes.copyOf(from.asSlice(PREFIX_BYTES, length)));
  }

  private static byte[] digest(byte[] header) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(header);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
