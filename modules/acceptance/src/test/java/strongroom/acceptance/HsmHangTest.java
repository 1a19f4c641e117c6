package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every call to the HSM hangs for 20 seconds, with settings as they are by default: once while a
 * node serves and, at the same time, while another starts. Waits nearly all of its time, so that it
 * runs beside other tests.
 */
@Execution(ExecutionMode.CONCURRENT)
class HsmHangTest {
  private static final Duration HANG = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofSeconds(60);

  /** What is to be told before half of the hang is over. */
  private static final Duration TOLD = HANG.dividedBy(2);

  /**
   * One that waits for the HSM takes half of the hang at least: that is when calls are given up.
   */
  private static final Duration HEALTH_MAX = HANG.dividedBy(4);

  @TempDir Path folder;
  private final Map<String, BooleanSupplier> yetToBeTold = new HashMap<>();
  private final Map<String, Duration> toldAfter = new HashMap<>();
  private final List<Duration> health = new ArrayList<>();

  private void timed(Server server, int expected) {
    long start = System.nanoTime();
    assertThat(server.health()).isEqualTo(expected);
    health.add(Duration.ofNanos(System.nanoTime() - start));
  }

  private void look(long begin) {
    yetToBeTold
        .entrySet()
        .removeIf(
            what -> {
              boolean told = what.getValue().getAsBoolean();
              if (told) {
                toldAfter.put(what.getKey(), Duration.ofNanos(System.nanoTime() - begin));
              }
              return told;
            });
  }

  private static boolean healthy(Api api) {
    return api.get("sys/seal-backend-status").text().contains("\"healthy\":true");
  }

  @Test
  void healthAnswersAndTheReasonIsToldThroughoutAndNobodyHasToHelp() throws Exception {
    FaultyHsm faulty = FaultyHsm.over(SoftHsm.provision(folder, "vault-hsm-token"));
    try (Server serving = faulty.serverIn(Files.createDirectory(folder.resolve("serving")), "");
        Server starting = faulty.serverIn(Files.createDirectory(folder.resolve("starting")), "")) {
      Api api = serving.start().api().as(serving.initialize());
      api.put("sys/mounts/secret", "{'type':'kv'}").expect(204);
      serving.await("healthy", SOON, () -> healthy(api));
      Api other = starting.start().api().as(starting.initialize());
      starting.kill();

      faulty.faults("* delay " + HANG.toMillis());
      long begin = System.nanoTime();
      expectToBeTold(serving, api, "serving");
      int logged = starting.log().length();
      starting.start();
      yetToBeTold.put(
          "starting: sys/health",
          () -> starting.api().get("sys/health").text().contains("which has not ended"));
      yetToBeTold.put("starting: log", () -> starting.log().substring(logged).contains("answer"));

      for (int i = 0; System.nanoTime() - begin < HANG.toNanos(); i++) {
        timed(serving, 200);
        timed(starting, 503);
        api.put("secret/k", "{'n':" + i + "}").expect(204);
        assertThat(api.get("secret/k").expect(200).number("data.n")).isEqualTo(i);
        look(begin);
        Thread.sleep(200);
      }
      faulty.faults("# none");
      assertThat(yetToBeTold.keySet()).as("never told").isEmpty();
      assertThat(toldAfter.values()).allSatisfy(after -> assertThat(after).isLessThan(TOLD));
      assertThat(health).allSatisfy(took -> assertThat(took).isLessThan(HEALTH_MAX));

      serving.await("healthy by itself", SOON, () -> healthy(api));
      starting.awaitHealth(200);
      starting.await("healthy by itself", SOON, () -> healthy(other));
    }
  }

  private void expectToBeTold(Server server, Api api, String who) {
    yetToBeTold.put(who + ": status", () -> !healthy(api));
    yetToBeTold.put(
        who + ": metrics",
        () ->
            api.get("sys/metrics?format=prometheus")
                .expect(200)
                .text()
                .contains("hsm_up{seal=\"pkcs11\",type=\"pkcs11\"} 0\n"));
    yetToBeTold.put(who + ": log", () -> server.log().contains("not healthy"));
  }
}
