package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HSM stumbles, hangs, leaves, crashes; the server serves, tells, and recovers by itself. */
class HsmFaultsTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern TIMED_OUT =
      Pattern.compile("hsm_errors_total\\{ckr=\"timeout\"} [1-9]");
  @TempDir Path folder;
  private FaultyHsm faulty;

  @BeforeEach
  void provision() throws Exception {
    faulty = FaultyHsm.over(SoftHsm.provision(folder, "vault-hsm-token"));
  }

  private static boolean healthy(Api api) {
    return api.get("sys/seal-backend-status").text().contains("\"healthy\":true");
  }

  private static String metrics(Api api) {
    return api.get("sys/metrics?format=prometheus").expect(200).text();
  }

  private static void serves(Server server, Api api) {
    for (int i = 0; i < 10; i++) {
      api.put("secret/k" + i, "{'n':" + i + "}").expect(204);
      assertThat(api.get("secret/k" + i).expect(200).number("data.n")).isEqualTo(i);
      assertThat(server.health()).isEqualTo(200);
    }
  }

  private void breaksAndMends(Server server, Api api, String plan, String reason) throws Exception {
    breaks(server, api, plan, reason);
    mends(server, api, plan);
  }

  private void breaks(Server server, Api api, String plan, String reason) throws Exception {
    faulty.faults(plan);
    Duration told = reaction(server, plan + " is told", () -> !healthy(api));
    serves(server, api);
    server.await(
        plan + " is told with its reason",
        SOON,
        () -> api.get("sys/seal-backend-status").text().contains(reason));
    server.await(plan + " is logged", SOON, () -> server.log().contains(reason));
    System.out.printf("HSM fault \"%s\": told after %d ms%n", plan, told.toMillis());
  }

  private void mends(Server server, Api api, String plan) throws Exception {
    faulty.faults("# none");
    Duration mended = reaction(server, "healthy after " + plan, () -> healthy(api));
    System.out.printf("HSM fault \"%s\": healthy %d ms after it%n", plan, mended.toMillis());
  }

  private static Duration reaction(Server server, String what, BooleanSupplier seen) {
    long start = System.nanoTime();
    server.await(what, SOON, seen);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void servesThroughWhateverHappensAndRecoversByItself() throws Exception {
    try (Server server = faulty.server("max_operation_duration = \"1s\"")) {
      server.start();
      Api api = server.api().as(server.initialize());
      api.put("sys/mounts/secret", "{'type':'kv'}").expect(204);
      server.await("healthy", SOON, () -> healthy(api));
      server.api().get("sys/metrics").expect(403);
      assertThat(metrics(api)).contains("hsm_up{seal=\"pkcs11\",type=\"pkcs11\"} 1\n");

      breaks(server, api, "* hang", "answer");
      // It is told before the deadline of the call that hangs counts it.
      server.await("counted", SOON, () -> TIMED_OUT.matcher(metrics(api)).find());
      mends(server, api, "* hang");
      breaksAndMends(server, api, "* absent", "no token");
      breaksAndMends(server, api, "* return 0x30", "CKR_DEVICE_ERROR");
      breaksAndMends(server, api, "C_EncryptInit return 0x68", "CKR_KEY_FUNCTION_NOT_PERMITTED");
      Path away = folder.resolve("tokens-away");
      Files.move(faulty.hsm().tokens(), away);
      faulty.faults("* loseSessions");
      server.await("the folder that is away is told", SOON, () -> !healthy(api));
      serves(server, api);
      Files.move(away, faulty.hsm().tokens());
      server.await("healthy with the folder back", SOON, () -> healthy(api));

      server.kill();
      faulty.faults("* return 0x30 0.3", "* sessions 1");
      server.start().awaitHealth(200);
      serves(server, api);
    }
  }

  @Test
  void neitherProbesNorReloadsWearOutAPinThatLocks() throws Exception {
    Path pinFile = folder.resolve("pin");
    Files.writeString(pinFile, faulty.hsm().pin());
    try (Server server = faulty.server("")) {
      server.environment().put("VAULT_HSM_PIN", "file://" + pinFile);
      server.start();
      server.initialize();
      server.kill();
      server.openMetrics();

      faulty.faults("* lock 2");
      faulty.forgetCalls();
      Files.writeString(pinFile, "00000000");
      server.start().awaitHealth(503);
      server.await("refused", SOON, () -> server.api().get("sys/health").text().contains("PIN"));
      server.signal("HUP");
      Thread.sleep(1500);
      assertThat(faulty.calls("C_Login")).isEqualTo(1);
      assertThat(metrics(server.api()))
          .as("sealed, without a token")
          .contains("hsm_errors_total{ckr=\"CKR_PIN_INCORRECT\"} 1\n")
          .contains("hsm_logins_total 1\n")
          .contains("hsm_up{seal=\"pkcs11\",type=\"pkcs11\"} 0\n");

      Files.writeString(pinFile, faulty.hsm().pin());
      server.signal("HUP");
      server.awaitHealth(200);
      assertThat(faulty.calls("C_Login")).isEqualTo(2);
      assertThat(metrics(server.api()))
          .contains("hsm_logins_total 2\n")
          .contains("unseal_seconds ");
    }
  }

  @Test
  void takesAnotherLibraryOnReload() throws Exception {
    try (Server server = faulty.server("")) {
      server.start();
      Api api = server.api().as(server.initialize());
      server.kill();
      faulty.faults("* return 0x5");
      server.start().awaitHealth(503);
      String text = Files.readString(server.configuration());
      Files.writeString(
          server.configuration(),
          text.replace(faulty.library().toString(), faulty.hsm().library().toString()));
      server.signal("HUP");
      server.awaitHealth(200);
      server.await(
          "the status names the new library",
          SOON,
          () ->
              api.get("sys/seal-backend-status")
                  .text()
                  .contains(faulty.hsm().library().toString()));
    }
  }

  @Test
  void anIsolatedLibraryMayCrashAndHang() throws Exception {
    try (Server server =
        faulty.server("isolate_library = \"true\"\n  max_operation_duration = \"5s\"")) {
      server.start();
      Api api = server.api().as(server.initialize());
      api.put("sys/mounts/secret", "{'type':'kv'}").expect(204);
      server.await("healthy", SOON, () -> healthy(api));
      breaksAndMends(server, api, "C_Encrypt crash", "crashed");
      breaksAndMends(server, api, "C_Encrypt hang", "C_Encrypt did not end");
      assertThat(server.process().descendants())
          .allSatisfy(
              p ->
                  assertThat(p.info().commandLine().orElse("")).doesNotContain(faulty.hsm().pin()));
      long libraryProcess = server.process().descendants().findFirst().orElseThrow().pid();
      server.kill();
      server.await(
          "the library's process ends with the server",
          SOON,
          () -> ProcessHandle.of(libraryProcess).filter(ProcessHandle::isAlive).isEmpty());
      server.start().awaitHealth(200);
    }
  }
}
