package strongroom.quota;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The windows of all clients. Where there are too many, those that are over go; where that makes no
 * room, further clients share a few windows a limit: memory stays bounded, and nobody gets more
 * than the rate by coming from many addresses.
 */
final class Windows {
  static final int WINDOWS_MAX = 50_000;
  private static final int SHARED_BY_LIMIT = 64;
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConcurrentHashMap<Key, Window> windows = new ConcurrentHashMap<>();
  private final AtomicLong sweptAt;

  /** {@code client} is an address, or the number of a shared window. */
  private record Key(Limiter limiter, Object client) {}

  Windows(long now) {
    sweptAt = new AtomicLong(now - SWEEP_NANOS);
  }

  Window of(Limiter limiter, Object client, long now) {
    Key key = new Key(limiter, client);
    Window known = windows.get(key);
    if (known != null) {
      return known;
    }
    if (windows.mappingCount() >= WINDOWS_MAX && !madeRoom(now)) {
      key = new Key(limiter, Math.floorMod(client.hashCode(), SHARED_BY_LIMIT));
    }
    return windows.computeIfAbsent(key, _ -> new Window(now));
  }

  private boolean madeRoom(long now) {
    long last = sweptAt.get();
    if (now - last >= SWEEP_NANOS && sweptAt.compareAndSet(last, now)) {
      windows
          .entrySet()
          .removeIf(e -> e.getValue().isOver(now, e.getKey().limiter().intervalNanos()));
    }
    return windows.mappingCount() < WINDOWS_MAX;
  }

  /** Forgets what {@code limiter} has counted. */
  void forget(Limiter limiter) {
    windows.keySet().removeIf(key -> key.limiter() == limiter);
  }

  long size() {
    return windows.mappingCount();
  }
}
