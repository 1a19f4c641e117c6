package strongroom.engine.transit;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One version of a key on its way into or out of storage: short-lived, on the heap, zeroed by
 * {@link #wipe}.
 *
 * @param created when
 * @param secret of symmetric types the key; of Ed25519 seed and public key, 64 bytes; of other
 *     pairs the private key as PKCS#8 (RFC 5958), empty where only the public half is known; of
 *     managed keys the name
 * @param hmacKey what HMACs are made with
 * @param publicKey of pairs the {@code SubjectPublicKeyInfo} in DER; else empty
 * @param chain certificates in DER, the key's own first; may be empty
 */
record Material(
    Instant created, byte[] secret, byte[] hmacKey, byte[] publicKey, List<byte[]> chain) {
  private static final byte FORMAT = 1;
  static final byte[] NONE = new byte[0];

  /** A symmetric key. */
  static Material symmetric(Instant created, byte[] secret, byte[] hmacKey) {
    return new Material(created, secret, hmacKey, NONE, List.of());
  }

  Material withChain(List<byte[]> other) {
    return new Material(created, secret, hmacKey, publicKey, other);
  }

  /** Overwrites what is secret. */
  void wipe() {
    Arrays.fill(secret, (byte) 0);
    Arrays.fill(hmacKey, (byte) 0);
  }

  byte[] toBytes() {
    int length = 1 + Long.BYTES + Integer.BYTES + 4 * Integer.BYTES;
    length += secret.length + hmacKey.length + publicKey.length;
    for (byte[] certificate : chain) {
      length += Integer.BYTES + certificate.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put(FORMAT).putLong(created.getEpochSecond()).putInt(created.getNano());
    put(out, secret);
    put(out, hmacKey);
    put(out, publicKey);
    out.putInt(chain.size());
    chain.forEach(certificate -> put(out, certificate));
    return out.array();
  }

  private static void put(ByteBuffer out, byte[] part) {
    out.putInt(part.length).put(part);
  }

  /**
   * What {@link #toBytes} made; {@code bytes} is zeros when this returns.
   *
   * @throws IllegalArgumentException where it is not
   */
  static Material takeFrom(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (in.get() != FORMAT) {
        throw new IllegalArgumentException("the version of a key is of an unknown format");
      }
      Instant created = Instant.ofEpochSecond(in.getLong(), in.getInt());
      byte[] secret = take(in);
      byte[] hmacKey = take(in);
      byte[] publicKey = take(in);
      int certificates = in.getInt();
      List<byte[]> chain = new ArrayList<>();
      for (int i = 0; i < certificates; i++) {
        chain.add(take(in));
      }
      return new Material(created, secret, hmacKey, publicKey, List.copyOf(chain));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the version of a key is cut short", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] take(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  /** Names nothing that is secret. */
  @Override
  public String toString() {
    return "Material[" + created + "]";
  }
}
