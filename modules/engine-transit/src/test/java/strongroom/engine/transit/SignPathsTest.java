package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One mount for all tests: RSA keys take a while to make. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignPathsTest {
  private static final byte[] MESSAGE = "what is signed".getBytes(StandardCharsets.UTF_8);
  private static final String INPUT = Transit.base64(MESSAGE);
  private final Transit transit = new Transit();

  @BeforeAll
  void makeRsaKey() {
    transit.write("keys/rsa", "{'type':'rsa-2048'}").expect(200);
  }

  @AfterEach
  void dropKey() {
    transit.write("keys/k/config", "{'deletion_allowed':true}");
    transit.delete("keys/k");
  }

  @AfterAll
  void close() {
    transit.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'type':'ed25519'",
        "'type':'ecdsa-p256'",
        "'type':'ecdsa-p384'",
        "'type':'ecdsa-p521'",
        "'type':'ml-dsa','parameter_set':'44'",
        "'type':'ml-dsa','parameter_set':'65'",
        "'type':'ml-dsa','parameter_set':'87'",
      })
  void verifiesWhatItSignedAndNothingElse(String type) {
    transit.write("keys/k", "{" + type + "}").expect(200);
    Transit.Answer signed = transit.write("sign/k", "{'input':'%s'}", INPUT).expect(200);
    assertThat(signed.number("key_version")).isEqualTo(1);
    String signature = signed.string("signature");
    assertThat(valid("k", INPUT, signature, "")).isTrue();
    assertThat(valid("k", "eA==", signature, "")).isFalse();
    assertThat(valid("k", INPUT, "vault:v1:AAAA", "")).isFalse();
    assertThat(valid("k", INPUT, "vault:v1:", "")).isFalse();
    transit.write("keys/k/rotate", "{}").expect(200);
    assertThat(valid("k", INPUT, signature, "")).isTrue();
    assertThat(valid("k", INPUT, signature.replace("v1", "v2"), "")).isFalse();
  }

  private boolean valid(String key, String input, String signature, String options) {
    return transit
        .write("verify/" + key, "{'input':'%s','signature':'%s'%s}", input, signature, options)
        .expect(200)
        .flag("valid");
  }

  private PublicKey publicKey(String key, String algorithm) throws Exception {
    byte[] der =
        Pem.blocks(transit.read("keys/" + key).string("keys/1/public_key"), "PUBLIC KEY")
            .getFirst();
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
  }

  private static byte[] bytes(String signature) {
    return Base64.getDecoder().decode(signature.substring("vault:v1:".length()));
  }

  @ParameterizedTest
  @CsvSource({
    "sha1, SHA1withECDSA",
    "sha2-224, SHA224withECDSA",
    "sha2-256, SHA256withECDSA",
    "sha2-512, SHA512withECDSA",
    "sha3-384, SHA3-384withECDSA",
  })
  void javaVerifiesEcdsaOfEveryHash(String hash, String algorithm) throws Exception {
    transit.write("keys/k", "{'type':'ecdsa-p384'}").expect(200);
    String signature =
        transit.write("sign/k/" + hash, "{'input':'%s'}", INPUT).expect(200).string("signature");
    Signature java = Signature.getInstance(algorithm);
    java.initVerify(publicKey("k", "EC"));
    java.update(MESSAGE);
    assertThat(java.verify(bytes(signature))).isTrue();
    assertThat(valid("k", INPUT, signature, ",'hash_algorithm':'" + hash + "'")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"ecdsa-p256, 64, 86", "ecdsa-p384, 96, 128", "ecdsa-p521, 132, 176"})
  void ecdsaAsJwsHasIt(String type, int length, int characters) throws Exception {
    transit.write("keys/k", "{'type':'%s'}", type).expect(200);
    String options = ",'marshaling_algorithm':'jws'";
    String signature =
        transit.write("sign/k", "{'input':'%s'%s}", INPUT, options).expect(200).string("signature");
    String encoded = signature.substring("vault:v1:".length());
    assertThat(encoded).hasSize(characters).doesNotContain("=");
    assertThat(Base64.getUrlDecoder().decode(encoded)).hasSize(length);
    Signature java = Signature.getInstance("SHA256withECDSAinP1363Format");
    java.initVerify(publicKey("k", "EC"));
    java.update(MESSAGE);
    assertThat(java.verify(Base64.getUrlDecoder().decode(encoded))).isTrue();
    assertThat(valid("k", INPUT, signature, options)).isTrue();
    assertThat(valid("k", INPUT, "vault:v1:" + encoded.substring(4), options)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "sha1, SHA-1, SHA1withRSA",
    "sha2-256, SHA-256, SHA256withRSA",
    "sha2-512, SHA-512, SHA512withRSA",
    "sha3-256, SHA3-256, SHA3-256withRSA",
  })
  void javaVerifiesRsaInBothPaddings(String hash, String java, String pkcs1) throws Exception {
    byte[] digest = MessageDigest.getInstance(java).digest(MESSAGE);
    String prehashed = Transit.base64(digest);

    String options = ",'signature_algorithm':'pkcs1v15','hash_algorithm':'" + hash + "'";
    String signature = signed("rsa", INPUT, options);
    Signature check = Signature.getInstance(pkcs1);
    check.initVerify(publicKey("rsa", "RSA"));
    check.update(MESSAGE);
    assertThat(check.verify(bytes(signature))).isTrue();
    assertThat(signed("rsa", prehashed, options + ",'prehashed':true")).isEqualTo(signature);

    String pss = ",'hash_algorithm':'" + hash + "','salt_length':'hash'";
    String padded = signed("rsa", prehashed, pss + ",'prehashed':true");
    Signature checkPss = Signature.getInstance("RSASSA-PSS");
    checkPss.setParameter(
        new PSSParameterSpec(java, "MGF1", new MGF1ParameterSpec(java), digest.length, 1));
    checkPss.initVerify(publicKey("rsa", "RSA"));
    checkPss.update(MESSAGE);
    assertThat(checkPss.verify(bytes(padded))).isTrue();
    assertThat(valid("rsa", INPUT, padded, pss)).isTrue();
    assertThat(valid("rsa", INPUT, signed("rsa", INPUT, pss), pss)).isTrue();
    assertThat(valid("rsa", INPUT, padded, options)).isFalse();
  }

  private String signed(String key, String input, String options) {
    return transit
        .write("sign/" + key, "{'input':'%s'%s}", input, options)
        .expect(200)
        .string("signature");
  }

  @Test
  void theSaltIsAsLongAsItWasAskedFor() {
    String longest = signed("rsa", INPUT, "");
    assertThat(valid("rsa", INPUT, longest, "")).isTrue();
    assertThat(valid("rsa", INPUT, longest, ",'salt_length':222")).isTrue();
    assertThat(valid("rsa", INPUT, longest, ",'salt_length':'hash'")).isFalse();
    String none = signed("rsa", INPUT, ",'salt_length':0");
    assertThat(valid("rsa", INPUT, none, ",'salt_length':0")).isTrue();
    assertThat(valid("rsa", INPUT, none, "")).isTrue();
    assertThat(valid("rsa", INPUT, none, ",'salt_length':1")).isFalse();
    transit
        .write("sign/rsa", "{'input':'%s','salt_length':223}", INPUT)
        .expect(400)
        .expectWords("salt");
  }

  @Test
  void withoutAHashTheInputIsPaddedAsItIs() {
    String options = ",'hash_algorithm':'none','prehashed':true,'signature_algorithm':'pkcs1v15'";
    assertThat(valid("rsa", INPUT, signed("rsa", INPUT, options), options)).isTrue();
    transit
        .write("sign/rsa", "{'input':'%s','hash_algorithm':'none'}", INPUT)
        .expect(400)
        .expectWords("prehashed");
    transit
        .write("sign/rsa", "{'input':'%s'%s}", Transit.base64(new byte[246]), options)
        .expect(400);
    transit
        .write("sign/rsa", "{'input':'eA==','prehashed':true}")
        .expect(400)
        .expectWords("32 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'hash_algorithm':'md5'",
        "'signature_algorithm':'raw'",
        "'marshaling_algorithm':'xml'",
        "'salt_length':'long'",
        "'salt_length':-2",
        "'key_version':2",
        "'prehashed':'perhaps'",
      })
  void refusesOptionsThatAreNone(String option) {
    transit.write("sign/rsa", "{'input':'eA==',%s}", option).expect(400);
  }

  @Test
  void aDerivedPairSignsByContext() throws Exception {
    transit.write("keys/k", "{'type':'ed25519','derived':true}").expect(200);
    transit.write("sign/k", "{'input':'eA=='}").expect(400).expectWords("context");
    Transit.Answer signed =
        transit.write("sign/k", "{'input':'eA==','context':'Yw=='}").expect(200);
    String signature = signed.string("signature");
    assertThat(signed.string("public_key"))
        .isEqualTo(transit.read("keys/k", "{'context':'Yw=='}").string("keys/1/public_key"));
    assertThat(valid("k", "eA==", signature, ",'context':'Yw=='")).isTrue();
    assertThat(valid("k", "eA==", signature, ",'context':'ZA=='")).isFalse();
    Transit.Answer batch =
        transit
            .write("sign/k", "{'batch_input':[{'input':'eA==','context':'Yw=='},{}]}")
            .expect(200);
    assertThat(batch.string("batch_results/0/publickey")).isEqualTo(signed.string("public_key"));
    assertThat(batch.string("batch_results/0/signature")).isEqualTo(signature);
    assertThat(batch.string("batch_results/1/error")).isEqualTo("missing input");
  }

  @Test
  void verifiesBatchesOfOneKind() {
    transit.write("keys/k", "{'type':'ed25519'}").expect(200);
    String signature = signed("k", INPUT, "");
    Transit.Answer answer =
        transit
            .write(
                "verify/k",
                "{'batch_input':[{'input':'%s','signature':'%s','reference':'a'},"
                    + "{'input':'eA==','signature':'%s'},{'input':'eA==','signature':'?'}]}",
                INPUT,
                signature,
                signature)
            .expect(200);
    assertThat(answer.flag("batch_results/0/valid")).isTrue();
    assertThat(answer.string("batch_results/0/reference")).isEqualTo("a");
    assertThat(answer.flag("batch_results/1/valid")).isFalse();
    assertThat(answer.flag("batch_results/2/valid")).isFalse();
    assertThat(answer.string("batch_results/2/error")).contains("prefix");
    transit
        .write("verify/k", "{'batch_input':[{'signature':'a'},{'hmac':'a'}]}")
        .expect(400)
        .expectWords("all provide");
    transit.write("verify/k", "{'input':'eA=='}").expect(400).expectWords("neither");
    transit
        .write("verify/k", "{'input':'eA==','hmac':'a','signature':'b'}")
        .expect(400)
        .expectWords("one of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aes256-gcm96", "hmac", "ecdsa-p256"})
  void verifiesItsHmacs(String type) {
    transit.write("keys/k", "{'type':'%s'}", type).expect(200);
    String hmac =
        transit.write("hmac/k/sha2-512", "{'input':'%s'}", INPUT).expect(200).string("hmac");
    assertThat(bytes(hmac)).hasSize(64);
    assertThat(validHmac("k/sha2-512", INPUT, hmac)).isTrue();
    assertThat(validHmac("k", INPUT, hmac)).isFalse();
    assertThat(validHmac("k/sha2-512", "eA==", hmac)).isFalse();
    transit.write("hmac/k/none", "{'input':'eA=='}").expect(400);
    transit.write("hmac/k", "{}").expect(400).expectWords("missing input");
    Transit.Answer batch = transit.write("hmac/k", "{'batch_input':[{'input':''},{}]}").expect(200);
    assertThat(batch.string("batch_results/0/hmac")).startsWith("vault:v1:");
    assertThat(batch.string("batch_results/1/error")).isEqualTo("missing input for HMAC");
  }

  private boolean validHmac(String path, String input, String hmac) {
    return transit
        .write("verify/" + path, "{'input':'%s','hmac':'%s'}", input, hmac)
        .expect(200)
        .flag("valid");
  }

  @Test
  void whatDoesNotSignSaysSo() {
    transit.write("keys/k", "{}").expect(200);
    transit.write("sign/k", "{'input':''}").expect(400).expectWords("aes256-gcm96");
    transit.write("verify/k", "{'input':'','signature':'vault:v1:AA=='}").expect(400);
    transit.write("sign/none", "{'input':''}").expect(400).expectWords("not found");
    transit.write("sign/k", "{'input':'?'}").expect(400);
  }

  @Test
  void hashesAndRandomBytesAreAnsweredAsBelowSysTools() {
    assertThat(transit.write("hash/sha2-256", "{'input':''}").status()).isEqualTo(400);
    assertThat(transit.write("hash", "{'input':'YWJj'}").expect(200).string("sum"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(
            HexFormat.of()
                .parseHex(
                    transit
                        .write("random/all/7", "{'format':'hex'}")
                        .expect(200)
                        .string("random_bytes")))
        .hasSize(7);
    transit.write("random/platform", "{}").expect(200);
    transit.write("random/0", "{}").expect(400);
  }
}
