package strongroom.engine.transit;

import javax.crypto.SecretKey;

/**
 * A key of one call as Java's ciphers take it. It copies nothing for itself, unlike {@code
 * SecretKeySpec}, which cannot be zeroed; ciphers zero the copies that they ask for.
 */
final class RawKey implements SecretKey {
  private static final long serialVersionUID = 1;
  private final transient byte[] bytes;
  private final String algorithm;

  /** Looks at {@code bytes}, which whoever owns them zeroes. */
  RawKey(byte[] bytes, String algorithm) {
    this.bytes = bytes;
    this.algorithm = algorithm;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }
}
