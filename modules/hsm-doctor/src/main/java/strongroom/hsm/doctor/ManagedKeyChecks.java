package strongroom.hsm.doctor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import strongroom.hsm.Curve;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeyPairs;
import strongroom.hsm.NewKey;
import strongroom.hsm.NewKeyPair;
import strongroom.hsm.OaepHash;
import strongroom.hsm.SignMode;

/** Key pairs that sign in the HSM. */
final class ManagedKeyChecks {
  private static final String AREA = "managed keys";
  private static final int RSA_BITS = 2048;

  /** ASN.1 of a SHA-256 {@code DigestInfo}, in front of the digest. */
  private static final byte[] SHA256_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private final Workbench bench;
  private @Nullable HsmKey rsa;

  ManagedKeyChecks(Workbench bench) {
    this.bench = bench;
  }

  void run() {
    for (Curve curve : Curve.values()) {
      SignMode mode = curve.edwards() ? new SignMode.EdDsa() : new SignMode.Ecdsa();
      bench.check(
          AREA,
          (curve.edwards() ? "" : "ECDSA ") + curve,
          () -> signs(pair(NewKeyPair.on(curve, bench.label("c-" + curve), id())), mode, digest()));
    }
    bench.check(AREA, "RSA PSS", () -> signs(rsa(), new SignMode.Pss(OaepHash.SHA256), digest()));
    bench.check(AREA, "RSA PKCS#1 v1.5", () -> signs(rsa(), new SignMode.Pkcs1(), info()));
  }

  private String id() {
    return NewKey.randomId(bench.random());
  }

  private HsmKey pair(NewKeyPair wanted) {
    return KeyPairs.of(bench.token()).generate(wanted);
  }

  /** One pair for both: HSMs take seconds to make it. */
  private HsmKey rsa() {
    HsmKey known = rsa;
    if (known == null) {
      known = pair(NewKeyPair.rsa(RSA_BITS, NewKeyPair.Use.SIGN, bench.label("rsa"), id()));
      rsa = known;
    }
    return known;
  }

  private String signs(HsmKey key, SignMode mode, byte[] input) throws Workbench.Wrong {
    KeyPairs pairs = KeyPairs.of(bench.token());
    HsmKey half = bench.publicHalf(key);
    byte[] signature = pairs.sign(key, mode, input);
    Workbench.must(pairs.verify(half, mode, input, signature), "its own signature does not verify");
    signature[signature.length / 2] ^= 1;
    Workbench.must(!pairs.verify(half, mode, input, signature), "a wrong signature verifies");
    return signature.length + " bytes";
  }

  private static byte[] info() {
    byte[] digest = digest();
    byte[] info = new byte[SHA256_INFO.length + digest.length];
    System.arraycopy(SHA256_INFO, 0, info, 0, SHA256_INFO.length);
    System.arraycopy(digest, 0, info, SHA256_INFO.length, digest.length);
    return info;
  }

  private static byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(new byte[] {1, 2, 3});
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
  }
}
