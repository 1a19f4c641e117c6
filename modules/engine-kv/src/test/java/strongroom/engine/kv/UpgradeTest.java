package strongroom.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpgradeTest {
  private final Kv kv = Kv.version1();

  @AfterEach
  void stop() {
    kv.stopEngine();
  }

  private void awaitDone() throws InterruptedException {
    for (int tries = 0; kv.read("config").status() != 200; tries++) {
      assertThat(tries).isLessThan(6_000);
      Thread.sleep(10);
    }
  }

  @Test
  void makesEveryValueAFirstVersion() throws Exception {
    for (int i = 0; i < 2 * Upgrade.KEYS_A_COMMIT + 50; i++) {
      kv.write("a/" + i % 7 + "/" + i, "{'n':" + i + "}").expect(204);
    }
    kv.write("a", "{'n':-1}").expect(204);
    AtomicInteger commits = new AtomicInteger();
    kv.upgrade(
        work -> {
          commits.incrementAndGet();
          kv.inTransaction(work);
        });
    kv.startEngine();
    awaitDone();
    assertThat(commits.get()).isGreaterThanOrEqualTo(4);
    for (int i = 0; i < 2 * Upgrade.KEYS_A_COMMIT + 50; i++) {
      assertThat(kv.read("data/a/" + i % 7 + "/" + i).expect(200).number("data.n")).isEqualTo(i);
    }
    assertThat(kv.read("data/a").expect(200).number("metadata.version")).isEqualTo(1);
    assertThat(kv.stored(key -> key.startsWith(KvPath.VALUES))).isEmpty();
  }

  @Test
  void tellsClientsToWaitMeanwhile() throws Exception {
    kv.write("a", "{'n':1}").expect(204);
    Semaphore steps = new Semaphore(1);
    kv.upgrade(
        work -> {
          steps.acquireUninterruptibly();
          kv.inTransaction(work);
        });
    assertThat(kv.read("data/a").expect(400).words().getFirst())
        .startsWith("Upgrading from non-versioned to versioned data.");
    kv.startEngine();
    kv.write("data/a", "{'data':{}}").expect(400);
    kv.list("metadata/").expect(400);
    kv.read("config").expect(400);
    steps.release(100);
    awaitDone();
    kv.read("data/a").expect(200);
  }

  @Test
  void changesNothingBeforeItIsStarted() {
    kv.write("a", "{'n':1}").expect(204);
    kv.upgrade(
        work -> {
          throw new AssertionError("not started");
        });
    assertThat(kv.stored(key -> true)).containsExactly(KvPath.VALUES + "a");
  }

  @Test
  void hasNothingToWaitForOnAnEmptyMount() {
    kv.upgrade(kv::inTransaction);
    kv.startEngine();
    kv.write("data/a", "{'data':{}}").expect(200);
  }

  @Test
  void goesOnAfterAFault() throws Exception {
    kv.write("a", "{'n':1}").expect(204);
    AtomicInteger calls = new AtomicInteger();
    kv.upgrade(
        work -> {
          if (calls.incrementAndGet() == 2) {
            throw new IllegalStateException("the disk is full");
          }
          kv.inTransaction(work);
        });
    kv.startEngine();
    awaitDone();
    kv.read("data/a").expect(200);
  }

  @Test
  void makesALateValueTheNextVersionAndLosesNone() throws Exception {
    kv.write("a", "{'n':1}").expect(204);
    kv.upgrade(kv::inTransaction);
    kv.startEngine();
    awaitDone();
    kv.write("data/a", "{'data':{'n':2}}").expect(200);
    kv.inTransaction(
        storage ->
            storage.put(
                KvPath.VALUES + "a",
                "{\"n\":3}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    kv.upgrade(kv::inTransaction);
    kv.startEngine();
    awaitDone();
    assertThat(kv.read("data/a").expect(200).number("data.n")).isEqualTo(3);
    assertThat(kv.read("data/a", "{'version':2}").expect(200).number("data.n")).isEqualTo(2);
    assertThat(kv.read("data/a", "{'version':1}").expect(200).number("data.n")).isEqualTo(1);
  }

  @Test
  void commitsLargeValuesInSmallSteps() throws Exception {
    String large = "x".repeat(600_000);
    for (int i = 0; i < 6; i++) {
      kv.write("k" + i, "{'v':'" + large + "'}").expect(204);
    }
    AtomicInteger commits = new AtomicInteger();
    kv.upgrade(
        work -> {
          commits.incrementAndGet();
          kv.inTransaction(work);
        });
    kv.startEngine();
    awaitDone();
    assertThat(commits.get()).isGreaterThanOrEqualTo(5);
  }
}
