package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultBackupTest {
  private static final String KEY = Transit.base64(new byte[32]);
  private final Transit transit = new Transit();

  @AfterEach
  void close() {
    transit.close();
  }

  /** A backup as Vault writes one, of keys with these members. */
  private static String backup(int type, String policy, String... versions) {
    StringBuilder keys = new StringBuilder();
    StringBuilder archive = new StringBuilder("{'key':null,'time':'0001-01-01T00:00:00Z'}");
    for (int i = 0; i < versions.length; i++) {
      String entry =
          "{'hmac_key':'%s','time':'2017-12-08T11:50:08.613837-05:00','creation_time':1512751808,%s}"
              .formatted(KEY, versions[i]);
      archive.append(',').append(entry);
      if (i == versions.length - 1) {
        keys.append('\'').append(i + 1).append("':").append(entry);
      }
    }
    String json =
        """
        {'policy':{'name':'moved','keys':{%s},'derived':false,'kdf':1,'exportable':true,\
        'convergent_encryption':false,'min_decryption_version':%d,'min_encryption_version':0,\
        'latest_version':%d,'archive_version':%d,'min_available_version':0,'type':%d%s},\
        'archived_keys':{'keys':[%s]}}
        """
            .formatted(
                keys, versions.length, versions.length, versions.length, type, policy, archive);
    return Transit.base64(json.strip().replace('\'', '"'));
  }

  private Transit.Answer restore(String backup) {
    return transit.write("restore", "{'backup':'%s'}", backup);
  }

  @Test
  void decryptsWithAllVersionsOfARestoredKey() {
    byte[] older = new byte[32];
    older[0] = 1;
    String backup = backup(0, "", "'key':'" + Transit.base64(older) + "'", "'key':'" + KEY + "'");
    restore(backup).expect(204);
    Transit.Answer key = transit.read("keys/moved").expect(200);
    assertThat(key.number("latest_version")).isEqualTo(2);
    assertThat(key.number("keys/2")).isEqualTo(1512751808);
    transit.write("keys/moved/config", "{'min_decryption_version':1}").expect(200);
    byte[] text = "text".getBytes(StandardCharsets.UTF_8);
    String sealed =
        Transit.base64(Aead.seal(KeyType.AES256, older, new byte[12], new byte[0], text));
    assertThat(
            transit
                .write("decrypt/moved", "{'ciphertext':'vault:v1:%s'}", sealed)
                .expect(200)
                .decoded("plaintext"))
        .isEqualTo("text");
    assertThat(transit.read("export/hmac-key/moved/1").string("keys/1")).isEqualTo(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "1, secp256r1, ecdsa-p256",
    "6, secp384r1, ecdsa-p384",
    "7, secp521r1, ecdsa-p521",
  })
  void takesEcKeysByTheirNumbers(int type, String curve, String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair pair = generator.generateKeyPair();
    ECPublicKey publicKey = (ECPublicKey) pair.getPublic();
    String numbers =
        "'ec_x':%d,'ec_y':%d,'ec_d':%d,'key':null,'rsa_key':null"
            .formatted(
                publicKey.getW().getAffineX(),
                publicKey.getW().getAffineY(),
                ((ECPrivateKey) pair.getPrivate()).getS());
    restore(backup(type, "", numbers)).expect(204);
    assertThat(transit.read("keys/moved").string("type")).isEqualTo(name);
    assertThat(transit.read("export/public-key/moved", "{'format':'der'}").string("keys/1"))
        .isEqualTo(Transit.base64(publicKey.getEncoded()));
    verifies("SHA256withECDSA", pair);
  }

  private void verifies(String algorithm, KeyPair pair) throws Exception {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(pair.getPrivate());
    signature.update((byte) 'x');
    assertThat(
            transit
                .write(
                    "verify/moved",
                    "{'input':'eA==','signature_algorithm':'pkcs1v15','signature':'vault:v1:%s'}",
                    Transit.base64(signature.sign()))
                .expect(200)
                .flag("valid"))
        .isTrue();
    transit.write("sign/moved", "{'input':'eA=='}").expect(200);
  }

  @Test
  void takesRsaKeysByTheirNumbers() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
    String numbers =
        "'rsa_key':{'N':%d,'E':%d,'D':%d,'Primes':[%d,%d],'Precomputed':{'Dp':%d,'CRTValues':[]}}"
            .formatted(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP());
    restore(backup(3, "", numbers)).expect(204);
    verifies("SHA256withRSA", pair);
    String half =
        "'rsa_key':null,'rsa_public_key':{'N':%d,'E':%d}"
            .formatted(key.getModulus(), key.getPublicExponent());
    transit.write("restore/half", "{'backup':'%s'}", backup(3, "", half)).expect(204);
    transit.write("sign/half", "{'input':'eA=='}").expect(400);
    transit.write("encrypt/half", "{'plaintext':'eA=='}").expect(200);
    String wrong = numbers.replace(key.getPrimeP().toString(), BigInteger.TEN.toString());
    restore(backup(3, "", wrong)).expect(400);
  }

  @Test
  void takesEd25519AndHmacKeys() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    byte[] both = java.util.Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length + 32);
    System.arraycopy(Pairs.raw(pair.getPublic().getEncoded()), 0, both, 32, 32);
    restore(backup(2, "", "'key':'" + Transit.base64(both) + "'")).expect(204);
    verifies("Ed25519", pair);
    for (int type : new int[] {10, 11}) {
      transit
          .write(
              "restore/hmac" + type,
              "{'backup':'%s'}",
              backup(type, ",'key_size':32", "'key':'" + KEY + "'"))
          .expect(204);
      assertThat(transit.read("keys/hmac" + type).string("type")).isEqualTo("hmac");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",'derived':true,'kdf':0",
        ",'derived':true,'convergent_encryption':true,'convergent_version':2",
        ",'derived':true,'convergent_encryption':true,'convergent_version':-1",
        ",'version_template':'other{{version}}'",
        ",'latest_version':2",
        ",'latest_version':2000000000",
        ",'type':99",
        ",'type':3",
        ",'auto_rotate_period':1",
      })
  void refusesWhatIsNotKeptHere(String policy) {
    restore(backup(0, policy, "'key':'" + KEY + "'")).expect(400);
    transit.read("keys/moved").expect(404);
  }

  @Test
  void keepsConvergentKeysOfTheSchemeThatIsKeptHere() {
    String policy =
        ",'derived':true,'convergent_encryption':true,'convergent_version':-1,"
            + "'auto_rotate_period':3600000000000";
    restore(backup(0, policy, "'key':'" + KEY + "','convergent_version':3")).expect(204);
    Transit.Answer key = transit.read("keys/moved").expect(200);
    assertThat(key.flag("convergent_encryption")).isTrue();
    assertThat(key.number("auto_rotate_period")).isEqualTo(3600);
  }
}
