package strongroom.engine.transit;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import strongroom.engine.EngineStorage;
import strongroom.logical.Refusal;

/**
 * The keys that were used last, decoded. To use one that is here takes no lock. All writes of a
 * mount's keys go through the one engine of the mount on the node that leads, which tells of each
 * by {@link #change}.
 */
final class KeyCache implements AutoCloseable {
  /** How many keys are kept where nobody says how many. */
  static final int KEYS_MAX_DEFAULT = 4096;

  private final Map<String, LoadedKey> keys = new ConcurrentHashMap<>();

  /** Names whose change is under way, or of which nobody knows what came of it. */
  private final Set<String> unsettled = ConcurrentHashMap.newKeySet();

  /** Rises with every change, so that what was read before one is not kept behind it. */
  private final AtomicLong changes = new AtomicLong();

  private final AtomicLong uses = new AtomicLong();
  private volatile int keysMax = KEYS_MAX_DEFAULT;
  private volatile boolean closed;

  /** Keeps at most {@code max} keys, or {@link #KEYS_MAX_DEFAULT} for 0. */
  void limit(int max) {
    keysMax = max == 0 ? KEYS_MAX_DEFAULT : max;
    shrink();
  }

  int size() {
    return keys.size();
  }

  /** Whether there is a key {@code name}. */
  boolean exists(EngineStorage storage, String name) {
    return keys.containsKey(name) || KeyStore.find(storage, name).isPresent();
  }

  /** What {@code use} makes of the key {@code name}, which it must not keep. */
  <T> Optional<T> with(EngineStorage storage, String name, Function<LoadedKey, T> use) {
    LoadedKey cached = keys.get(name);
    if (cached != null && cached.hold(uses.incrementAndGet())) {
      try {
        return Optional.of(use.apply(cached));
      } finally {
        cached.leave();
      }
    }
    long seen = changes.get();
    Optional<LoadedKey> loaded = KeyStore.load(storage, name);
    if (loaded.isEmpty()) {
      return Optional.empty();
    }
    LoadedKey key = loaded.get();
    try {
      keep(name, key, seen);
      return Optional.of(use.apply(key));
    } finally {
      key.leave();
    }
  }

  /** Like {@link #with}, where a key must be there. */
  <T> T require(EngineStorage storage, String name, Function<LoadedKey, T> use) {
    return with(storage, name, use).orElseThrow(() -> Refusal.invalid("encryption key not found"));
  }

  private void keep(String name, LoadedKey key, long seen) {
    keys.compute(
        name,
        (_, before) -> {
          if (before != null) {
            return before;
          }
          boolean current = changes.get() == seen && !unsettled.contains(name) && !closed;
          return current && key.hold(uses.incrementAndGet()) ? key : null;
        });
    shrink();
  }

  private void shrink() {
    while (keys.size() > keysMax) {
      keys.entrySet().stream()
          .min((a, b) -> Long.compare(a.getValue().lastUse(), b.getValue().lastUse()))
          .ifPresent(oldest -> drop(oldest.getKey()));
    }
  }

  private void drop(String name) {
    LoadedKey dropped = keys.remove(name);
    if (dropped != null) {
      dropped.leave();
    }
  }

  /**
   * Says that {@code storage} is about to change the key {@code name}. Where nobody knows what came
   * of the commit, storage is asked from then on.
   */
  void change(EngineStorage storage, String name) {
    unsettled.add(name);
    forget(name);
    storage.afterCommit(
        () -> {
          unsettled.remove(name);
          forget(name);
        });
  }

  private void forget(String name) {
    changes.incrementAndGet();
    drop(name);
  }

  /** Drops all keys, and keeps none from then on. */
  @Override
  public void close() {
    closed = true;
    changes.incrementAndGet();
    Set.copyOf(keys.keySet()).forEach(this::drop);
  }
}
