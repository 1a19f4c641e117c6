package strongroom.barrier;

import java.security.SecureRandom;
import strongroom.secret.SecretBytes;

/**
 * What a seal keeps: the root key of 32 bytes, and behind it the wrap key of 32 bytes. They travel
 * as one, so that whatever copies, moves, compares or replaces the one does so with the other. An
 * installation from before seal wrap has the first half only.
 */
public final class RootKey {
  /** The length of both halves in bytes. */
  public static final int LENGTH = 2 * AesGcm.KEY_LENGTH;

  private RootKey() {}

  /** A new one, with its wrap key; the caller closes it. */
  public static SecretBytes random(SecureRandom random) {
    return SecretBytes.random(LENGTH, random);
  }

  static boolean hasWrapKey(SecretBytes rootKey) {
    return rootKey.length() == LENGTH;
  }

  /** The root key by itself; the caller closes it. */
  static SecretBytes root(SecretBytes rootKey) {
    return half(rootKey, 0);
  }

  /** The wrap key, which {@link #hasWrapKey}; the caller closes it. */
  static SecretBytes wrap(SecretBytes rootKey) {
    return half(rootKey, AesGcm.KEY_LENGTH);
  }

  private static SecretBytes half(SecretBytes rootKey, int offset) {
    return SecretBytes.copyOf(rootKey.viewSegment().asSlice(offset, AesGcm.KEY_LENGTH));
  }
}
