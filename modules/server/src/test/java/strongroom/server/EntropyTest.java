package strongroom.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import strongroom.metrics.Counter;
import strongroom.metrics.Labels;
import strongroom.metrics.Metrics;
import strongroom.system.node.EntropyState;

class EntropyTest {
  private final Counter failures = new Metrics().counter("failures", "", Labels.NONE);

  private static byte[] bytes(AugmentedRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void neverGivesTheSameTwiceThoughTheHsmGivesTheSameAlways() {
    AugmentedRandom random = new AugmentedRandom(() -> Optional.of(new byte[32]));

    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      seen.add(Arrays.toString(bytes(random, 16)));
    }

    assertThat(seen).hasSize(1_000);
    assertThat(random.nextLong()).isNotEqualTo(random.nextLong());
    assertThat(random.generateSeed(20)).hasSize(20);
  }

  @Test
  void fillsAnyLength() {
    AugmentedRandom random = new AugmentedRandom(() -> Optional.of(new byte[32]));

    for (int length : new int[] {0, 1, 31, 33, 8160, 8161, 100_000}) {
      byte[] made = bytes(random, length);
      assertThat(made).hasSize(length);
      if (length > 100) {
        byte[] last = Arrays.copyOfRange(made, length - 16, length);
        assertThat(last).isNotEqualTo(new byte[16]);
      }
    }
  }

  @Test
  void everySeedIsAskedForAndZeroedOnceUsed() {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 7);
    AtomicInteger asked = new AtomicInteger();
    AugmentedRandom random =
        new AugmentedRandom(
            () -> {
              asked.incrementAndGet();
              return Optional.of(seed);
            });

    bytes(random, 16);

    assertThat(asked).hasValue(1);
    assertThat(seed).isEqualTo(new byte[32]);
  }

  @Test
  void theSystemsRandomnessServesWhileTheHsmIsAway() {
    try (HsmEntropy away =
        new HsmEntropy(
            n -> {
              throw new IllegalStateException("away");
            },
            Clock.systemUTC(),
            failures)) {
      away.start();
      AugmentedRandom random = new AugmentedRandom(away::poll);

      assertThat(bytes(random, 32)).isNotEqualTo(bytes(random, 32)).isNotEqualTo(new byte[32]);
      assertThat(away.poll()).isEmpty();
      assertThat(away.state().mixedIn()).isEqualTo(EntropyState.MixedIn.NOT_YET);
      assertThat(away.state().lastSuccess()).isEmpty();
      assertThat(away.state().failures()).isEqualTo(1);
      assertThat(away.state().reason()).isEqualTo("away");
    }
  }

  @Test
  void theFirstKeysHaveTheHsmsRandomnessAndItsReturnIsTaken() throws Exception {
    AtomicBoolean there = new AtomicBoolean(true);
    CountDownLatch again = new CountDownLatch(1);
    try (HsmEntropy entropy =
        new HsmEntropy(
            n -> {
              if (!there.get()) {
                again.countDown();
                throw new IllegalStateException("away");
              }
              return new byte[n];
            },
            Duration.ofMillis(1),
            Clock.systemUTC(),
            failures)) {
      entropy.start();
      assertThat(entropy.poll()).isPresent();
      assertThat(entropy.state())
          .isEqualTo(
              new EntropyState(EntropyState.MixedIn.NOW, entropy.state().lastSuccess(), 0, ""));
      assertThat(entropy.state().lastSuccess()).isPresent();

      there.set(false);
      while (entropy.poll().isPresent() || again.getCount() > 0) {
        Thread.onSpinWait();
      }
      assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
      while (entropy.state().failures() == 0) {
        Thread.onSpinWait();
      }
      assertThat(entropy.state().mixedIn()).isEqualTo(EntropyState.MixedIn.BEFORE);
      assertThat(entropy.state().reason()).isEqualTo("away");

      there.set(true);
      Optional<byte[]> back = Optional.empty();
      for (int i = 0; i < 10_000 && back.isEmpty(); i++) {
        back = entropy.poll();
        Thread.sleep(1);
      }
      assertThat(back).isPresent();
      assertThat(entropy.state().mixedIn()).isEqualTo(EntropyState.MixedIn.NOW);
    }
  }

  @Test
  void anHsmThatHangsHoldsNobodyUpAfterTheFirstWait() {
    CountDownLatch never = new CountDownLatch(1);
    try (HsmEntropy hangs =
        new HsmEntropy(
            n -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              throw new IllegalStateException("interrupted");
            },
            Clock.systemUTC(),
            failures)) {
      hangs.start();
      hangs.poll(); // waits, bounded

      // Each of these would wait as long again.
      for (int i = 0; i < 1_000; i++) {
        assertThat(hangs.poll()).isEmpty();
      }
    }
  }
}
