package strongroom.hsm.doctor;

import java.util.HashMap;
import java.util.Map;
import strongroom.hsm.HsmKey;
import strongroom.hsm.Mechanism;
import strongroom.hsm.NewKey;
import strongroom.seal.SealFault;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.seal.pkcs11.SealTrial;
import strongroom.secret.SecretBytes;

/** The seal's own code, in each of its ways. */
final class SealChecks {
  private final Workbench bench;

  SealChecks(Workbench bench) {
    this.bench = bench;
  }

  void run() {
    check("AES-GCM", Mechanism.AES_GCM, NewKey.Kind.AES, "");
    check("AES-CBC and HMAC", Mechanism.AES_CBC_PAD, NewKey.Kind.AES, "");
    check("AES key wrap", Mechanism.AES_KEY_WRAP_KWP, NewKey.Kind.AES_WRAP, "");
    check("AES key wrap, 2.40's number", Mechanism.AES_KEY_WRAP_PAD, NewKey.Kind.AES_WRAP, "");
    check("RSA OAEP, sha1", Mechanism.RSA_PKCS_OAEP, NewKey.Kind.RSA, "sha1");
    check("RSA OAEP, sha256", Mechanism.RSA_PKCS_OAEP, NewKey.Kind.RSA, "sha256");
  }

  private void check(String name, Mechanism mechanism, NewKey.Kind kind, String hash) {
    bench.check(
        ConformanceReport.SEAL,
        name,
        () -> {
          HsmKey key = bench.shared(kind);
          Map<String, String> stanza = new HashMap<>();
          // Where the HSM token is, is settled: the trial uses the one that is open.
          stanza.put("lib", "the one that is open");
          stanza.put("slot", "0");
          stanza.put("key_label", key.label());
          stanza.put("key_id", key.id());
          stanza.put("mechanism", mechanism.hex());
          if (!hash.isEmpty()) {
            stanza.put("rsa_oaep_hash", hash);
          }
          if (mechanism.equals(Mechanism.AES_CBC_PAD)) {
            HsmKey hmac = bench.shared(NewKey.Kind.HMAC);
            stanza.put("hmac_key_label", hmac.label());
            stanza.put("hmac_key_id", hmac.id());
          }
          return wraps(
              new SealTrial(Pkcs11SealSettings.parse(stanza), bench.token(), bench.random()));
        });
  }

  private String wraps(SealTrial trial) throws Workbench.Wrong {
    try (SecretBytes secret = SecretBytes.random(32, bench.random())) {
      byte[] blob = trial.wrap(secret);
      try (SecretBytes back = trial.unwrap(blob)) {
        Workbench.must(back.contentEquals(secret), "it came back changed");
      }
      byte[] damaged = blob.clone();
      damaged[damaged.length - 1] ^= 1;
      try (SecretBytes _ = trial.unwrap(damaged)) {
        throw new Workbench.Wrong("what was damaged opened");
      } catch (SealFault.Data e) {
        return trial.choose().mechanism().toString();
      }
    }
  }
}
