package strongroom.hsm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import strongroom.secret.SecretBytes;

/**
 * A PKCS#11 implementation from the registries, other than SoftHSM in this process, with a token
 * made for the tests. It says what it can do; the tests hold it to that both ways, and {@code
 * docs/hsm/implementations.md} repeats it.
 */
public sealed interface Implementation extends AutoCloseable
    permits NetworkHsm, NssSoftoken, OpenCryptoki, SoftTpm {

  /** Something an implementation may be able to do. */
  enum Means {
    /** Encrypts by CKM_AES_GCM. */
    GCM,
    /** Encrypts by CKM_AES_CBC_PAD. */
    CBC,
    /** Signs by CKM_SHA256_HMAC. */
    HMAC,
    /** Wraps by AES key wrap with padding. */
    KEY_WRAP,
    /** Decrypts by CKM_RSA_PKCS_OAEP with SHA-1. */
    OAEP_SHA1,
    /** Decrypts by CKM_RSA_PKCS_OAEP with SHA-256. */
    OAEP_SHA256,
    /** Makes AES keys. */
    MAKE_AES,
    /** Makes generic secrets. */
    MAKE_HMAC,
    /** Makes RSA pairs. */
    MAKE_RSA
  }

  /** The shared object. */
  String library();

  /** The label of the token made for the tests. */
  String tokenLabel();

  /** The user's PIN. */
  String pin();

  /** What it cannot do, with what the fault says when it is tried. */
  Map<Means, String> cannot();

  /** Labels of keys that were made beside PKCS#11, where it makes none itself. */
  Map<NewKey.Kind, String> prepared();

  /** A part of the profile's name. */
  String profile();

  /** Ends what runs. */
  @Override
  void close();

  /** Whether it can do {@code means}. */
  default boolean can(Means means) {
    return !cannot().containsKey(means);
  }

  /** Gives the PIN. */
  default PinSource pinSource() {
    return () -> SecretBytes.takeFrom(pin().getBytes(StandardCharsets.UTF_8));
  }

  /** Where the system has {@code name}, in one of the multiarch folders. */
  static String installed(String... places) {
    for (String folder : new String[] {"x86_64-linux-gnu", "aarch64-linux-gnu"}) {
      for (String place : places) {
        Path path = Path.of("/usr/lib", folder, place);
        if (path.toFile().exists()) {
          return path.toString();
        }
      }
    }
    throw new IllegalStateException(places[0] + " is missing: run scripts/need.sh test");
  }
}
