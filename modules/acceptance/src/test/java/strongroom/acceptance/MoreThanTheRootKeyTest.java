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
      api.put(path + "seal", key.formatted("vault-hsm-master-key", "0x1087").replace("2048", "256"))
          .expect(204);
      api.put(path + "seal/test/sign", "{}").expect(400);
      assertThat(api.get(path + "ec").expect(200).text()).doesNotContain(hsm.pin());

      server.kill();
      server.start().awaitHealth(200);
      api.put(path + "ec/test/sign", "{}").expect(204);

      assertThat(server.log()).contains("randomness is mixed into keys and tokens");
      faulty.faults("* return 0x30");
      assertThat(api.put(path + "ec/test/sign", "{}").expect(503).text()).contains("HSM");
      for (int i = 0; i < 100; i++) {
        api.put("auth/token/create", "{'ttl':'1h'}").expect(200);
      }
      server.await(
          "the log says that the HSM gives no randomness",
          Duration.ofSeconds(30),
          () -> server.log().contains("entropy: the HSM gives no random bytes"));
      faulty.faults("# none");
      server.await(
          "the key works again",
          Duration.ofSeconds(30),
          () -> api.put(path + "ec/test/sign", "{}").status() == 204);
      assertThat(server.log()).doesNotContain(hsm.pin());
    }
  }
}
