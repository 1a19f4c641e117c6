package strongroom.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;

class BarrierConcurrencyTest {
  private static final int WRITERS = 16;

  private final SecureRandom random = new SecureRandom();
  private final SecretBytes rootKey = SecretBytes.random(32, random);
  private final InMemoryStorage physical = new InMemoryStorage();
  private final Barrier barrier =
      Barrier.create(physical, rootKey, Sources.of(Clock.systemUTC(), random));
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  void readersAndWritersGoOnWhileKeysRotate() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      String path = "secret/" + writer;
      threads.add(
          start(
              () -> {
                for (int i = 0; i < 300; i++) {
                  byte[] value = (path + " " + i).getBytes(UTF_8);
                  barrier.commit(new Batch().put(path, value));
                  assertThat(barrier.get(path)).contains(value);
                }
              }));
    }
    threads.add(
        start(
            () -> {
              for (int i = 0; i < 20; i++) {
                barrier.rotate();
              }
            }));
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
    Barrier again = Barrier.open(physical, rootKey, Sources.of(Clock.systemUTC(), random));
    assertThat(again.keyStatus().term()).isEqualTo(21);
    for (int writer = 0; writer < WRITERS; writer++) {
      assertThat(again.get("secret/" + writer))
          .contains(("secret/" + writer + " 299").getBytes(UTF_8));
    }
  }

  @Test
  void whoeverIsUnderWayWhenItClosesIsToldSoAndNothingElse() throws Exception {
    byte[] value = "value".getBytes(UTF_8);
    barrier.commit(new Batch().put("a", value));
    AtomicBoolean closed = new AtomicBoolean();
    AtomicInteger told = new AtomicInteger();
    CountDownLatch underWay = new CountDownLatch(WRITERS);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      boolean writes = i % 2 == 0;
      threads.add(
          start(
              () -> {
                try {
                  underWay.countDown();
                  while (true) {
                    if (writes) {
                      barrier.commit(new Batch().put("a", value));
                    } else {
                      assertThat(barrier.get("a")).contains(value);
                    }
                  }
                } catch (StorageFault.Unavailable e) {
                  told.incrementAndGet();
                  assertThat(closed).isTrue();
                }
              }));
    }
    underWay.await();
    closed.set(true);
    barrier.close();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(failures).isEmpty();
    assertThat(told).hasValue(WRITERS);
  }

  private Thread start(Runnable work) {
    // Platform threads: a virtual one that never blocks would keep the others from starting.
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                failures.add(e);
              }
            });
  }
}
