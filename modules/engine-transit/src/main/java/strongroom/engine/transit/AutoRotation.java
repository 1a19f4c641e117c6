package strongroom.engine.transit;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rotates the keys that have a period for it, each by a commit of its own. */
final class AutoRotation {
  private static final Logger LOG = LoggerFactory.getLogger(AutoRotation.class);

  /** Periods are an hour at least. */
  private static final long PAUSE_SECONDS = 60;

  private static final int PAGE = 1000;

  private final KeyPaths keys;
  private final Clock clock;
  private final TransitEngine.Background background;
  private final CountDownLatch stopped = new CountDownLatch(1);

  AutoRotation(KeyPaths keys, Clock clock, TransitEngine.Background background) {
    this.keys = keys;
    this.clock = clock;
    this.background = background;
  }

  void start() {
    Thread.ofVirtual().name("rotation of transit keys").start(this::run);
  }

  void stop() {
    stopped.countDown();
  }

  private void run() {
    try {
      while (!stopped.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
        try {
          rotateDue();
        } catch (RuntimeException e) {
          // A full disk or a lost leader passes; what is due stays due.
          LOG.warn("transit keys are not rotated yet: {}", e.getMessage(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void rotateDue() {
    List<String> names = new ArrayList<>();
    background.inTransaction(
        storage -> {
          String after = "";
          List<String> page;
          do {
            page = storage.list(KeyStore.ROTATING, after, PAGE);
            names.addAll(page);
            after = page.isEmpty() ? after : page.getLast();
          } while (page.size() == PAGE);
        });
    for (String name : names) {
      if (stopped.getCount() == 0) {
        return;
      }
      try {
        background.inTransaction(storage -> keys.rotateIfDue(storage, name, clock.instant()));
      } catch (RuntimeException e) {
        // One that cannot be rotated keeps no other from it.
        LOG.warn("the transit key {} is not rotated yet: {}", name, e.getMessage(), e);
      }
    }
  }
}
