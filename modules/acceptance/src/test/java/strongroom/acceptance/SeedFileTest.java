package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration file of the integration plan, from the first start to restarts. */
class SeedFileTest {
  @TempDir Path folder;
  private SoftHsm hsm;

  @BeforeEach
  void provision() throws Exception {
    hsm = SoftHsm.provision(folder, "vault-hsm-token");
  }

  @Test
  void makesTheKeyInitializesAndUnsealsByItselfAfterKill() throws Exception {
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      server.awaitHealth(501);
      Api.Answer status = server.api().get("sys/seal-status").expect(200);
      assertThat(status.string("type")).isEqualTo("pkcs11");
      assertThat(status.bool("initialized")).isFalse();

      Api.Answer init =
          server.api().put("sys/init", "{'recovery_shares':5,'recovery_threshold':3}").expect(200);
      assertThat(init.strings("recovery_keys")).hasSize(5);
      assertThat(init.strings("recovery_keys_base64")).hasSize(5);
      assertThat(init.strings("keys")).isEmpty();
      String root = init.string("root_token");
      assertThat(root).startsWith("hvs.");
      server.awaitHealth(200);

      Api api = server.api().as(root);
      api.put("sys/mounts/secret", "{'type':'kv','options':{'version':'2'}}").expect(204);
      api.put("secret/data/plan", "{'data':{'where':'in hardware'}}").expect(200);

      for (int restart = 0; restart < 2; restart++) {
        server.kill();
        server.start().awaitHealth(200);
        assertThat(api.get("secret/data/plan").expect(200).string("data.data.where"))
            .isEqualTo("in hardware");
      }

      assertThat(server.terminate()).isZero();
      server.start().awaitHealth(200);
      assertThat(api.get("secret/data/plan").expect(200).number("data.metadata.version"))
          .isEqualTo(1);
      assertThat(server.log()).contains("vault-hsm-token").doesNotContain(hsm.pin());
    }
  }

  @Test
  void leavesKeysThatNobodyCanTakeOut() throws Exception {
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      server.initialize();
    }
    Command tool =
        Command.run(
                hsm.environment(),
                "pkcs11-tool",
                "--module",
                hsm.library().toString(),
                "--login",
                "--pin",
                hsm.pin(),
                "--list-objects",
                "--type",
                "secrkey")
            .expectSuccess();
    assertThat(tool.out())
        .contains("vault-hsm-master-key")
        .contains("AES length 32")
        .contains("sensitive", "always sensitive", "never extractable", "local");
    Command keys =
        Command.run(
                hsm.environment(),
                Command.STRONGROOM,
                "operator",
                "hsm",
                "keys",
                "-lib=" + hsm.library(),
                "-slot=0",
                "-pin=" + hsm.pin(),
                "-format=json")
            .expectSuccess();
    assertThat(keys.out().strip()).as("nothing but JSON").startsWith("[").endsWith("]");
  }

  @Test
  void saysHowToMakeAMissingKeyAndThenTakesIt() throws Exception {
    try (Server server = Server.seed(folder, hsm, "").start()) {
      Api.Answer refused =
          server.api().put("sys/init", "{'recovery_shares':1,'recovery_threshold':1}");
      assertThat(refused.status()).isBetween(400, 503);
      assertThat(refused.text())
          .contains("vault-hsm-master-key", "operator hsm generate-key", "generate_key")
          .doesNotContain(hsm.pin());
      assertThat(server.api().get("sys/seal-status").bool("initialized")).isFalse();

      server.kill();
      server.start().awaitHealth(501);

      Command.run(
              server.environment(),
              Command.STRONGROOM,
              "operator",
              "hsm",
              "generate-key",
              "-config=" + server.configuration())
          .expectSuccess();
      String root = server.initialize();
      server.api().as(root).get("auth/token/lookup-self").expect(200);
      server.kill();
      server.start().awaitHealth(200);
    }
  }

  @Test
  void keepsItsFilesToItself() throws Exception {
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      server.initialize();
      try (Stream<Path> files = Files.walk(server.data())) {
        assertThat(files)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
      }
    }
  }

  @Test
  void makesALostStateAgainFromTheLogAndNamesWhatCannotBeMade() throws Exception {
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      Api api = server.api().as(server.initialize());
      server.kill();
      StateFolder.delete(StateFolder.of(server.data()));
      server.start().awaitHealth(200);
      api.get("auth/token/lookup-self").expect(200);
      server.kill();

      StateFolder.delete(server.data().resolve("raft"));
      server.startAndAwaitEndOrHealth();
      assertThat(server.log()).contains("missing").contains(server.data().toString());
      assertThat(server.neverSaidNotInitialized()).isTrue();
      server.end();

      StateFolder.delete(server.data().resolve("state"));
      server.startAndAwaitEndOrHealth();
      assertThat(server.neverSaidNotInitialized()).isTrue();
    }
  }
}
