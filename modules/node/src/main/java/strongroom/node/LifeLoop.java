package strongroom.node;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that moves a node by itself: looks for an installation, unseals by the seal, with
 * pauses that grow while it fails, follows the lead, sees to missing copies, and rotates old keys.
 */
final class LifeLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LifeLoop.class);

  /** The first pause after a failure; each later one is twice as long, up to the maximum. */
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);

  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration ROTATION_CHECK = Duration.ofMinutes(1);
  private static final Duration STOP_WAIT = Duration.ofSeconds(15);

  private final LifeSteps steps;
  private final NodeParts parts;
  private final SecureRandom random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Thread thread;

  // Guarded by lock.
  private boolean wake;
  private boolean stopped;

  // The thread's own.
  private Duration pause = PAUSE_MIN;
  private Instant rotationChecked = Instant.MIN;

  LifeLoop(NodeParts parts, LifeSteps steps) {
    this.parts = parts;
    this.steps = steps;
    this.random = parts.random();
    this.thread = Thread.ofVirtual().name("node-life").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Makes it try at once, with short pauses again. */
  void wake() {
    lock.lock();
    try {
      wake = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    boolean goOn = true;
    while (goOn) {
      Duration wait;
      try {
        wait = step();
      } catch (RuntimeException e) {
        log.error("the node's life loop met a fault and goes on", e);
        wait = PAUSE_MAX;
      }
      goOn = await(wait);
    }
  }

  private Duration step() {
    return switch (steps.state()) {
      case NodeState.Starting _ -> {
        steps.look();
        yield steps.state() instanceof NodeState.Starting ? nextPause() : Duration.ZERO;
      }
      case NodeState.Uninitialized _ -> {
        steps.look();
        yield LOOK.multipliedBy(5);
      }
      case NodeState.Sealed(var _, Obstacle obstacle) when obstacle.kind().passing() -> {
        steps.unsealByItself();
        yield steps.state() instanceof NodeState.Sealed ? nextPause() : Duration.ZERO;
      }
      case NodeState.Sealed _, NodeState.Unsealing _, NodeState.Damaged _ -> LOOK.multipliedBy(5);
      case NodeState.Active _, NodeState.Standby _ -> {
        pause = PAUSE_MIN;
        steps.followLeadership();
        steps.catchUp();
        rotateWhenDue();
        yield LOOK;
      }
    };
  }

  private void rotateWhenDue() {
    Instant now = parts.clock().instant();
    if (now.isAfter(rotationChecked.plus(ROTATION_CHECK))) {
      rotationChecked = now;
      steps.rotateWhenOld();
    }
  }

  /** Between half and all of the pause, so that nodes do not ask one HSM in step. */
  private Duration nextPause() {
    Duration now = pause;
    pause = now.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? now.multipliedBy(2) : PAUSE_MAX;
    long half = now.toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }

  private boolean await(Duration wait) {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!stopped && !wake && left > 0) {
        left = woken.awaitNanos(left);
      }
      if (wake) {
        wake = false;
        pause = PAUSE_MIN;
      }
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread and waits for the step it is in. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(STOP_WAIT)) {
        log.warn(
            "the node's life loop did not end within {} s", TimeUnit.SECONDS.convert(STOP_WAIT));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
