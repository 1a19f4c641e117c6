package strongroom.engine.transit;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Function;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import strongroom.logical.Refusal;

/** Keys from a key and a context, by HKDF (RFC 5869) with SHA-256 and no salt; and HMAC-SHA-256. */
final class Derivation {
  private Derivation() {}

  /**
   * Calls {@code use} with {@code length} bytes for {@code context}: derived where the key is
   * derived, else the secret itself. They are zeroed afterwards.
   */
  static <T> T with(
      LoadedKey key,
      LoadedKey.Version version,
      byte[] context,
      int length,
      Function<byte[], T> use) {
    if (!key.record().traits().derived()) {
      if (context.length > 0 && !key.type().derives()) {
        throw Refusal.invalid("a context is of use with derived keys only");
      }
      return version.secret().use(use);
    }
    if (context.length == 0) {
      throw Refusal.invalid(
          "missing 'context' for key derivation; the key was created using a"
              + " derived key, which means additional, per-request information must be included in"
              + " order to perform operations with the key");
    }
    byte[] derived = version.secret().use(secret -> expand(secret, context, length));
    try {
      return use.apply(derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  private static byte[] expand(byte[] secret, byte[] context, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(new RawKey(secret, "Generic"))
                  .thenExpand(context, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF is not to be had from this Java", e);
    }
  }

  /** The HMAC of {@code data} by Java's {@code algorithm}: {@code HmacSHA256}. */
  static byte[] hmac(String algorithm, byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new RawKey(key, algorithm));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " is not to be had from this Java", e);
    }
  }
}
