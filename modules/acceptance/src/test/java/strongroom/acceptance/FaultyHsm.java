package strongroom.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/** SoftHSM behind {@code tools/fault-pkcs11}, which breaks calls by a plan. */
record FaultyHsm(SoftHsm hsm, Path library, Path plan, Path trace) {
  static FaultyHsm over(SoftHsm hsm) throws IOException {
    Path library = hsm.folder().resolve("libfault_pkcs11.so");
    Command.run(
            Map.of(),
            "gcc",
            "-shared",
            "-fPIC",
            "-O2",
            "-o",
            library.toString(),
            Command.ROOT.resolve("tools/fault-pkcs11/fault_pkcs11.c").toString(),
            "-ldl",
            "-lpthread")
        .expectSuccess();
    FaultyHsm faulty =
        new FaultyHsm(hsm, library, hsm.folder().resolve("plan"), hsm.folder().resolve("trace"));
    faulty.faults("# none");
    return faulty;
  }

  /** The seed's file with this library and {@code more} in the seal's stanza. */
  Server server(String more) throws IOException {
    return serverIn(
        hsm.folder(),
        "health_check_interval = \"400ms\"\n"
            + "  health_check_timeout = \"500ms\"\n"
            + "  health_check_interval_unhealthy = \"200ms\"\n  "
            + more);
  }

  /** As {@link #server} with the defaults of the health check, its data in {@code folder}. */
  Server serverIn(Path folder, String more) throws IOException {
    SoftHsm asLibrary =
        new SoftHsm(hsm.folder(), hsm.configuration(), library, hsm.label(), hsm.pin());
    Server server = Server.seed(folder, asLibrary, "generate_key = \"true\"\n  " + more);
    server.environment().putAll(environment());
    return server;
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(hsm.environment());
    environment.put("STRONGROOM_FAULT_LIBRARY", hsm.library().toString());
    environment.put("STRONGROOM_FAULT_PLAN", plan.toString());
    environment.put("STRONGROOM_FAULT_TRACE", trace.toString());
    return environment;
  }

  /** Makes {@code lines} the plan, at once and whole. */
  void faults(String... lines) throws IOException {
    Path next = plan.resolveSibling("plan.next");
    Files.writeString(next, String.join("\n", lines) + "\n");
    Files.move(next, plan, StandardCopyOption.ATOMIC_MOVE);
  }

  /** How often {@code function} was called since {@link #forgetCalls}. */
  long calls(String function) throws IOException {
    if (Files.notExists(trace)) {
      return 0;
    }
    return Files.readAllLines(trace).stream().filter(l -> l.startsWith(function + " ")).count();
  }

  void forgetCalls() throws IOException {
    Files.deleteIfExists(trace);
  }
}
