package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HSM comes and goes; the server stays. */
class HsmAwayTest {
  @TempDir Path folder;
  private SoftHsm hsm;

  @BeforeEach
  void provision() throws Exception {
    hsm = SoftHsm.provision(folder, "vault-hsm-token");
  }

  @Test
  void answersSealedWithTheReasonAndUnsealsWhenTheHsmReturns() throws Exception {
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      String root = server.initialize();
      server.kill();

      Path away = folder.resolve("tokens-away");
      Files.move(hsm.tokens(), away);
      Files.createDirectory(hsm.tokens());
      server.start().awaitHealth(503);
      assertThat(server.api().get("sys/health").bool("sealed")).isTrue();
      assertThat(server.api().get("sys/health").bool("initialized")).isTrue();
      server.await(
          "the reason is told",
          Duration.ofSeconds(20),
          () -> server.api().get("sys/health").text().contains("slot"));

      Files.delete(hsm.tokens());
      Files.move(away, hsm.tokens());
      server.awaitHealth(200);
      server.api().as(root).get("auth/token/lookup-self").expect(200);
    }
  }

  @Test
  void triesAWrongPinOnceAndTakesTheRightOneAfterReload() throws Exception {
    Path pinFile = folder.resolve("pin");
    Files.writeString(pinFile, hsm.pin() + "\n");
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"")) {
      server.environment().put("VAULT_HSM_PIN", "file://" + pinFile);
      server.start();
      server.initialize();
      server.kill();
      server.openMetrics();

      Files.writeString(pinFile, "00000000\n");
      server.start().awaitHealth(503);
      server.await(
          "the PIN is named as the reason",
          Duration.ofSeconds(20),
          () -> server.api().get("sys/health").text().contains("PIN"));
      Thread.sleep(3000);
      assertThat(server.api().get("sys/metrics?format=prometheus").expect(200).text())
          .contains("hsm_errors_total{ckr=\"CKR_PIN_INCORRECT\"} 1\n")
          .contains("hsm_logins_total 1\n");

      Files.writeString(pinFile, hsm.pin() + "\n");
      server.signal("HUP");
      server.awaitHealth(200);
      assertThat(server.log()).doesNotContain("00000000").doesNotContain(hsm.pin());
    }
  }

  @Test
  void goesOnServingWithoutItsHsm() throws Exception {
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      Api api = server.api().as(server.initialize());
      api.put("sys/mounts/secret", "{'type':'kv'}").expect(204);
      Files.move(hsm.tokens(), folder.resolve("tokens-away"));
      for (int i = 0; i < 50; i++) {
        api.put("secret/k" + i, "{'n':" + i + "}").expect(204);
        assertThat(api.get("secret/k" + i).expect(200).number("data.n")).isEqualTo(i);
      }
      assertThat(server.health()).isEqualTo(200);
    }
  }

  @Test
  void saysWhatTheLoaderSaidOfALibraryThatIsNotThere() throws Exception {
    Path lib = folder.resolve("no-such-library.so");
    try (Server server =
        Server.with(
            folder,
            """
            storage "raft" { path = "DATA" node_id = "node1" }
            listener "tcp" { address = "ADDRESS" tls_disable = 1 }
            seal "pkcs11" { lib = "%s" slot = "0" pin = "1" key_label = "k" }
            """
                .formatted(lib),
            hsm.environment())) {
      server.start().awaitHealth(501);
      Api.Answer refused =
          server.api().put("sys/init", "{'recovery_shares':1,'recovery_threshold':1}");
      assertThat(refused.text()).contains(lib.toString()).contains("libsofthsm2.so");
      assertThat(refused.status()).isBetween(400, 503);
    }
  }
}
