package strongroom.acceptance;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** hvac, as its own documentation shows it. {@code scripts/need.sh hvac} installs it. */
class PythonClientTest {
  @TempDir Path folder;

  @Test
  void makesTheRoundTripWithHvac() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      String root = server.initialize();
      Map<String, String> environment = new HashMap<>();
      environment.put("VAULT_ADDR", server.address().toString());
      environment.put("VAULT_TOKEN", root);
      Path script = Path.of("src/test/python/hvac_round_trip.py").toAbsolutePath();
      Command.run(
              environment,
              Command.ROOT.resolve("target/venv/bin/python3").toString(),
              script.toString())
          .expectSuccess();
    }
  }
}
