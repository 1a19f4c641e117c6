package strongroom.engine.transit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import strongroom.managed.keys.SignatureScheme;

/** Hashes by the names that clients know. */
enum HashName {
  SHA1("sha1", "SHA-1", "HmacSHA1", 20, "3021300906052b0e03021a05000414"),
  SHA2_224("sha2-224", "SHA-224", "HmacSHA224", 28, "302d300d06096086480165030402040500041c"),
  SHA2_256("sha2-256", "SHA-256", "HmacSHA256", 32, "3031300d060960864801650304020105000420"),
  SHA2_384("sha2-384", "SHA-384", "HmacSHA384", 48, "3041300d060960864801650304020205000430"),
  SHA2_512("sha2-512", "SHA-512", "HmacSHA512", 64, "3051300d060960864801650304020305000440"),
  SHA3_224("sha3-224", "SHA3-224", "HmacSHA3-224", 28, "302d300d06096086480165030402070500041c"),
  SHA3_256("sha3-256", "SHA3-256", "HmacSHA3-256", 32, "3031300d060960864801650304020805000420"),
  SHA3_384("sha3-384", "SHA3-384", "HmacSHA3-384", 48, "3041300d060960864801650304020905000430"),
  SHA3_512("sha3-512", "SHA3-512", "HmacSHA3-512", 64, "3051300d060960864801650304020a05000440"),
  /** No hash, and no name of one in the signature: what is signed is signed as it is. */
  NONE("none", "", "", 0, "");

  private final String wireName;
  private final String javaName;
  private final String macName;
  private final int length;
  private final String digestInfo;

  HashName(String wireName, String javaName, String macName, int length, String digestInfo) {
    this.wireName = wireName;
    this.javaName = javaName;
    this.macName = macName;
    this.length = length;
    this.digestInfo = digestInfo;
  }

  static Optional<HashName> of(String wireName) {
    return Arrays.stream(values()).filter(hash -> hash.wireName.equals(wireName)).findFirst();
  }

  String wireName() {
    return wireName;
  }

  /** Of its HMAC, as Java names it. */
  String macName() {
    return macName;
  }

  /** The length of a digest, 0 for {@link #NONE}. */
  int length() {
    return length;
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(javaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(javaName + " is not to be had from this Java", e);
    }
  }

  byte[] of(byte[] input) {
    return digest().digest(input);
  }

  /**
   * {@code DigestInfo} of RFC 8017, section 9.2, of a digest; the digest itself for {@link #NONE}.
   */
  byte[] digestInfo(byte[] digest) {
    byte[] head = HexFormat.of().parseHex(digestInfo);
    byte[] whole = Arrays.copyOf(head, head.length + digest.length);
    System.arraycopy(digest, 0, whole, head.length, digest.length);
    return whole;
  }

  /** As managed keys know it, where they do. */
  Optional<SignatureScheme.Hash> managed() {
    return switch (this) {
      case SHA2_256 -> Optional.of(SignatureScheme.Hash.SHA256);
      case SHA2_384 -> Optional.of(SignatureScheme.Hash.SHA384);
      case SHA2_512 -> Optional.of(SignatureScheme.Hash.SHA512);
      case SHA1, SHA2_224, SHA3_224, SHA3_256, SHA3_384, SHA3_512, NONE -> Optional.empty();
    };
  }
}
