package strongroom.hsm;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The hash of RSA OAEP, the same for its mask function (PKCS#11 2.40 mechanisms section 2.1.8). */
public enum OaepHash {
  /** SHA-1; all that SoftHSM does. Sound in OAEP, though not as a signature's hash. */
  SHA1(0x220, 1, 20, "SHA-1"),
  /** SHA-224. */
  SHA224(0x255, 5, 28, "SHA-224"),
  /** SHA-256. */
  SHA256(0x250, 2, 32, "SHA-256"),
  /** SHA-384. */
  SHA384(0x260, 3, 48, "SHA-384"),
  /** SHA-512. */
  SHA512(0x270, 4, 64, "SHA-512");

  private final long mechanism;
  private final long maskFunction;
  private final int bytes;
  private final String javaName;

  OaepHash(long mechanism, long maskFunction, int bytes, String javaName) {
    this.mechanism = mechanism;
    this.maskFunction = maskFunction;
    this.bytes = bytes;
    this.javaName = javaName;
  }

  /** The name in configurations: {@code sha256}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The hash with {@code word}: {@code sha256}. */
  public static Optional<OaepHash> of(String word) {
    String wanted = word.strip().toLowerCase(Locale.ROOT).replace("-", "");
    return Arrays.stream(values()).filter(h -> h.word().equals(wanted)).findFirst();
  }

  /** {@code sha1, sha224, sha256, sha384, sha512}. */
  public static String words() {
    return Arrays.stream(values()).map(OaepHash::word).collect(Collectors.joining(", "));
  }

  long mechanism() {
    return mechanism;
  }

  long maskFunction() {
    return maskFunction;
  }

  /** Length of a digest. */
  int bytes() {
    return bytes;
  }

  String javaName() {
    return javaName;
  }

  /** Most bytes that an RSA key of {@code keyBits} encrypts with it (RFC 8017 section 7.1.1). */
  public int plaintextBytesMax(int keyBits) {
    return keyBits / 8 - 2 * bytes - 2;
  }
}
