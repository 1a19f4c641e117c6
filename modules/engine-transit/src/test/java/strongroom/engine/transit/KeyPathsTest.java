package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPathsTest {
  private final Transit transit = new Transit();

  @AfterEach
  void close() {
    transit.close();
  }

  @Test
  void tellsOfAKeyWhatVaultTells() {
    String made = transit.write("keys/k", "{}").expect(200).text();
    assertThat(made)
        .isEqualTo(
            "{\"allow_plaintext_backup\":false,\"auto_rotate_period\":0,\"deletion_allowed\":false,"
                + "\"derived\":false,\"exportable\":false,\"imported_key\":false,"
                + "\"latest_version\":1,\"min_available_version\":0,\"min_decryption_version\":1,"
                + "\"min_encryption_version\":0,\"name\":\"k\",\"soft_deleted\":false,"
                + "\"supports_decryption\":true,\"supports_derivation\":true,"
                + "\"supports_encryption\":true,\"supports_signing\":false,"
                + "\"type\":\"aes256-gcm96\",\"keys\":{\"1\":1767323045}}");
    assertThat(transit.read("keys/k").expect(200).text()).isEqualTo(made);
    transit.write("keys/k", "{'type':'ed25519'}").expect(200).expectWords("already existed");
    assertThat(transit.read("keys/k").text()).isEqualTo(made);
  }

  @Test
  void tellsOfDerivedKeysHowTheyAreDerived() {
    Transit.Answer key =
        transit.write("keys/k", "{'derived':true,'convergent_encryption':true}").expect(200);
    assertThat(key.string("kdf")).isEqualTo("hkdf_sha256");
    assertThat(key.flag("convergent_encryption")).isTrue();
    assertThat(key.number("convergent_encryption_version")).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "ecdsa-p256, P-256, -----BEGIN PUBLIC KEY-----",
    "ecdsa-p384, P-384, -----BEGIN PUBLIC KEY-----",
    "ecdsa-p521, P-521, -----BEGIN PUBLIC KEY-----",
    "ed25519, ed25519, ''",
  })
  void tellsThePublicHalfOfPairs(String type, String name, String start) {
    Transit.Answer key = transit.write("keys/k", "{'type':'%s'}", type).expect(200);
    assertThat(key.string("keys/1/name")).isEqualTo(name);
    assertThat(key.string("keys/1/public_key")).startsWith(start).isNotEmpty();
    assertThat(key.string("keys/1/creation_time")).isEqualTo("2026-01-02T03:04:05.6Z");
    assertThat(key.string("keys/1/certificate_chain")).isEmpty();
  }

  @Test
  void tellsOfADerivedPairThePublicHalfOfAContextOnly() {
    transit.write("keys/k", "{'type':'ed25519','derived':true}").expect(200);
    assertThat(transit.read("keys/k").string("keys/1/public_key")).isEmpty();
    String one = transit.read("keys/k", "{'context':'Yw=='}").string("keys/1/public_key");
    assertThat(java.util.Base64.getDecoder().decode(one)).hasSize(32);
    assertThat(transit.read("keys/k", "{'context':'ZA=='}").string("keys/1/public_key"))
        .isNotEqualTo(one);
  }

  @Test
  void listsByName() {
    transit.list("keys").expect(404);
    List.of("b", "a", "c").forEach(name -> transit.write("keys/" + name, "{}").expect(200));
    assertThat(transit.list("keys/").expect(200).text())
        .isEqualTo("{\"keys\":[\"a\",\"b\",\"c\"]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {".hidden", "end-", "bl ank", "colon:", "ü"})
  void aNameIsAWord(String name) {
    transit.write("keys/" + name, "{}").expect(404);
    transit.write("encrypt/" + name, "{'plaintext':''}").expect(404);
  }

  @Test
  void deletesWhereThatIsAllowed() {
    transit.write("keys/k", "{}").expect(200);
    transit.delete("keys/k").expect(400).expectWords("not allowed");
    transit.write("keys/k/config", "{'deletion_allowed':true}").expect(200);
    transit.delete("keys/k").expect(204);
    transit.read("keys/k").expect(404);
    transit.delete("keys/k").expect(400);
    assertThat(transit.storage.list("version/k/", "", 10).names()).isEmpty();
    assertThat(transit.engine.cached()).isZero();
  }

  @Test
  void versionsHaveTheirBounds() {
    String first = transit.encrypted("k", "one");
    transit.write("keys/k/rotate", "{}").expect(200);
    transit.write("keys/k/rotate", "{}").expect(200);
    transit.write("encrypt/k", "{'plaintext':'','key_version':2}").expect(200);
    transit.write("encrypt/k", "{'plaintext':'','key_version':4}").expect(400);
    transit.write("encrypt/k", "{'plaintext':'','key_version':-1}").expect(400);
    transit.write("decrypt/k", "{'ciphertext':'vault:v4:AAAA'}").expect(400).expectWords("too new");
    transit.write("decrypt/k", "{'ciphertext':'vault:v0:AAAA'}").expect(400);
    transit.write("keys/k/config", "{'min_encryption_version':3}").expect(200);
    transit.write("encrypt/k", "{'plaintext':'','key_version':2}").expect(400);
    transit.write("decrypt/k", "{'ciphertext':'%s'}", first).expect(200);
    Transit.Answer key = transit.write("keys/k/config", "{'min_decryption_version':2}").expect(200);
    assertThat(key.at("keys").toString()).isEqualTo("object[2]");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", first).expect(400).expectWords("too old");
    transit.write("keys/k/config", "{'min_decryption_version':1}").expect(200);
    transit.write("decrypt/k", "{'ciphertext':'%s'}", first).expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'min_decryption_version':3}",
        "{'min_encryption_version':3}",
        "{'min_decryption_version':-1}",
        "{'min_encryption_version':1,'min_decryption_version':2}",
        "{'auto_rotate_period':'5m'}",
      })
  void refusesSettingsThatCannotBe(String body) {
    transit.write("keys/k", "{}").expect(200);
    transit.write("keys/k/rotate", "{}").expect(200);
    String before = transit.read("keys/k").text();
    transit.write("keys/k/config", body).expect(400);
    assertThat(transit.read("keys/k").text()).isEqualTo(before);
  }

  @Test
  void whatIsSetOnceStaysSet() {
    transit.write("keys/k", "{}").expect(200);
    transit.write("keys/k/config", "{'exportable':true,'allow_plaintext_backup':true}").expect(200);
    Transit.Answer key =
        transit
            .write("keys/k/config", "{'exportable':false,'allow_plaintext_backup':false}")
            .expect(200);
    assertThat(key.flag("exportable")).isTrue();
    assertThat(key.flag("allow_plaintext_backup")).isTrue();
    transit.write("keys/k/config", "{'min_decryption_version':0}").expect(200).expectWords("start");
    transit.write("keys/none/config", "{}").expect(400);
  }

  @Test
  void trimmedVersionsAreGone() {
    transit.write("keys/k", "{}").expect(200);
    IntStream.range(0, 3).forEach(i -> transit.write("keys/k/rotate", "{}").expect(200));
    transit.write("keys/k/trim", "{'min_available_version':2}").expect(400);
    transit
        .write("keys/k/config", "{'min_encryption_version':3,'min_decryption_version':3}")
        .expect(200);
    transit.write("keys/k/trim", "{}").expect(400);
    transit.write("keys/k/trim", "{'min_available_version':4}").expect(400);
    Transit.Answer key = transit.write("keys/k/trim", "{'min_available_version':3}").expect(200);
    assertThat(key.number("min_available_version")).isEqualTo(3);
    assertThat(transit.storage.list("version/k/", "", 10).names()).containsExactly("3", "4");
    transit.write("keys/k/trim", "{'min_available_version':2}").expect(400);
    transit.write("keys/k/config", "{'min_decryption_version':2}").expect(400);
  }

  @Test
  void aSoftDeletedKeyIsOutOfUse() {
    String ciphertext = transit.encrypted("k", "text");
    transit.delete("keys/none/soft-delete").expect(404);
    assertThat(transit.delete("keys/k/soft-delete").expect(200).flag("soft_deleted")).isTrue();
    transit.delete("keys/k/soft-delete").expect(200).expectWords("already");
    transit.write("encrypt/k", "{'plaintext':''}").expect(400).expectWords("soft-deleted");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", ciphertext).expect(400);
    transit.write("keys/k/rotate", "{}").expect(400);
    transit.write("keys/k/soft-delete-restore", "{}").expect(200);
    transit.write("keys/k/soft-delete-restore", "{}").expect(200).expectWords("already");
    transit.write("decrypt/k", "{'ciphertext':'%s'}", ciphertext).expect(200);
  }

  @Test
  void keysRotateByThemselvesWhenTheyAreOldEnough() {
    transit.write("keys/k", "{'auto_rotate_period':'2h'}").expect(200);
    transit.write("keys/other", "{}").expect(200);
    transit.pass(Duration.ofMinutes(119));
    transit.engine.rotateDue();
    assertThat(transit.read("keys/k").number("latest_version")).isEqualTo(1);
    transit.pass(Duration.ofMinutes(1));
    transit.engine.rotateDue();
    transit.engine.rotateDue();
    assertThat(transit.read("keys/k").number("latest_version")).isEqualTo(2);
    assertThat(transit.read("keys/other").number("latest_version")).isEqualTo(1);
    transit.write("keys/k/config", "{'auto_rotate_period':0}").expect(200);
    transit.pass(Duration.ofDays(1));
    transit.engine.rotateDue();
    assertThat(transit.read("keys/k").number("latest_version")).isEqualTo(2);
  }

  @Test
  void noMoreKeysAreHeldThanTheCacheIsSetTo() {
    assertThat(transit.read("cache-config").expect(200).number("size")).isZero();
    transit.write("cache-config", "{'size':9}").expect(400);
    transit.write("cache-config", "{'size':10}").expect(200);
    assertThat(transit.read("cache-config").number("size")).isEqualTo(10);
    IntStream.range(0, 30)
        .forEach(
            i -> {
              String ciphertext = transit.encrypted("k" + i, "x");
              transit.write("decrypt/k" + i, "{'ciphertext':'%s'}", ciphertext).expect(200);
            });
    assertThat(transit.engine.cached()).isEqualTo(10);
    transit.read("keys/k0").expect(200);
  }

  @Test
  void everyOneOfManyRotationsCountsWhileOthersEncrypt() throws Exception {
    transit.write("keys/k", "{}").expect(200);
    AtomicInteger refused = new AtomicInteger();
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (int n = 0; n < 10; n++) {
                                if (i < 3) {
                                  transit.write("keys/k/rotate", "{}").expect(200);
                                } else {
                                  String made = transit.encrypted("k", "text");
                                  if (transit
                                          .write("decrypt/k", "{'ciphertext':'%s'}", made)
                                          .status()
                                      != 200) {
                                    refused.incrementAndGet();
                                  }
                                }
                              }
                            }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(refused).hasValue(0);
    assertThat(transit.read("keys/k").number("latest_version")).isEqualTo(31);
    assertThat(transit.encrypted("k", "x")).startsWith("vault:v31:");
  }
}
