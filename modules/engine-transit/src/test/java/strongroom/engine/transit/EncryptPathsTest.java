package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
class EncryptPathsTest {
  private static final String SECRET = "a marker that no answer may repeat";
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
        "'type':'aes128-gcm96'",
        "'type':'aes256-gcm96'",
        "'type':'chacha20-poly1305'",
        "'type':'xchacha20-poly1305'",
        "'type':'ml-kem','parameter_set':'512'",
        "'type':'ml-kem','parameter_set':'768'",
        "'type':'ml-kem','parameter_set':'1024'",
      })
  void decryptsWhatItEncrypted(String type) {
    transit.write("keys/k", "{" + type + "}").expect(200);
    String one = transit.encrypted("k", "some text");
    String two = transit.encrypted("k", "some text");
    assertThat(one).startsWith("vault:v1:").isNotEqualTo(two);
    assertThat(decrypted("k", one)).isEqualTo("some text");
    assertThat(decrypted("k", transit.encrypted("k", ""))).isEmpty();
    String other = one.substring(0, one.length() - 4) + (one.endsWith("AAA=") ? "BBB=" : "AAA=");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", other).expect(400);
  }

  private String decrypted(String key, String ciphertext) {
    return transit
        .write("decrypt/" + key, "{'ciphertext':'%s'}", ciphertext)
        .expect(200)
        .decoded("plaintext");
  }

  @Test
  void encryptionMakesAMissingKeyAndDecryptionDoesNot() {
    transit.write("decrypt/new", "{'ciphertext':'vault:v1:AAAA'}").expect(400);
    transit.read("keys/new").expect(404);
    String ciphertext = transit.encrypted("new", "x");
    assertThat(transit.read("keys/new").expect(200).string("type")).isEqualTo("aes256-gcm96");
    assertThat(decrypted("new", ciphertext)).isEqualTo("x");
    transit.write("encrypt/chacha", "{'plaintext':'eA==','type':'chacha20-poly1305'}").expect(200);
    assertThat(transit.read("keys/chacha").string("type")).isEqualTo("chacha20-poly1305");
    transit.write("encrypt/pair", "{'plaintext':'eA==','type':'rsa-2048'}").expect(400);
    transit.read("keys/pair").expect(404);
    transit.write("config/keys", "{'disable_upsert':true}").expect(200);
    transit.write("encrypt/another", "{'plaintext':'eA=='}").expect(400);
    transit.write("encrypt/new", "{'plaintext':'eA=='}").expect(200);
    transit.write("config/keys", "{'disable_upsert':false}").expect(200);
  }

  @Test
  void anRsaKeyDecryptsWhatItEncrypted() {
    String ciphertext = transit.encrypted("rsa", "some text");
    assertThat(decrypted("rsa", ciphertext)).isEqualTo("some text");
    assertThat(transit.encrypted("rsa", "some text")).isNotEqualTo(ciphertext);
    transit.write("decrypt/rsa", "{'ciphertext':'vault:v1:AAAA'}").expect(400);
  }

  @Test
  void aFailedEncryptionMakesNoKey() {
    transit.write("encrypt/k", "{'plaintext':'?'}").expect(400);
    transit.read("keys/k").expect(404);
  }

  @Test
  void refusesWhatIsNoBase64WithoutRepeatingIt() {
    transit.write("keys/k", "{}").expect(200);
    for (String body :
        new String[] {
          "{'plaintext':'" + SECRET + "'}",
          "{'plaintext':'eA==','associated_data':'" + SECRET + "'}",
          "{'plaintext':'eA==','context':'" + SECRET + "'}",
          "{'plaintext':{'a':'" + SECRET + "'}}",
        }) {
      assertThat(transit.write("encrypt/k", body).expect(400).words().toString())
          .doesNotContain(SECRET);
    }
    for (String ciphertext : new String[] {SECRET, "vault:v1:" + SECRET, "vault:" + SECRET}) {
      assertThat(
              transit
                  .write("decrypt/k", "{'ciphertext':'%s'}", ciphertext)
                  .expect(400)
                  .words()
                  .toString())
          .doesNotContain(SECRET);
    }
  }

  @Test
  void takesBase64WithLineEnds() {
    transit.write("encrypt/k", "{'plaintext':'c29t\\nZQ==\\r\\n'}").expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'derived':true}", "{'derived':true,'convergent_encryption':true}"})
  void refusesANonceOfTheCallers(String key) {
    transit.write("keys/k", key).expect(200);
    String nonce = Transit.base64(new byte[12]);
    String body = "{'plaintext':'eA==','context':'Yw==','nonce':'%s'}";
    transit.write("encrypt/k", body, nonce).expect(400).expectWords("nonce");
    transit.write("datakey/wrapped/k", body, nonce).expect(400).expectWords("nonce");
    Transit.Answer batch =
        transit.write("encrypt/k", "{'batch_input':[" + body + "]}", nonce).expect(400);
    assertThat(batch.string("batch_results/0/error")).contains("nonce");
  }

  @Test
  void bindsAssociatedData() {
    transit.write("keys/k", "{}").expect(200);
    String ciphertext =
        transit
            .write("encrypt/k", "{'plaintext':'eA==','associated_data':'YQ=='}")
            .expect(200)
            .string("ciphertext");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", ciphertext).expect(400);
    transit
        .write("decrypt/k", "{'ciphertext':'%s','associated_data':'Yg=='}", ciphertext)
        .expect(400);
    transit
        .write("decrypt/k", "{'ciphertext':'%s','associated_data':'YQ=='}", ciphertext)
        .expect(200);
    transit
        .write("encrypt/rsa", "{'plaintext':'eA==','associated_data':'YQ=='}")
        .expect(400)
        .expectWords("associated_data");
  }

  @Test
  void aDerivedKeyIsAnotherOneForEachContext() {
    transit.write("keys/k", "{'derived':true}").expect(200);
    transit.write("encrypt/k", "{'plaintext':'eA=='}").expect(400).expectWords("context");
    String ciphertext =
        transit
            .write("encrypt/k", "{'plaintext':'eA==','context':'Yw=='}")
            .expect(200)
            .string("ciphertext");
    transit.write("decrypt/k", "{'ciphertext':'%s','context':'Yw=='}", ciphertext).expect(200);
    transit.write("decrypt/k", "{'ciphertext':'%s','context':'ZA=='}", ciphertext).expect(400);
    transit.write("decrypt/k", "{'ciphertext':'%s'}", ciphertext).expect(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305"})
  void aConvergentKeyEncryptsEqualTextsEquallyUnlessWhatIsBoundDiffers(String type) {
    transit
        .write("keys/k", "{'type':'%s','derived':true,'convergent_encryption':true}", type)
        .expect(200);
    String one = convergent("eA==", "Yw==", "");
    assertThat(convergent("eA==", "Yw==", "")).isEqualTo(one);
    assertThat(convergent("eQ==", "Yw==", "")).isNotEqualTo(one);
    assertThat(convergent("eA==", "ZA==", "")).isNotEqualTo(one);
    String bound = convergent("eA==", "Yw==", "YQ==");
    // Not even the nonce is the same: it would give the authentication key away.
    assertThat(bound.substring(9, 21)).isNotEqualTo(one.substring(9, 21));
    assertThat(convergent("eA==", "Yw==", "YQ==")).isEqualTo(bound);
    transit
        .write("decrypt/k", "{'ciphertext':'%s','context':'Yw==','associated_data':'YQ=='}", bound)
        .expect(200);
  }

  private String convergent(String plaintext, String context, String associated) {
    return transit
        .write(
            "encrypt/k",
            "{'plaintext':'%s','context':'%s','associated_data':'%s'}",
            plaintext,
            context,
            associated)
        .expect(200)
        .string("ciphertext");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"derived\":true,\"type\":\"rsa-2048\"}', derivation",
    "'{\"derived\":true,\"type\":\"ecdsa-p256\"}', derivation",
    "'{\"derived\":true,\"type\":\"hmac\"}', derivation",
    "'{\"convergent_encryption\":true}', derivation",
    "'{\"convergent_encryption\":true,\"derived\":true,\"type\":\"ed25519\"}', convergent",
    "'{\"type\":\"des\"}', unknown",
    "'{\"type\":\"ml-dsa\"}', parameter_set",
    "'{\"type\":\"ml-dsa\",\"parameter_set\":\"512\"}', parameter_set",
    "'{\"key_size\":64}', key_size",
    "'{\"type\":\"hmac\",\"key_size\":8}', key_size",
    "'{\"auto_rotate_period\":\"59m\"}', hour",
    "'{\"type\":\"managed_key\"}', managed_key_name",
  })
  void refusesKeysThatCannotBe(String body, String word) {
    transit.write("keys/k", body).expect(400).expectWords(word);
    transit.read("keys/k").expect(404);
  }

  @Test
  void aBatchHasAnAnswerOrAnErrorForEach() {
    Transit.Answer answer =
        transit
            .write(
                "encrypt/k",
                "{'batch_input':[{'plaintext':'eA==','reference':'r1'},{'plaintext':'?'}]}")
            .expect(400);
    assertThat(answer.string("batch_results/0/ciphertext")).startsWith("vault:v1:");
    assertThat(answer.number("batch_results/0/key_version")).isEqualTo(1);
    assertThat(answer.string("batch_results/0/reference")).isEqualTo("r1");
    assertThat(answer.string("batch_results/1/error")).contains("base64");
    assertThat(answer.string("batch_results/1/reference")).isEmpty();
    assertThat(answer.at("batch_results/1").toString()).isEqualTo("object[2]");

    Transit.Answer decrypted =
        transit
            .write(
                "decrypt/k",
                "{'batch_input':[{'ciphertext':'%s'},{'ciphertext':'?'}]}",
                answer.string("batch_results/0/ciphertext"))
            .expect(400);
    assertThat(decrypted.decoded("batch_results/0/plaintext")).isEqualTo("x");
    assertThat(decrypted.string("batch_results/1/plaintext")).isEmpty();
    assertThat(decrypted.string("batch_results/1/error")).contains("prefix");
  }

  @ParameterizedTest
  @CsvSource({"202, 202", "207, 207", "0, 400", "700, 400", "100, 400"})
  void theStatusOfAPartialFailureCanBeChosen(int asked, int expected) {
    String items = "'batch_input':[{'plaintext':'eA=='},{'plaintext':'?'}]";
    transit
        .write("encrypt/k", "{%s,'partial_failure_response_code':%d}", items, asked)
        .expect(expected);
    transit
        .write(
            "encrypt/k",
            "{'batch_input':[{'plaintext':'?'}],'partial_failure_response_code':%d}",
            asked)
        .expect(400);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"batch_input\":[]}', missing batch input",
    "'{\"batch_input\":7}', array",
    "'{\"batch_input\":[7]}', array",
    "'{\"batch_input\":[{\"plaintext\":\"eA==\",\"context\":\"Yw==\"},{\"plaintext\":\"eA==\"}]}',"
        + " context",
    "'{}', plaintext",
  })
  void refusesWhatIsNoBatch(String body, String word) {
    transit.write("keys/k", "{}").expect(200);
    transit.write("encrypt/k", body).expect(400).expectWords(word);
  }

  @Test
  void aBatchIsBounded() {
    String items =
        IntStream.rangeClosed(0, Batch.ITEMS_MAX)
            .mapToObj(i -> "{'plaintext':''}")
            .collect(Collectors.joining(","));
    transit
        .write("encrypt/k", "{'batch_input':[" + items + "]}")
        .expect(400)
        .expectWords(String.valueOf(Batch.ITEMS_MAX));
  }

  @Test
  void rewrapsToTheNewestVersion() {
    String old = transit.encrypted("k", "text");
    transit.write("keys/k/rotate", "{}").expect(200);
    Transit.Answer answer = transit.write("rewrap/k", "{'ciphertext':'%s'}", old).expect(200);
    assertThat(answer.string("ciphertext")).startsWith("vault:v2:");
    assertThat(answer.number("key_version")).isEqualTo(2);
    assertThat(answer.text()).doesNotContain(Transit.base64("text"));
    assertThat(decrypted("k", answer.string("ciphertext"))).isEqualTo("text");
    Transit.Answer batch =
        transit
            .write("rewrap/k", "{'batch_input':[{'ciphertext':'%s'},{'ciphertext':'x'}]}", old)
            .expect(200);
    assertThat(batch.string("batch_results/0/ciphertext")).startsWith("vault:v2:");
    assertThat(batch.string("batch_results/1/error")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"128, 16", "256, 32", "512, 64"})
  void makesDataKeys(int bits, int bytes) {
    transit.write("keys/k", "{}").expect(200);
    Transit.Answer plain = transit.write("datakey/plaintext/k", "{'bits':%d}", bits).expect(200);
    assertThat(java.util.Base64.getDecoder().decode(plain.string("plaintext"))).hasSize(bytes);
    Transit.Answer decrypted =
        transit.write("decrypt/k", "{'ciphertext':'%s'}", plain.string("ciphertext")).expect(200);
    assertThat(decrypted.string("plaintext")).isEqualTo(plain.string("plaintext"));
    Transit.Answer wrapped = transit.write("datakey/wrapped/k", "{'bits':%d}", bits).expect(200);
    assertThat(wrapped.body().member("plaintext")).isEmpty();
    transit.write("datakey/other/k", "{}").expect(400);
    transit.write("datakey/plaintext/k", "{'bits':192}").expect(400);
    transit.write("datakey/plaintext/none", "{}").expect(400);
  }

  @Test
  void whatDoesNotEncryptSaysSo() {
    transit.write("keys/k", "{'type':'ed25519'}").expect(200);
    transit.write("encrypt/k", "{'plaintext':'eA=='}").expect(400).expectWords("ed25519");
    transit.write("decrypt/k", "{'ciphertext':'vault:v1:eA=='}").expect(400);
    transit
        .write("encrypt/rsa", "{'plaintext':'%s'}", Transit.base64(new byte[191]))
        .expect(400)
        .expectWords("190");
  }
}
