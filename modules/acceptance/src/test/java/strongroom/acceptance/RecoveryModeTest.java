package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code server -recovery}: for mending storage when nothing else starts. */
class RecoveryModeTest {
  @TempDir Path folder;

  @Test
  void servesRawStorageToARecoveryTokenAndNothingElseToAnybody() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      Api.Answer init =
          server.api().put("sys/init", "{'recovery_shares':1,'recovery_threshold':1}").expect(200);
      server.awaitHealth(200);
      Api root = server.api().as(init.string("root_token"));
      root.put("sys/policies/acl/mine", "{'policy':'path \\'a\\' { capabilities = [\\'read\\'] }'}")
          .expect(204);
      assertThat(root.get("sys/policies/acl").text()).contains("mine");
      assertThat(root.get("sys/raw/core/mounts").status()).isEqualTo(404);
      assertThat(server.terminate()).isZero();

      server.start("-recovery");
      server.await(
          "unseals by itself",
          java.time.Duration.ofSeconds(30),
          () -> server.api().get("sys/seal-status").text().contains("\"sealed\":false"));
      // A load balancer must not send anybody here.
      assertThat(server.health()).isEqualTo(503);
      assertThat(root.get("sys/policies/acl").status()).isEqualTo(503);
      assertThat(root.get("sys/raw/core/mounts").status()).isEqualTo(403);
      assertThat(server.api().put("sys/init", "{'recovery_shares':1}").status()).isEqualTo(503);

      Api api = server.api().as(token(server.api(), init.strings("recovery_keys").getFirst()));
      assertThat(api.call("LIST", "sys/raw", "").text()).contains("core/", "sys/");
      assertThat(api.get("sys/raw/core/keyring").status()).isEqualTo(403);
      assertThat(api.get("sys/raw/sys/policy/mine").expect(200).text()).contains("capabilities");
      api.delete("sys/raw/sys/policy/mine").expect(204);
      api.put("sys/raw/notes/a", "{'value':'aGVsbG8=','encoding':'base64'}").expect(204);
      assertThat(api.get("sys/raw/notes/a").string("data.value")).isEqualTo("hello");
      assertThat(api.get("sys/raw/notes/none").status()).isEqualTo(404);
      assertThat(api.get("sys/policies/acl").status()).isEqualTo(503);
      assertThat(server.terminate()).isZero();

      server.start().awaitHealth(200);
      assertThat(root.get("sys/policies/acl").text()).doesNotContain("mine");
      assertThat(api.get("auth/token/lookup-self").status()).isEqualTo(403);
      assertThat(root.get("sys/generate-recovery-token/attempt").status()).isEqualTo(404);
    }
  }

  private static String token(Api nobody, String recoveryKey) {
    Api.Answer attempt = nobody.put("sys/generate-recovery-token/attempt", "{}").expect(200);
    Api.Answer update =
        nobody
            .put(
                "sys/generate-recovery-token/update",
                "{'key':'" + recoveryKey + "','nonce':'" + attempt.string("nonce") + "'}")
            .expect(200);
    byte[] token = Base64.getDecoder().decode(update.string("encoded_token"));
    byte[] password = attempt.string("otp").getBytes(US_ASCII);
    for (int i = 0; i < token.length; i++) {
      token[i] ^= password[i];
    }
    String made = new String(token, US_ASCII);
    assertThat(made).startsWith("hvr.");
    return made;
  }
}
