package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportPathsTest {
  private final Transit transit = new Transit();

  @AfterEach
  void close() {
    transit.close();
  }

  @Test
  void privateHalvesLeaveWhereThatIsAllowedOnly() {
    transit.write("keys/k", "{'type':'ed25519'}").expect(200);
    transit.read("export/signing-key/k").expect(400).expectWords("not exportable");
    transit.read("export/hmac-key/k").expect(400);
    transit.read("export/public-key/k").expect(200);
    transit.read("export/signing-key/none").expect(404);
    transit.write("keys/k/config", "{'exportable':true}").expect(200);
    transit.write("keys/k/rotate", "{}").expect(200);
    Transit.Answer all = transit.read("export/signing-key/k").expect(200);
    assertThat(all.string("name")).isEqualTo("k");
    assertThat(all.string("type")).isEqualTo("ed25519");
    assertThat(Base64.getDecoder().decode(all.string("keys/1"))).hasSize(64);
    assertThat(transit.read("export/signing-key/k/2").text())
        .isEqualTo(transit.read("export/signing-key/k/latest").text());
    transit.read("export/signing-key/k/3").expect(400);
    transit.read("export/signing-key/k/x").expect(400);
    transit.write("keys/k/config", "{'min_decryption_version':2}").expect(200);
    transit.read("export/signing-key/k/1").expect(400).expectWords("minimum decryption version");
    transit.read("export/encryption-key/k").expect(400);
    transit.read("export/other/k").expect(400);
    transit.read("export/signing-key/k", "{'format':'xml'}").expect(400);
  }

  @ParameterizedTest
  @CsvSource({
    "ecdsa-p256, signing-key, -----BEGIN EC PRIVATE KEY-----",
    "ecdsa-p521, signing-key, -----BEGIN EC PRIVATE KEY-----",
    "ecdsa-p384, public-key, -----BEGIN PUBLIC KEY-----",
  })
  void pairsLeaveInPem(String type, String what, String start) {
    transit.write("keys/k", "{'type':'%s','exportable':true}", type).expect(200);
    assertThat(transit.read("export/" + what + "/k").expect(200).string("keys/1"))
        .startsWith(start)
        .doesNotEndWith("\n");
  }

  @Test
  void anEcKeyLeavesAsSec1HasIt() {
    transit.write("keys/k", "{'type':'ecdsa-p256','exportable':true}").expect(200);
    String pem = transit.read("export/signing-key/k").string("keys/1");
    List<Der.Element> parts = Der.element(Pem.blocks(pem, "EC PRIVATE KEY").getFirst()).children();
    assertThat(parts.get(1).content()).hasSize(32);
    assertThat(parts.get(2).content()).isEqualTo(Der.hex("06082a8648ce3d030107"));
    byte[] info =
        Base64.getDecoder()
            .decode(transit.read("export/public-key/k", "{'format':'der'}").string("keys/1"));
    assertThat(parts.get(3).content()).isEqualTo(Der.element(info).children().get(1).whole());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'type':'aes256-gcm96'",
        "'type':'aes128-gcm96','derived':true,'convergent_encryption':true",
        "'type':'ed25519'",
        "'type':'ecdsa-p256'",
        "'type':'hmac','key_size':64",
        "'type':'ml-dsa','parameter_set':'44'",
      })
  void aBackupIsTheWholeKey(String type) {
    transit.write("keys/k", "{" + type + "}").expect(200);
    transit.read("backup/k").expect(400);
    transit.write("keys/k/config", "{'exportable':true}").expect(200);
    transit.read("backup/k").expect(400);
    transit.write("keys/k/config", "{'allow_plaintext_backup':true}").expect(200);
    transit.write("keys/k/rotate", "{}").expect(200);
    transit.write("keys/k/config", "{'min_decryption_version':2}").expect(200);
    String hmac = transit.write("hmac/k", "{'input':'eA=='}").expect(200).string("hmac");
    String backup = transit.read("backup/k").expect(200).string("backup");
    assertThat(transit.read("keys/k").number("backup_info/version")).isEqualTo(2);

    transit.write("restore", "{'backup':'%s'}", backup).expect(400).expectWords("exists");
    transit.write("restore/copy", "{'backup':'%s'}", backup).expect(204);
    Transit.Answer copy = transit.read("keys/copy").expect(200);
    assertThat(copy.number("restore_info/version")).isEqualTo(2);
    assertThat(copy.text().replace("\"copy\"", "\"k\"").replaceAll(",\"restore_info\":[^}]*}", ""))
        .isEqualTo(transit.read("keys/k").text());
    assertThat(
            transit
                .write("verify/copy", "{'input':'eA==','hmac':'%s'}", hmac)
                .expect(200)
                .flag("valid"))
        .isTrue();
    // Versions that are out of use are there all the same.
    transit.write("keys/copy/config", "{'min_decryption_version':1}").expect(200);
    transit.write("keys/k/rotate", "{}").expect(200);
    transit.write("restore", "{'backup':'%s','force':true}", backup).expect(204);
    assertThat(transit.read("keys/k").number("latest_version")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{'format':'strongroom-transit-1'}",
        "{'format':'strongroom-transit-1','key':{},'versions':[]}",
        "{'format':'strongroom-transit-1','key':{'name':'a','type':'hmac'},'versions':['AAAA']}",
      })
  void whatIsNoBackupIsRefused(String text) {
    String json = text.replace('\'', '"');
    transit.write("restore/k", "{'backup':'%s'}", Transit.base64(json)).expect(400);
    transit.read("keys/k").expect(404);
  }

  @Test
  void aDamagedBackupIsRefused() {
    transit.write("keys/k", "{'exportable':true,'allow_plaintext_backup':true}").expect(200);
    String json = transit.read("backup/k").expect(200).decoded("backup");
    for (String damaged :
        new String[] {
          json.replace("\"latest\":1", "\"latest\":2"),
          json.replace("\"latest\":1", "\"latest\":0"),
          json.replace("aes256-gcm96", "aes128-gcm96"),
          json.replace("aes256-gcm96", "rsa-2048"),
          json.replace("\"min_decryption\":1", "\"min_decryption\":9"),
          json.replace("\"time\":\"2026", "\"time\":\"x"),
          json.replace("\"versions\":[\"AQ", "\"versions\":[\"Ag"),
        }) {
      assertThat(damaged).isNotEqualTo(json);
      transit.write("restore/copy", "{'backup':'%s'}", Transit.base64(damaged)).expect(400);
    }
    transit.write("restore/a b", "{'backup':'%s'}", Transit.base64(json)).expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "ed25519"})
  void signsCertificateRequestsAndKeepsTheCertificate(String type) throws Exception {
    transit.write("keys/k", "{'type':'%s'}", type).expect(200);
    String template =
        transit.write("keys/k/csr", "{}").expect(200).string("csr").replace("\n", "\\n");
    Transit.Answer answer = transit.write("keys/k/csr", "{'csr':'%s'}", template).expect(200);
    assertThat(answer.string("type")).isEqualTo(type);
    byte[] der = Pem.blocks(answer.string("csr"), "CERTIFICATE REQUEST").getFirst();
    List<Der.Element> parts = Der.element(der).children();
    byte[] signature = parts.get(2).content();
    String encoded = Transit.base64(java.util.Arrays.copyOfRange(signature, 1, signature.length));
    String hash =
        switch (type) {
          case "ecdsa-p384" -> "sha2-384";
          case "ecdsa-p521" -> "sha2-512";
          default -> "sha2-256";
        };
    assertThat(
            transit
                .write(
                    "verify/k/" + hash,
                    "{'input':'%s','signature':'vault:v1:%s','signature_algorithm':'pkcs1v15'}",
                    Transit.base64(parts.getFirst().whole()),
                    encoded)
                .expect(200)
                .flag("valid"))
        .isTrue();
  }

  @Test
  void takesOverTheSubjectOfARequest() {
    transit.write("keys/k", "{'type':'ed25519'}").expect(200);
    byte[] subject =
        Der.sequence(
            Der.tagged(
                0x31,
                Der.sequence(
                    Der.hex("0603550403"),
                    Der.tagged(0x0c, "leaf".getBytes(StandardCharsets.UTF_8)))));
    byte[] info = Der.sequence(Der.hex("020100"), subject, Der.sequence(), Der.tagged(0xa0));
    byte[] request = Der.sequence(info, Der.sequence(), Der.bitString(new byte[0]));
    String pem = Pem.of("CERTIFICATE REQUEST", request).replace("\n", "\\n");
    String csr = transit.write("keys/k/csr", "{'csr':'%s'}", pem).expect(200).string("csr");
    assertThat(
            Der.element(Pem.blocks(csr, "CERTIFICATE REQUEST").getFirst())
                .children()
                .getFirst()
                .children()
                .get(1)
                .whole())
        .isEqualTo(subject);
    for (String wrong : new String[] {"x", Pem.of("CERTIFICATE REQUEST", new byte[] {48, 5})}) {
      transit.write("keys/k/csr", "{'csr':'%s'}", wrong.replace("\n", "\\n")).expect(400);
    }
    transit.write("keys/aes", "{}").expect(200);
    transit.write("keys/aes/csr", "{}").expect(400);
    transit.write("keys/derived", "{'type':'ed25519','derived':true}").expect(200);
    transit.write("keys/derived/csr", "{}").expect(400);
  }

  @Test
  void keepsCertificatesOfItsOwnKeysOnly() throws Exception {
    transit.write("keys/k", "{'type':'ed25519'}").expect(200);
    transit.write("keys/other", "{'type':'ed25519'}").expect(200);
    String pem = certificate("k");
    assertThat(
            java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                .getPublicKey()
                .getAlgorithm())
        .isEqualTo("EdDSA");
    String body = "{'certificate_chain':'%s'}";
    String inJson = pem.replace("\n", "\\n");
    transit.write("keys/other/set-certificate", body, inJson).expect(400);
    transit.write("keys/k/set-certificate", body, "x").expect(400);
    transit.write("keys/k/set-certificate", "{}").expect(400);
    transit.read("export/certificate-chain/k").expect(400);
    transit.write("keys/k/set-certificate", body, inJson).expect(200);
    assertThat(transit.read("keys/k").string("keys/1/certificate_chain")).isEqualTo(pem.strip());
    assertThat(transit.read("export/certificate-chain/k").string("keys/1")).isEqualTo(pem.strip());
    transit.write("sign/k", "{'input':'eA=='}").expect(200);
  }

  /** A certificate that the key {@code name} signs for itself. */
  private String certificate(String name) {
    byte[] algorithm = Der.sequence(Der.hex("06032b6570"));
    byte[] info =
        Base64.getDecoder()
            .decode(transit.read("export/public-key/" + name, "{'format':'der'}").string("keys/1"));
    byte[] subject =
        Der.sequence(
            Der.tagged(
                0x31, Der.sequence(Der.hex("0603550403"), Der.tagged(0x0c, new byte[] {'a'}))));
    byte[] from = Der.tagged(0x17, "260101000000Z".getBytes(StandardCharsets.US_ASCII));
    byte[] to = Der.tagged(0x17, "360101000000Z".getBytes(StandardCharsets.US_ASCII));
    byte[] signed =
        Der.sequence(Der.hex("020101"), algorithm, subject, Der.sequence(from, to), subject, info);
    String signature =
        transit
            .write("sign/" + name, "{'input':'%s'}", Transit.base64(signed))
            .expect(200)
            .string("signature");
    return Pem.of(
        "CERTIFICATE",
        Der.sequence(
            signed, algorithm, Der.bitString(Base64.getDecoder().decode(signature.substring(9)))));
  }
}
