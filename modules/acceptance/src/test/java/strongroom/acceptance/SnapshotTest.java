package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot by the command line: saved, brought back, and restored after all else is lost. */
class SnapshotTest {
  @TempDir Path folder;

  private static Command run(Server server, String token, String... words) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VAULT_ADDR", server.address().toString());
    environment.put("VAULT_TOKEN", token);
    String[] all = new String[words.length + 4];
    all[0] = Command.STRONGROOM;
    all[1] = "operator";
    all[2] = "raft";
    all[3] = "snapshot";
    System.arraycopy(words, 0, all, 4, words.length);
    return Command.run(environment, all);
  }

  private static Command offline(Server server, String... words) {
    String[] all = new String[words.length + 3];
    all[0] = Command.STRONGROOM;
    all[1] = "operator";
    System.arraycopy(words, 0, all, 2, words.length - 1);
    all[words.length + 1] = "-config=" + server.configuration();
    all[words.length + 2] = words[words.length - 1];
    return Command.run(server.environment(), all);
  }

  /** By the HSM alone, without a server, what its folder and the snapshot have. */
  private static void assertVerified(Server server, Path saved) {
    offline(server, "verify", "-path=" + server.data()).expectSuccess();
    assertThat(
            offline(server, "raft", "snapshot", "verify", saved.toString())
                .expectSuccess()
                .after("Damaged"))
        .isEqualTo("0");
  }

  @Test
  void bringsBackWhatWasThereHereAndOnAServerThatHasNothingButTheHsm() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder.resolve("hsm"), "prod");
    Path saved = folder.resolve("saved.snap");
    String token;
    try (Server server =
        Server.seed(folder.resolve("first"), hsm, "generate_key = \"true\"").start()) {
      token = server.initialize();
      Api root = server.api().as(token);
      root.put("sys/mounts/kept", "{'type':'kv'}").expect(204);
      root.put("kept/secret", "{'value':'kept'}").expect(204);
      run(server, token, "save", saved.toString()).expectSuccess();
      assertThat(Files.getPosixFilePermissions(saved)).hasSize(2);

      root.put("sys/mounts/later", "{'type':'kv'}").expect(204);
      root.put("later/secret", "{'value':'later'}").expect(204);
      root.put("kept/secret", "{'value':'changed'}").expect(204);
      String later = root.put("auth/token/create", "{}").expect(200).string("auth.client_token");
      Files.write(folder.resolve("torn.snap"), Arrays.copyOf(Files.readAllBytes(saved), 2000));
      assertThat(run(server, token, "restore", folder.resolve("torn.snap").toString()).all())
          .contains("torn or altered");
      server.api().put("sys/storage/raft/snapshot", "{}").expect(403);
      assertThat(root.get("kept/secret").expect(200).string("data.value")).isEqualTo("changed");

      run(server, token, "restore", saved.toString()).expectSuccess();
      server.awaitHealth(200);
      assertThat(root.get("kept/secret").expect(200).string("data.value")).isEqualTo("kept");
      assertThat(root.get("later/secret").status()).isEqualTo(404);
      assertThat(server.api().as(later).get("auth/token/lookup-self").status()).isEqualTo(403);
      root.put("kept/after", "{'value':'1'}").expect(204);
      server.kill();
      assertVerified(server, saved);
      server.start().awaitHealth(200);
      assertThat(root.get("kept/after").expect(200).string("data.value")).isEqualTo("1");
    }
    try (Server server = Server.seed(folder.resolve("second"), hsm, "").start()) {
      server.awaitHealth(501);
      run(server, "", "restore", saved.toString()).expectSuccess();
      server.awaitHealth(200);
      Api root = server.api().as(token);
      assertThat(root.get("kept/secret").expect(200).string("data.value")).isEqualTo("kept");
      assertThat(server.api().get("sys/storage/raft/snapshot").status()).isEqualTo(403);
      server.api().put("sys/storage/raft/snapshot", "{}").expect(403);
    }
  }
}
