package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.SignatureScheme;
import strongroom.secret.SecretBytes;

class ManagedKeysTest {
  private final Transit transit = new Transit();

  @AfterEach
  void close() {
    transit.close();
  }

  /** A key of an HSM that can be unplugged. */
  private static final class FakeKey implements ManagedKey {
    private final byte[] aes = new byte[32];
    private final KeyPair pair;
    private final boolean signs;
    private volatile boolean away;

    FakeKey(boolean signs) throws GeneralSecurityException {
      new SecureRandom().nextBytes(aes);
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      pair = generator.generateKeyPair();
      this.signs = signs;
    }

    private void check(boolean can) {
      if (away) {
        throw new ManagedKeyFault.Unavailable("the HSM is away", null);
      }
      if (!can) {
        throw new ManagedKeyFault.Unsupported("the key does not do this");
      }
    }

    @Override
    public Optional<byte[]> publicKey() {
      return signs ? Optional.of(pair.getPublic().getEncoded()) : Optional.empty();
    }

    @Override
    public List<SignatureScheme> schemes() {
      return signs
          ? List.of(
              new SignatureScheme(SignatureScheme.Kind.ECDSA, SignatureScheme.Hash.SHA256),
              new SignatureScheme(SignatureScheme.Kind.ECDSA, SignatureScheme.Hash.SHA384))
          : List.of();
    }

    @Override
    public byte[] signPrepared(SignatureScheme scheme, byte[] prepared) {
      check(signs);
      try {
        Signature signature = Signature.getInstance("NONEwithECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(prepared);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean verifyPrepared(SignatureScheme scheme, byte[] prepared, byte[] signature) {
      check(signs);
      try {
        Signature check = Signature.getInstance("NONEwithECDSA");
        check.initVerify(pair.getPublic());
        check.update(prepared);
        return check.verify(signature);
      } catch (GeneralSecurityException e) {
        return false;
      }
    }

    @Override
    public byte[] encrypt(SecretBytes plaintext, byte[] aad) {
      check(!signs);
      byte[] nonce = new byte[12];
      new SecureRandom().nextBytes(nonce);
      return plaintext.withHeapCopy(bytes -> Aead.seal(KeyType.AES256, aes, nonce, aad, bytes));
    }

    @Override
    public SecretBytes decrypt(byte[] ciphertext, byte[] aad) {
      check(!signs);
      return SecretBytes.takeFrom(Aead.open(KeyType.AES256, aes, aad, ciphertext));
    }
  }

  private FakeKey plug(String name, boolean signs) throws Exception {
    FakeKey key = new FakeKey(signs);
    transit.managedKeys.put(name, key);
    return key;
  }

  @Test
  void encryptsInTheHsm() throws Exception {
    plug("hsm-aes", false);
    Transit.Answer made =
        transit.write("keys/k", "{'type':'managed_key','managed_key_name':'hsm-aes'}").expect(200);
    assertThat(made.flag("supports_encryption")).isTrue();
    assertThat(made.flag("supports_signing")).isTrue();
    Transit.Answer encrypted =
        transit.write("encrypt/k", "{'plaintext':'eA==','associated_data':'YQ=='}").expect(200);
    String body = "{'ciphertext':'%s','associated_data':'%s'}";
    String ciphertext = encrypted.string("ciphertext");
    assertThat(
            transit.write("decrypt/k", body, ciphertext, "YQ==").expect(200).decoded("plaintext"))
        .isEqualTo("x");
    transit.write("decrypt/k", body, ciphertext, "Yg==").expect(400);
    transit.write("datakey/plaintext/k", "{}").expect(200);
    transit.write("sign/k", "{'input':'eA=='}").expect(400).expectWords("does not sign");
  }

  @Test
  void signsInTheHsm() throws Exception {
    FakeKey key = plug("hsm-ec", true);
    transit.write("keys/k", "{'type':'managed_key','managed_key_name':'hsm-ec'}").expect(200);
    String signature =
        transit.write("sign/k/sha2-384", "{'input':'eA=='}").expect(200).string("signature");
    Signature check = Signature.getInstance("SHA384withECDSA");
    check.initVerify(key.pair.getPublic());
    check.update((byte) 'x');
    assertThat(check.verify(Base64.getDecoder().decode(signature.substring(9)))).isTrue();
    assertThat(verified("k/sha2-384", signature, "asn1")).isTrue();
    assertThat(verified("k", signature, "asn1")).isFalse();
    String jws =
        transit
            .write("sign/k", "{'input':'eA==','marshaling_algorithm':'jws'}")
            .expect(200)
            .string("signature");
    assertThat(jws).hasSize("vault:v1:".length() + 86);
    assertThat(verified("k", jws, "jws")).isTrue();
    transit.write("sign/k/sha1", "{'input':'eA=='}").expect(400).expectWords("sha2-256");
    transit.write("encrypt/k", "{'plaintext':'eA=='}").expect(400);
  }

  private boolean verified(String path, String signature, String form) {
    return transit
        .write(
            "verify/" + path,
            "{'input':'eA==','signature':'%s','marshaling_algorithm':'%s'}",
            signature,
            form)
        .expect(200)
        .flag("valid");
  }

  @Test
  void anHsmThatIsAwayIsSaidOfItsKeysAlone() throws Exception {
    FakeKey key = plug("hsm-aes", false);
    transit.write("keys/k", "{'type':'managed_key','managed_key_name':'hsm-aes'}").expect(200);
    String ciphertext = transit.encrypted("k", "text");
    transit.write("keys/own", "{}").expect(200);
    key.away = true;
    transit.write("encrypt/k", "{'plaintext':'eA=='}").expect(503).expectWords("away");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", ciphertext).expect(503);
    transit.write("encrypt/k", "{'batch_input':[{'plaintext':'eA=='}]}").expect(503);
    transit.write("encrypt/own", "{'plaintext':'eA=='}").expect(200);
    key.away = false;
    transit.write("decrypt/k", "{'ciphertext':'%s'}", ciphertext).expect(200);
  }

  @Test
  void rotationNamesTheNextKeyOfTheHsm() throws Exception {
    plug("one", false);
    plug("two", false);
    transit.write("keys/k", "{'type':'managed_key','managed_key_name':'one'}").expect(200);
    String first = transit.encrypted("k", "text");
    transit.write("keys/k/rotate", "{}").expect(400).expectWords("managed_key_name");
    transit.write("keys/k/rotate", "{'managed_key_name':'none'}").expect(400);
    transit.write("keys/k/rotate", "{'managed_key_name':'two'}").expect(200);
    transit.managedKeys.remove("one");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", first).expect(400).expectWords("allowed");
    assertThat(transit.encrypted("k", "x")).startsWith("vault:v2:");
  }

  @Test
  void aManagedKeyNeitherLeavesNorIsBackedUp() throws Exception {
    plug("hsm-aes", false);
    transit
        .write("keys/none", "{'type':'managed_key','managed_key_name':'other'}")
        .expect(400)
        .expectWords("allowed_managed_keys");
    transit
        .write(
            "keys/k",
            "{'type':'managed_key','managed_key_name':'hsm-aes','exportable':true,"
                + "'allow_plaintext_backup':true}")
        .expect(200);
    transit.read("export/encryption-key/k").expect(400).expectWords("HSM");
    transit.read("export/signing-key/k").expect(400);
    transit.read("export/public-key/k").expect(400);
    transit.read("backup/k").expect(400).expectWords("HSM");
    transit.write("keys/k/csr", "{}").expect(400);
    transit.write("keys/k2/import", "{'type':'managed_key','ciphertext':'AAAA'}").expect(400);
  }
}
