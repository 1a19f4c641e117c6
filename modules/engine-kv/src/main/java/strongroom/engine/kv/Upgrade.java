package strongroom.engine.kv;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.engine.EngineStorage;
import strongroom.logical.Refusal;

/**
 * Turns a mount's values of version 1 into versions of version 2, some keys a commit, in the
 * background. What is done is done: a restart goes on with what is left.
 */
final class Upgrade {
  private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);
  static final int KEYS_A_COMMIT = 100;
  private static final long BYTES_A_COMMIT = 1024 * 1024;
  private static final long RETRY_SECONDS_MAX = 60;

  private final Clock clock;
  private final KvEngine.Background background;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean done;

  Upgrade(Clock clock, KvEngine.Background background) {
    this.clock = clock;
    this.background = background;
  }

  /** Looks whether there is anything to do, and does it on a thread of its own. */
  void start() {
    background.inTransaction(storage -> done = storage.list(KvPath.VALUES, "", 1).isEmpty());
    if (!done) {
      Thread.ofVirtual().name("upgrade to KV version 2").start(this::run);
    }
  }

  void stop() {
    stopped.countDown();
  }

  void requireDone() {
    if (!done) {
      throw Refusal.invalid(
          "Upgrading from non-versioned to versioned data. This backend will be unavailable for a"
              + " brief period and will resume service shortly.");
    }
  }

  private void run() {
    long retrySeconds = 1;
    while (stopped.getCount() > 0 && !done) {
      try {
        background.inTransaction(this::convertSome);
        retrySeconds = 1;
      } catch (RuntimeException e) {
        // A full disk passes. Nothing of this step was written, so the next try does it again.
        if (stopped.getCount() > 0) {
          LOG.warn("the upgrade to KV version 2 waits {} s: {}", retrySeconds, e.getMessage(), e);
          await(retrySeconds);
          retrySeconds = Math.min(2 * retrySeconds, RETRY_SECONDS_MAX);
        }
      }
    }
  }

  private void await(long seconds) {
    try {
      stopped.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    }
  }

  /** What one commit may still take. */
  private static final class Share {
    private int keys = KEYS_A_COMMIT;
    private long bytes = BYTES_A_COMMIT;

    boolean untouched() {
      return keys == KEYS_A_COMMIT;
    }

    boolean spent() {
      return keys == 0 || bytes <= 0;
    }

    void take(int length) {
      keys--;
      bytes -= length;
    }
  }

  private void convertSome(EngineStorage storage) {
    Share share = new Share();
    convert(storage, "", share);
    if (share.untouched()) {
      storage.afterCommit(() -> done = true);
    }
  }

  private void convert(EngineStorage storage, String folder, Share share) {
    List<String> names = storage.list(KvPath.VALUES + folder, "", KEYS_A_COMMIT);
    for (String name : names) {
      if (share.spent()) {
        return;
      }
      if (name.endsWith("/")) {
        convert(storage, folder + name, share);
      } else {
        share.take(convertKey(storage, folder + name));
      }
    }
  }

  /**
   * Makes one value a version, and says how long it was. A write of version 1 that was under way
   * when the mount was tuned may end behind the upgrade; at the next start its key has versions
   * already, and it becomes the next one.
   */
  private int convertKey(EngineStorage storage, String key) {
    Instant now = clock.instant();
    byte[] value = storage.get(KvPath.VALUES + key).orElseThrow();
    KeyMetadata metadata = KeyMetadata.find(storage, key).orElseGet(() -> KeyMetadata.fresh(now));
    metadata.add(now, KvConfig.of(storage)).forEach(old -> storage.delete(KvPath.data(key, old)));
    storage.put(KvPath.data(key, metadata.currentVersion()), value);
    metadata.save(storage, key);
    storage.delete(KvPath.VALUES + key);
    return value.length;
  }
}
