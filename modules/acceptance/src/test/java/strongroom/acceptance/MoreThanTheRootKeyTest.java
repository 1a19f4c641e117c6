package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HSM does more than to keep the root key: managed keys, and randomness. */
class MoreThanTheRootKeyTest {
  @TempDir Path folder;

  private static String metrics(Api api) {
    return api.get("sys/metrics?format=prometheus").expect(200).text();
  }

  @Test
  void managedKeysAndEntropyLiveWithTheSealsHsmAndOutliveItsAbsence() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    FaultyHsm faulty = FaultyHsm.over(hsm);
    try (Server server = faulty.server("")) {
      String file = Files.readString(server.configuration());
      Files.writeString(
          server.configuration(),
          file
              + "kms_library \"pkcs11\" { name = \"soft\" library = \""
              + faulty.library()
              + "\" }\nkms_library \"pkcs11\" { name = \"apart\" isolate_library = \"true\" library = \""
              + faulty.library()
              + "\" }\nentropy \"seal\" { mode = \"augmentation\" }\n");
      server.start();
      Api api = server.api().as(server.initialize());
      String key =
          "{'library':'soft','token_label':'vault-hsm-token','pin':'"
              + hsm.pin()
              + "','key_label':'%s','mechanism':'%s','curve':'P256','key_bits':2048,"
              + "'allow_generate_key':true}";
      String path = "sys/managed-keys/pkcs11/";
      api.put(path + "ec", key.formatted("ec", "0x1041")).expect(204);
      api.put(path + "ec/test/sign", "{}").expect(204);
      api.put(path + "apart", key.formatted("apart", "0x1041").replace("'soft'", "'apart'"))
          .expect(204);
      api.put(path + "apart/test/sign", "{}").expect(204);
      faulty.faults("C_Sign crash");
      assertThat(api.put(path + "apart/test/sign", "{}").expect(503).text()).contains("crashed");
      faulty.faults("# none");
      server.await(
          "its library runs again",
          Duration.ofSeconds(30),
          () -> api.put(path + "apart/test/sign", "{}").status() == 204);
      api.put(path + "seal", key.formatted("vault-hsm-master-key", "0x1087").replace("2048", "256"))
          .expect(204);
      api.put(path + "seal/test/sign", "{}").expect(400);
      assertThat(api.get(path + "ec").expect(200).text()).doesNotContain(hsm.pin());

      api.put(path + "aes", key.formatted("aes", "0x1087").replace("2048", "256")).expect(204);
      api.put("sys/mounts/transit", "{'type':'transit'}").expect(204);
      String managed = "{'type':'managed_key','managed_key_name':'%s'}";
      api.put("transit/keys/ec", managed.formatted("ec")).expect(400);
      api.put("sys/mounts/transit/tune", "{'allowed_managed_keys':['ec','aes']}").expect(204);
      api.put("transit/keys/ec", managed.formatted("ec")).expect(200);
      api.put("transit/keys/aes", managed.formatted("aes")).expect(200);
      String ciphertext =
          api.put("transit/encrypt/aes", "{'plaintext':'eA=='}")
              .expect(200)
              .string("data.ciphertext");

      server.kill();
      server.start().awaitHealth(200);
      api.put(path + "ec/test/sign", "{}").expect(204);
      String decrypt = "{'ciphertext':'" + ciphertext + "'}";
      assertThat(api.put("transit/decrypt/aes", decrypt).expect(200).string("data.plaintext"))
          .isEqualTo("eA==");
      String signature =
          api.put("transit/sign/ec", "{'input':'eA=='}").expect(200).string("data.signature");
      String verify = "{'input':'eA==','signature':'" + signature + "'}";
      assertThat(api.put("transit/verify/ec", verify).expect(200).text())
          .contains("\"valid\":true");

      assertThat(server.log()).contains("randomness is mixed into keys and tokens");
      assertThat(server.api().get("sys/seal-backend-status").string("entropy.mixed_in"))
          .isEqualTo("now");
      assertThat(metrics(api)).contains("hsm_entropy_mixed_in 1\n");
      faulty.faults("* return 0x30");
      assertThat(api.put(path + "ec/test/sign", "{}").expect(503).text()).contains("HSM");
      api.put("transit/decrypt/aes", decrypt).expect(503);
      api.put("transit/sign/ec", "{'input':'eA=='}").expect(503);
      api.put("transit/encrypt/own", "{'plaintext':'eA=='}").expect(200);
      for (int i = 0; i < 100; i++) {
        api.put("auth/token/create", "{'ttl':'1h'}").expect(200);
      }
      server.await(
          "the log says that the HSM gives no randomness",
          Duration.ofSeconds(30),
          () -> server.log().contains("entropy: the HSM gives no random bytes"));
      assertThat(metrics(api)).containsPattern("hsm_entropy_failures_total [1-9]");
      assertThat(server.api().get("sys/seal-backend-status").string("entropy.reason"))
          .contains("CKR_DEVICE_ERROR");
      faulty.faults("# none");
      server.await(
          "the key works again",
          Duration.ofSeconds(30),
          () -> api.put(path + "ec/test/sign", "{}").status() == 204);
      api.put("transit/decrypt/aes", decrypt).expect(200);
      assertThat(server.log()).doesNotContain(hsm.pin());
    }
  }
}
