package strongroom.seal;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that asks a seal for a sign of life: at a steady interval while it is healthy, and
 * with pauses that grow while it is not, so that its return is noticed soon.
 */
public final class Prober implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final String name;
  private final Optional<HealthCheck> check;
  private final HealthRecord health;
  private final Runnable probe;
  private final SecureRandom random;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * Starts nothing.
   *
   * @param name the seal's, for the log
   * @param check how it probes; without, it never does
   * @param health is told of probes that begin and end; {@code probe} tells it how they went
   * @param probe throws {@link SealFault} where the seal is not well
   */
  public Prober(
      String name,
      Optional<HealthCheck> check,
      HealthRecord health,
      Runnable probe,
      SecureRandom random) {
    this.name = name;
    this.check = check;
    this.health = health;
    this.probe = probe;
    this.random = random;
    thread = Thread.ofPlatform().daemon().name("seal-health").unstarted(this::run);
  }

  /** Starts it, where the settings have a health check. */
  public void start() {
    if (check.isPresent()) {
      thread.start();
    }
  }

  /** Makes it probe at once. */
  public void wake() {
    wake.release();
  }

  private void run() {
    HealthCheck how = check.orElseThrow();
    Duration pause = PAUSE_MIN;
    while (!stopped) {
      Duration wait;
      if (probeOnce()) {
        pause = PAUSE_MIN;
        wait = how.interval();
      } else {
        wait = jittered(pause);
        pause = pause.multipliedBy(2);
        if (pause.compareTo(how.intervalUnhealthyMax()) > 0) {
          pause = how.intervalUnhealthyMax();
        }
      }
      await(wait);
    }
  }

  private boolean probeOnce() {
    health.probeStarts();
    CountDownLatch ended = new CountDownLatch(1);
    Thread.ofVirtual().name("seal-health-watch").start(() -> watch(ended));
    try {
      probe.run();
      return true;
    } catch (SealFault e) {
      return false;
    } catch (RuntimeException e) {
      if (!stopped) {
        LOG.error("the probe of seal {} met a bug and goes on", name, e);
        health.failed("the probe failed; the log says why");
      }
      return false;
    } finally {
      health.probeEnds();
      ended.countDown();
    }
  }

  /** A probe that hangs tells nothing by itself before its deadline. */
  private void watch(CountDownLatch ended) {
    try {
      // A little more, so that the record agrees that it is late.
      if (!ended.await(health.probeMax().toMillis() + 1, TimeUnit.MILLISECONDS)) {
        health.probeIsLate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Three quarters to five quarters, so that nodes do not ask one HSM or service in step. */
  private Duration jittered(Duration pause) {
    return Duration.ofNanos((long) (pause.toNanos() * (0.75 + random.nextDouble() / 2)));
  }

  private void await(Duration wait) {
    try {
      if (wake.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  /** Ends the thread; a probe that hangs is not waited for. */
  @Override
  public void close() {
    stopped = true;
    wake.release();
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(STOP_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
