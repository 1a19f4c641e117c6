package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.seal.awskms.Moto;

/** Servers whose seal is a key service instead of an HSM. */
class KeyServiceSealTest {
  private static final String STORAGE_AND_LISTENER =
      """
      storage "raft" {
        path    = "DATA"
        node_id = "node1"
      }
      listener "tcp" {
        address     = "ADDRESS"
        tls_disable = "true"
      }
      """;

  @TempDir Path folder;

  @Test
  void unsealsByAStaticKeyAfterAKillAndAfterTheKeyWasReplaced() throws Exception {
    Path first = key("first.key", 7);
    Path second = key("second.key", 9);
    String stanza =
        """
        seal "static" {
          current_key_id = "k1"
          current_key    = "file://%s"
        }
        """;
    try (Server server =
        Server.with(folder, STORAGE_AND_LISTENER + stanza.formatted(first), Map.of()).start()) {
      String root = server.initialize();
      server.api().as(root).put("sys/mounts/kv", "{'type':'kv'}").expect(204);
      server.api().as(root).put("kv/a", "{'b':'c'}").expect(204);
      assertThat(server.api().get("sys/seal-status").string("type")).isEqualTo("static");

      server.kill();
      server.start().awaitHealth(200);
      assertThat(server.api().as(root).get("kv/a").expect(200).string("data.b")).isEqualTo("c");

      server.kill();
      server.configure(
          STORAGE_AND_LISTENER
              + """
              seal "static" {
                current_key_id  = "k2"
                current_key     = "file://%s"
                previous_key_id = "k1"
                previous_key    = "file://%s"
              }
              """
                  .formatted(second, first));
      server.start().awaitHealth(200);
      server.api().as(root).get("kv/a").expect(200);
    }
  }

  @Test
  void saysThatTheStaticKeyIsAnother() throws Exception {
    Path key = key("seal.key", 7);
    String stanza =
        STORAGE_AND_LISTENER
            + """
            seal "static" {
              current_key_id = "%s"
              current_key    = "file://%s"
            }
            """;
    try (Server server = Server.with(folder, stanza.formatted("k1", key), Map.of()).start()) {
      server.initialize();
      server.kill();
      server.configure(stanza.formatted("k2", key));
      server.start().awaitHealth(503);
      server.await(
          "the key that is needed is named",
          Duration.ofSeconds(20),
          () -> server.api().get("sys/health").text().contains("k1"));
    }
  }

  @Test
  void unsealsByAwsKmsAfterAKillAndByItselfWhenKmsReturns() throws Exception {
    String secret = "secret-key-of-this-test";
    try (Moto moto = Moto.start();
        Relay relay = Relay.to(moto.address())) {
      String text =
          STORAGE_AND_LISTENER
              + """
              seal "awskms" {
                region     = "us-east-1"
                kms_key_id = "%s"
                endpoint   = "%s"
              }
              """
                  .formatted(moto.createKey(), relay.address());
      Map<String, String> environment =
          Map.of("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY", secret);
      try (Server server = Server.with(folder, text, environment)) {
        relay.disconnect();
        server.start().awaitHealth(501);
        Api.Answer refused =
            server.api().put("sys/init", "{'recovery_shares':1,'recovery_threshold':1}");
        assertThat(refused.status()).as(refused.text()).isBetween(400, 503);
        assertThat(refused.text()).contains("AWS KMS");
        assertThat(server.health()).isEqualTo(501);

        relay.connect();
        Command checked =
            Command.run(
                    environment,
                    Command.STRONGROOM,
                    "server",
                    "-check",
                    "-config=" + server.configuration())
                .expectSuccess();
        assertThat(checked.out()).contains("awskms: wrapped and unwrapped");
        String root = server.initialize();

        server.kill();
        relay.disconnect();
        server.start().awaitHealth(503);
        server.await(
            "the reason is told",
            Duration.ofSeconds(20),
            () -> server.api().get("sys/health").text().contains("AWS KMS"));
        relay.connect();
        server.awaitHealth(200);
        server.api().as(root).get("auth/token/lookup-self").expect(200);

        relay.disconnect();
        server.api().as(root).get("auth/token/lookup-self").expect(200);
        assertThat(server.log() + checked.all() + refused.text()).doesNotContain(secret);
      }
    }
  }

  @Test
  void saysThatTheInstallationWasMadeWithoutASeal() throws Exception {
    Path dist = Command.ROOT.resolve("target/dist");
    String allButOne;
    try (Stream<Path> jars = Files.list(dist.resolve("lib"))) {
      allButOne =
          jars.map(Path::toString)
              .filter(jar -> !jar.endsWith("strongroom-seal-awskms.jar"))
              .collect(Collectors.joining(File.pathSeparator));
    }
    Path configuration = folder.resolve("config.hcl");
    Files.writeString(
        configuration,
        STORAGE_AND_LISTENER
                .replace("DATA", folder.toString())
                .replace("ADDRESS", "127.0.0.1:" + Server.freePort())
            + "seal \"awskms\" {\n  kms_key_id = \"k\"\n}\n");

    Command checked =
        Command.run(
                Map.of(),
                Files.readString(dist.resolve("java-home")).strip() + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                allButOne,
                "strongroom.server.Main",
                "server",
                "-check",
                "-config=" + configuration)
            .expectExit(1);

    assertThat(checked.all()).contains("without the seal \"awskms\"").contains("config.hcl:");
  }

  private Path key(String name, int fill) throws Exception {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    key[31] = '\n';
    return Files.write(folder.resolve(name), key);
  }
}
