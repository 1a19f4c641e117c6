package strongroom.acceptance;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients in the field, unchanged, each as its own documentation shows it, on one server. Each
 * mounts what it needs under names of its own. {@code scripts/need.sh test} installs them.
 */
class ClientsTest {
  private static final Path CLIENTS = Command.ROOT.resolve("target/clients");

  @TempDir private static Path folder;
  private static Server server;
  private static String root;

  @BeforeAll
  static void start() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    server = Server.seed(folder, hsm, "generate_key = \"true\"").start();
    root = server.initialize();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void run(Map<String, String> more, List<String> command) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("VAULT_ADDR", server.address().toString());
    environment.put("VAULT_TOKEN", root);
    Command.run(environment, command.toArray(String[]::new)).expectSuccess();
  }

  private static String source(String file) {
    return Path.of("src/test", file).toAbsolutePath().toString();
  }

  @Test
  void hvacMakesTheRoundTrip() {
    String python = Command.ROOT.resolve("target/venv/bin/python3").toString();
    run(Map.of(), List.of(python, source("python/hvac_round_trip.py")));
  }

  @Test
  void theGoClientMakesTheRoundTrip() {
    run(Map.of(), List.of(CLIENTS.resolve("go-round-trip").toString()));
  }

  @Test
  void nodeVaultMakesTheRoundTrip() {
    run(
        Map.of("NODE_PATH", CLIENTS.resolve("node_modules").toString()),
        List.of("node", source("node/round_trip.js")));
  }

  @Test
  void springVaultMakesTheRoundTrip() {
    new SpringVault(server.address(), root).roundTrip();
  }
}
