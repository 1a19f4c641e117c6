package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One mount for all tests: its wrapping key takes a while to make. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportPathsTest {
  private final Transit transit = new Transit();
  private final SecureRandom random = new SecureRandom();
  private int names;

  @BeforeAll
  void keepWrappingKey() throws Exception {
    Wrapping.prepare(transit);
  }

  @AfterAll
  void close() {
    transit.close();
  }

  private String fresh() {
    return "k" + names++;
  }

  private String wrapped(byte[] key, String hash) throws Exception {
    return Wrapping.wrapped(transit, key, hash);
  }

  private Transit.Answer imports(String name, String type, byte[] key) throws Exception {
    return transit.write(
        "keys/" + name + "/import",
        "{'type':'%s','exportable':true,'ciphertext':'%s'}",
        type,
        wrapped(key, "SHA-256"));
  }

  private static KeyPair pair(String algorithm, String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.equals("RSA")) {
      generator.initialize(2048);
    } else if (algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @CsvSource({
    "aes128-gcm96, 16",
    "aes256-gcm96, 32",
    "chacha20-poly1305, 32",
    "xchacha20-poly1305, 32"
  })
  void importsSymmetricKeysOfTheRightLength(String type, int length) throws Exception {
    String name = fresh();
    byte[] key = new byte[length];
    random.nextBytes(key);
    imports(name, type, new byte[length - 8]).expect(400).expectWords("size");
    imports(name, type, key).expect(204);
    Transit.Answer read = transit.read("keys/" + name).expect(200);
    assertThat(read.flag("imported_key")).isTrue();
    assertThat(read.flag("imported_key_allow_rotation")).isFalse();
    assertThat(transit.read("export/encryption-key/" + name).expect(200).string("keys/1"))
        .isEqualTo(Transit.base64(key));
    imports(name, type, key).expect(400).expectWords("existing key");
    transit.write("keys/" + name + "/rotate", "{}").expect(400).expectWords("rotation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"})
  void unwrapsByEveryHash(String hash) throws Exception {
    String ciphertext = wrapped(new byte[32], hash);
    String body = "{'hash_function':'%s','ciphertext':'%s'}";
    transit
        .write("keys/" + fresh() + "/import", body, hash.replace("-", ""), ciphertext)
        .expect(204);
    if (hash.equals("SHA-1")) {
      transit.write("keys/" + fresh() + "/import", body, hash, ciphertext).expect(204);
      transit
          .write("keys/" + fresh() + "/import", body, "SHA256", ciphertext)
          .expect(400)
          .expectWords("hash_function");
    }
  }

  @Test
  void importsHmacKeys() throws Exception {
    String name = fresh();
    imports(name, "hmac", HexFormat.of().parseHex("0b".repeat(20))).expect(400);
    byte[] key = HexFormat.of().parseHex("aa".repeat(131));
    imports(name, "hmac", key).expect(204);
    assertThat(transit.read("keys/" + name).number("key_size")).isEqualTo(131);
    // RFC 4231, section 4.7.
    String input = Transit.base64("Test Using Larger Than Block-Size Key - Hash Key First");
    String hmac =
        transit
            .write("hmac/" + name, "{'input':'%s'}", input)
            .expect(200)
            .string("hmac")
            .substring("vault:v1:".length());
    assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(hmac)))
        .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }

  @ParameterizedTest
  @CsvSource({
    "ecdsa-p256, EC, secp256r1, SHA256withECDSA",
    "ecdsa-p384, EC, secp384r1, SHA256withECDSA",
    "ecdsa-p521, EC, secp521r1, SHA256withECDSA",
    "ed25519, Ed25519, '', Ed25519",
  })
  void importsPairsWhosePublicHalfItFindsItself(
      String type, String algorithm, String curve, String signing) throws Exception {
    // Of each curve's points one half has an odd second coordinate.
    for (int i = 0; i < 2; i++) {
      KeyPair pair = pair(algorithm, curve);
      String name = fresh();
      imports(name, type, pair.getPrivate().getEncoded()).expect(204);
      String signature =
          transit.write("sign/" + name, "{'input':'eA=='}").expect(200).string("signature");
      Signature check = Signature.getInstance(signing);
      check.initVerify(pair.getPublic());
      check.update((byte) 'x');
      assertThat(check.verify(Base64.getDecoder().decode(signature.substring(9)))).isTrue();
      assertThat(transit.read("export/public-key/" + name, "{'format':'der'}").string("keys/1"))
          .isEqualTo(Transit.base64(pair.getPublic().getEncoded()));
      assertThat(transit.read("export/signing-key/" + name, "{'format':'der'}").string("keys/1"))
          .isEqualTo(Transit.base64(pair.getPrivate().getEncoded()));
    }
  }

  @Test
  void importsRsaPairsOfTheRightSize() throws Exception {
    KeyPair pair = pair("RSA", "");
    String name = fresh();
    imports(name, "rsa-3072", pair.getPrivate().getEncoded()).expect(400);
    imports(name, "rsa-2048", new byte[100]).expect(400);
    imports(name, "rsa-2048", pair.getPrivate().getEncoded()).expect(204);
    String ciphertext = transit.encrypted(name, "text");
    assertThat(
            transit
                .write("decrypt/" + name, "{'ciphertext':'%s'}", ciphertext)
                .decoded("plaintext"))
        .isEqualTo("text");
    String exported = transit.read("export/encryption-key/" + name).expect(200).string("keys/1");
    assertThat(exported).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(transit.read("export/signing-key/" + name, "{'format':'pem'}").string("keys/1"))
        .startsWith("-----BEGIN PRIVATE KEY-----");
    transit.read("export/signing-key/" + name, "{'format':'raw'}").expect(400);
  }

  @Test
  void importsPostQuantumPairsBySeed() throws Exception {
    String name = fresh();
    // PKCS#8 of ML-DSA-44 with a seed alone (RFC 9881, section 6).
    byte[] pkcs8 =
        HexFormat.of()
            .parseHex("3034020100300b060960864801650304031104228020" + "00010203".repeat(8));
    transit
        .write(
            "keys/" + name + "/import",
            "{'type':'ml-dsa','parameter_set':'65','ciphertext':'%s'}",
            wrapped(pkcs8, "SHA-256"))
        .expect(400);
    transit
        .write(
            "keys/" + name + "/import",
            "{'type':'ml-dsa','parameter_set':'44','ciphertext':'%s'}",
            wrapped(pkcs8, "SHA-256"))
        .expect(204);
    String signature =
        transit.write("sign/" + name, "{'input':'eA=='}").expect(200).string("signature");
    String publicName = fresh();
    transit
        .write(
            "keys/" + publicName + "/import",
            "{'type':'ml-dsa','parameter_set':'44','public_key':'%s'}",
            transit.read("keys/" + name).string("keys/1/public_key").replace("\n", "\\n"))
        .expect(204);
    assertThat(
            transit
                .write("verify/" + publicName, "{'input':'eA==','signature':'%s'}", signature)
                .expect(200)
                .flag("valid"))
        .isTrue();
  }

  @Test
  void aPublicHalfVerifiesAndGetsItsPrivateOneLater() throws Exception {
    KeyPair pair = pair("EC", "secp256r1");
    String name = fresh();
    String pem = Pem.publicKey(pair.getPublic().getEncoded()).replace("\n", "\\n");
    String body = "{'type':'%s','public_key':'%s'}";
    transit.write("keys/" + name + "/import", body, "ecdsa-p384", pem).expect(400);
    transit.write("keys/" + name + "/import", body, "aes256-gcm96", pem).expect(400);
    transit.write("keys/" + name + "/import", body, "ecdsa-p256", pem).expect(204);
    transit.write("sign/" + name, "{'input':'eA=='}").expect(400).expectWords("private");
    assertThat(verified(name, 1, pair.getPrivate())).isTrue();

    importVersion(name, pair("EC", "secp256r1").getPrivate(), ",'version':1").expect(400);
    importVersion(name, pair.getPrivate(), "").expect(204);
    assertThat(transit.read("keys/" + name).number("latest_version")).isEqualTo(1);
    transit.write("sign/" + name, "{'input':'eA=='}").expect(200);
    importVersion(name, pair.getPrivate(), ",'version':1").expect(400);
    KeyPair next = pair("EC", "secp256r1");
    importVersion(name, next.getPrivate(), "").expect(204);
    assertThat(transit.read("keys/" + name).number("latest_version")).isEqualTo(2);
    assertThat(verified(name, 2, next.getPrivate())).isTrue();
  }

  private Transit.Answer importVersion(String name, PrivateKey key, String more) throws Exception {
    return transit.write(
        "keys/" + name + "/import_version",
        "{'ciphertext':'%s'%s}",
        wrapped(key.getEncoded(), "SHA-256"),
        more);
  }

  private boolean verified(String name, int version, PrivateKey key) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update((byte) 'x');
    return transit
        .write(
            "verify/" + name,
            "{'input':'eA==','signature':'vault:v%d:%s'}",
            version,
            Transit.base64(signature.sign()))
        .expect(200)
        .flag("valid");
  }

  @Test
  void aPointOffTheCurveIsNoKey() throws Exception {
    byte[] encoded = pair("EC", "secp256r1").getPublic().getEncoded();
    encoded[encoded.length - 1] ^= 1;
    transit
        .write(
            "keys/" + fresh() + "/import",
            "{'type':'ecdsa-p256','public_key':'%s'}",
            Pem.publicKey(encoded).replace("\n", "\\n"))
        .expect(400);
  }

  @Test
  void refusesWhatWasNotWrappedForIt() throws Exception {
    String path = "keys/" + fresh() + "/import";
    transit.write(path, "{}").expect(400).expectWords("ciphertext");
    transit.write(path, "{'ciphertext':'AAAA'}").expect(400).expectWords("short");
    transit.write(path, "{'ciphertext':'%s'}", Transit.base64(new byte[600])).expect(400);
    byte[] good = Base64.getDecoder().decode(wrapped(new byte[32], "SHA-256"));
    good[good.length - 1] ^= 1;
    transit.write(path, "{'ciphertext':'%s'}", Transit.base64(good)).expect(400);
    transit
        .write(path, "{'ciphertext':'AAAA','hash_function':'MD5'}")
        .expect(400)
        .expectWords("hash_function");
    transit
        .write(path, "{'ciphertext':'AAAA','convergent_encryption':true,'derived':true}")
        .expect(400);
    transit.write(path, "{'ciphertext':'AAAA','auto_rotate_period':'2h'}").expect(400);
    String own = fresh();
    transit.write("keys/" + own, "{}").expect(200);
    transit
        .write("keys/" + own + "/import_version", "{'ciphertext':'AAAA'}")
        .expect(400)
        .expectWords("imported key");
  }

  @Test
  void anImportedKeyRotatesWhereThatIsAllowedAndIsTheServersFromThen() throws Exception {
    String name = fresh();
    transit
        .write(
            "keys/" + name + "/import",
            "{'allow_rotation':true,'ciphertext':'%s'}",
            wrapped(new byte[32], "SHA-256"))
        .expect(204);
    Transit.Answer rotated = transit.write("keys/" + name + "/rotate", "{}").expect(200);
    assertThat(rotated.flag("imported_key")).isFalse();
    transit.write("keys/" + name + "/import_version", "{'ciphertext':'AAAA'}").expect(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes256-gcm96", "ed25519", "ecdsa-p521", "hmac"})
  void whatIsExportedWrappedCanBeImported(String type) throws Exception {
    String destination = fresh();
    transit
        .write(
            "keys/" + destination + "/import",
            "{'type':'rsa-4096','public_key':'%s'}",
            transit.read("wrapping_key").string("public_key").replace("\n", "\\n"))
        .expect(204);
    String source = fresh();
    transit.write("keys/" + source, "{'type':'%s'}", type).expect(200);
    transit.read("byok-export/" + destination + "/" + source).expect(400);
    transit.write("keys/" + source + "/config", "{'exportable':true}").expect(200);
    String exported =
        transit
            .read("byok-export/" + destination + "/" + source + "/latest")
            .expect(200)
            .string("keys/1");
    String copy = fresh();
    transit
        .write(
            "keys/" + copy + "/import",
            "{'type':'%s','exportable':true,'ciphertext':'%s'}",
            type,
            exported)
        .expect(204);
    String what =
        switch (type) {
          case "aes256-gcm96" -> "encryption-key";
          case "hmac" -> "hmac-key";
          default -> "signing-key";
        };
    assertThat(transit.read("export/" + what + "/" + copy).expect(200).string("keys/1"))
        .isEqualTo(transit.read("export/" + what + "/" + source).expect(200).string("keys/1"));
  }
}
