package strongroom.engine.kv;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import strongroom.engine.EngineStorage;
import strongroom.logical.Refusal;

/**
 * Turns a mount's values of version 1 into first versions of version 2, some keys a commit, in the
 * background. What is done is done: a restart goes on with what is left.
 */
final class Upgrade {
  private static final int KEYS_A_COMMIT = 100;

  private final Clock clock;
  private final KvEngine.Background background;
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile boolean stopped;

  Upgrade(Clock clock, KvEngine.Background background) {
    this.clock = clock;
    this.background = background;
  }

  void start() {
    background.inTransaction(storage -> done.set(storage.list(KvPath.VALUES, "", 1).isEmpty()));
    if (!done.get()) {
      Thread.ofVirtual().name("upgrade to KV version 2").start(this::run);
    }
  }

  void stop() {
    stopped = true;
  }

  void requireDone() {
    if (!done.get()) {
      throw Refusal.invalid(
          "Upgrading from non-versioned to versioned data. This backend will be unavailable for a"
              + " brief period and will resume service shortly.");
    }
  }

  private void run() {
    while (!stopped && !done.get()) {
      background.inTransaction(
          storage -> {
            int left = convert(storage, "", KEYS_A_COMMIT);
            if (left == KEYS_A_COMMIT) {
              storage.afterCommit(() -> done.set(true));
            }
          });
    }
  }

  /** Converts keys below {@code folder}, at most {@code limit}, and says how many it had left. */
  private int convert(EngineStorage storage, String folder, int limit) {
    int left = limit;
    List<String> names = storage.list(KvPath.VALUES + folder, "", limit);
    for (String name : names) {
      if (left == 0) {
        return 0;
      }
      String key = folder + name;
      if (name.endsWith("/")) {
        left = convert(storage, key, left);
      } else {
        convert(storage, key);
        left--;
      }
    }
    return left;
  }

  private void convert(EngineStorage storage, String key) {
    Instant now = clock.instant();
    byte[] value = storage.get(KvPath.VALUES + key).orElseThrow();
    KeyMetadata metadata = KeyMetadata.fresh(now);
    metadata.add(now, KvConfig.of(storage));
    storage.put(KvPath.data(key, metadata.currentVersion()), value);
    metadata.save(storage, key);
    storage.delete(KvPath.VALUES + key);
  }
}
