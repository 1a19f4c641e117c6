package strongroom.seal.pkcs11;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.seal.SealFault;

/**
 * The thread that asks the HSM for a sign of life: at a steady interval while it is healthy, and
 * with pauses that grow while it is not, so that its return is noticed soon.
 */
final class Prober implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final Pkcs11SealSettings settings;
  private final HealthRecord health;
  private final Runnable probe;
  private final SecureRandom random;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopped;

  Prober(Pkcs11SealSettings settings, HealthRecord health, Runnable probe, SecureRandom random) {
    this.settings = settings;
    this.health = health;
    this.probe = probe;
    this.random = random;
    thread = Thread.ofPlatform().daemon().name("seal-health").unstarted(this::run);
  }

  /** Starts it, where the settings have a health check. */
  void start() {
    if (settings.healthCheck().isPresent()) {
      thread.start();
    }
  }

  /** Makes it probe at once. */
  void wake() {
    wake.release();
  }

  private void run() {
    Pkcs11SealSettings.HealthCheck check = settings.healthCheck().orElseThrow();
    Duration pause = PAUSE_MIN;
    while (!stopped) {
      Duration wait;
      if (probeOnce()) {
        pause = PAUSE_MIN;
        wait = check.interval();
      } else {
        wait = jittered(pause);
        pause = pause.multipliedBy(2);
        if (pause.compareTo(check.intervalUnhealthyMax()) > 0) {
          pause = check.intervalUnhealthyMax();
        }
      }
      await(wait);
    }
  }

  private boolean probeOnce() {
    health.probeStarts();
    try {
      probe.run();
      return true;
    } catch (SealFault e) {
      return false;
    } catch (RuntimeException e) {
      if (!stopped) {
        LOG.error("the probe of seal {} met a bug and goes on", settings.name(), e);
        health.failed("the probe failed; the log says why");
      }
      return false;
    } finally {
      health.probeEnds();
    }
  }

  /** Three quarters to five quarters, so that nodes do not ask one HSM in step. */
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

  /** Ends the thread; a probe that hangs in the library is not waited for. */
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
