package strongroom.hsm.doctor;

import java.util.Arrays;
import java.util.List;
import strongroom.hsm.CipherMode;
import strongroom.hsm.Encrypted;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.Mechanism;
import strongroom.hsm.NewKey;
import strongroom.hsm.OaepHash;
import strongroom.secret.SecretBytes;

/** Encryption, wrapping and MACs by every mechanism that the seal and managed keys know. */
final class CipherChecks {
  private static final String AREA = "mechanisms";
  private static final List<Integer> LENGTHS = List.of(16, 32, 33, 64);
  private final Workbench bench;

  CipherChecks(Workbench bench) {
    this.bench = bench;
  }

  void run() {
    bench.check(AREA, "AES-GCM with associated data", this::gcm);
    bench.check(AREA, "AES-GCM refuses what was changed", this::gcmRefuses);
    bench.check(AREA, "AES-CBC with padding", this::cbc);
    for (Mechanism mechanism :
        List.of(Mechanism.SHA256_HMAC, Mechanism.SHA384_HMAC, Mechanism.SHA512_HMAC)) {
      bench.check(AREA, mechanism.name(), () -> hmac(mechanism));
    }
    for (Mechanism mechanism : List.of(Mechanism.AES_KEY_WRAP_KWP, Mechanism.AES_KEY_WRAP_PAD)) {
      bench.check(AREA, mechanism.name() + " " + mechanism.hex(), () -> keyWrap(mechanism));
    }
    for (OaepHash hash : List.of(OaepHash.SHA1, OaepHash.SHA256)) {
      bench.check(AREA, "RSA OAEP with " + hash.word(), () -> oaep(hash));
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    bench.random().nextBytes(bytes);
    return bytes;
  }

  private String gcm() throws Workbench.Wrong {
    HsmKey key = bench.shared(NewKey.Kind.AES);
    byte[] given = bytes(12);
    byte[] aad = bytes(20);
    boolean own = false;
    for (int length : LENGTHS) {
      try (SecretBytes plain = SecretBytes.random(length, bench.random())) {
        Encrypted made = bench.token().encrypt(key, new CipherMode.Gcm(given, aad), plain);
        own |= !Arrays.equals(made.iv(), given);
        opens(key, new CipherMode.Gcm(made.iv(), aad), made.ciphertext(), plain);
      }
    }
    return own ? "the HSM makes the IV itself" : "the IV that is given is used";
  }

  private void opens(HsmKey key, CipherMode mode, byte[] ciphertext, SecretBytes plain)
      throws Workbench.Wrong {
    try (SecretBytes back = bench.token().decrypt(key, mode, ciphertext)) {
      Workbench.must(back.contentEquals(plain), plain.length() + " bytes came back changed");
    }
  }

  private String gcmRefuses() throws Workbench.Wrong {
    HsmKey key = bench.shared(NewKey.Kind.AES);
    try (SecretBytes plain = SecretBytes.random(32, bench.random())) {
      Encrypted made = bench.token().encrypt(key, new CipherMode.Gcm(bytes(12), bytes(4)), plain);
      byte[] changed = made.ciphertext().clone();
      changed[3] ^= 1;
      refuses(key, new CipherMode.Gcm(made.iv(), bytes(4)), made.ciphertext(), "associated data");
      refuses(key, new CipherMode.Gcm(made.iv(), bytes(4)), changed, "ciphertext");
    }
    return "";
  }

  private void refuses(HsmKey key, CipherMode mode, byte[] ciphertext, String what)
      throws Workbench.Wrong {
    try (SecretBytes _ = bench.token().decrypt(key, mode, ciphertext)) {
      throw new Workbench.Wrong("it opened with " + what + " that was changed");
    } catch (HsmFault.Rejected e) {
      // As it must.
      return;
    }
  }

  private String cbc() throws Workbench.Wrong {
    HsmKey key = bench.shared(NewKey.Kind.AES);
    for (int length : LENGTHS) {
      byte[] iv = bytes(16);
      try (SecretBytes plain = SecretBytes.random(length, bench.random())) {
        Encrypted made = bench.token().encrypt(key, new CipherMode.CbcPad(iv), plain);
        opens(key, new CipherMode.CbcPad(made.iv()), made.ciphertext(), plain);
      }
    }
    return "";
  }

  private String hmac(Mechanism mechanism) throws Workbench.Wrong {
    HsmKey key = bench.hmac(mechanism);
    byte[] data = bytes(100);
    byte[] mac = bench.token().sign(key, mechanism, data);
    Workbench.must(bench.token().verify(key, mechanism, data, mac), "its own MAC does not verify");
    mac[0] ^= 1;
    Workbench.must(!bench.token().verify(key, mechanism, data, mac), "a wrong MAC verifies");
    return mac.length + " bytes";
  }

  private String keyWrap(Mechanism mechanism) throws Workbench.Wrong {
    HsmKey key = bench.shared(NewKey.Kind.AES_WRAP);
    try (SecretBytes secret = SecretBytes.random(64, bench.random())) {
      byte[] wrapped = bench.token().wrap(key, mechanism, secret);
      try (SecretBytes back = bench.token().unwrap(key, mechanism, wrapped)) {
        Workbench.must(back.contentEquals(secret), "it came back changed");
      }
    }
    return "";
  }

  private String oaep(OaepHash hash) throws Workbench.Wrong {
    HsmKey key = bench.shared(NewKey.Kind.RSA);
    HsmKey half = bench.publicHalf(key);
    try (SecretBytes plain = SecretBytes.random(32, bench.random())) {
      byte[] made = bench.token().encrypt(half, new CipherMode.Oaep(hash), plain).ciphertext();
      opens(key, new CipherMode.Oaep(hash), made, plain);
    }
    return "the HSM shows a public half of "
        + bench.token().publicKey(half).getModulus().bitLength()
        + " bits";
  }
}
