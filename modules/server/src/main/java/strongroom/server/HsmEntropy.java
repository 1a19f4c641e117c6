package strongroom.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.metrics.Counter;
import strongroom.system.node.EntropyState;

/**
 * Random bytes of the HSM, fetched ahead by a thread of its own, so that nobody who needs some
 * waits for the HSM. Only before it has answered, or not answered, for the first time, is it waited
 * for, and for {@link #FIRST_MAX} at most: the keys of a new installation are made then.
 */
final class HsmEntropy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HsmEntropy.class);

  /** One seed, as long as the hash of the function that mixes. */
  static final int SEED_BYTES = 32;

  private static final int SEEDS_MAX = 32;
  private static final Duration FIRST_MAX = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final IntFunction<byte[]> hsm;
  private final Duration retry;
  private final Clock clock;
  private final Counter failures;
  private final BlockingQueue<byte[]> seeds = new ArrayBlockingQueue<>(SEEDS_MAX);
  private final Semaphore wanted = new Semaphore(1);
  private final CountDownLatch firstOutcome = new CountDownLatch(1);
  private volatile @Nullable Thread fetcher;
  private volatile Optional<Instant> lastSuccess = Optional.empty(); // written by the fetcher
  private volatile String reason = "it has not been asked yet"; // written by the fetcher
  private boolean away; // used by the fetcher

  /**
   * Starts nothing.
   *
   * @param hsm gives so many random bytes, or throws, within its own deadline
   * @param failures counts how often it throws
   */
  HsmEntropy(IntFunction<byte[]> hsm, Clock clock, Counter failures) {
    this(hsm, RETRY, clock, failures);
  }

  HsmEntropy(IntFunction<byte[]> hsm, Duration retry, Clock clock, Counter failures) {
    this.hsm = hsm;
    this.retry = retry;
    this.clock = clock;
    this.failures = failures;
  }

  /** What is known, from memory. */
  EntropyState state() {
    Optional<Instant> last = lastSuccess;
    EntropyState.MixedIn without =
        last.isPresent() ? EntropyState.MixedIn.BEFORE : EntropyState.MixedIn.NOT_YET;
    return new EntropyState(
        seeds.isEmpty() ? without : EntropyState.MixedIn.NOW, last, failures.count(), reason);
  }

  void start() {
    fetcher = Thread.ofPlatform().name("hsm-entropy").daemon().start(this::fetch);
  }

  private void fetch() {
    try {
      while (true) {
        wanted.acquire();
        wanted.drainPermits();
        while (!fill()) {
          firstOutcome.countDown();
          Thread.sleep(retry);
        }
        firstOutcome.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean fill() {
    int missing = seeds.remainingCapacity();
    if (missing == 0) {
      return true;
    }
    try {
      byte[] fresh = hsm.apply(missing * SEED_BYTES);
      for (int i = 0; i < missing; i++) {
        seeds.add(Arrays.copyOfRange(fresh, i * SEED_BYTES, (i + 1) * SEED_BYTES));
      }
      Arrays.fill(fresh, (byte) 0);
      if (away || firstOutcome.getCount() > 0) {
        LOG.info("entropy: the HSM's randomness is mixed into keys and tokens");
      }
      away = false;
      lastSuccess = Optional.of(clock.instant());
      reason = "";
      return true;
    } catch (RuntimeException e) {
      failures.increment();
      reason = String.valueOf(e.getMessage());
      // It is told once; the system's randomness serves alone meanwhile.
      if (!away && !Thread.currentThread().isInterrupted()) {
        LOG.warn(
            "entropy: the HSM gives no random bytes; keys and tokens are made of the system's"
                + " randomness until it does: {}",
            e.getMessage());
      }
      away = true;
      return false;
    }
  }

  /** A seed that was used by nobody; empty where there is none now. */
  Optional<byte[]> poll() {
    if (firstOutcome.getCount() > 0 && fetcher != null) {
      awaitFirst();
    }
    byte[] seed = seeds.poll();
    if (seeds.size() <= SEEDS_MAX / 2 && wanted.availablePermits() == 0) {
      wanted.release();
    }
    return Optional.ofNullable(seed);
  }

  private void awaitFirst() {
    try {
      if (!firstOutcome.await(FIRST_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        firstOutcome.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    Thread running = fetcher;
    if (running != null) {
      running.interrupt();
    }
    for (byte[] left = seeds.poll(); left != null; left = seeds.poll()) {
      Arrays.fill(left, (byte) 0);
    }
  }
}
