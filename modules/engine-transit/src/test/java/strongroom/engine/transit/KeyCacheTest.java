package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyCacheTest {
  private final Transit transit = new Transit();
  private final KeyCache cache = new KeyCache();

  @AfterEach
  void close() {
    cache.close();
    transit.close();
  }

  @Test
  void aKeyThatIsDroppedWhileItIsUsedIsZeroedWhenItIsLeft() {
    transit.write("keys/k", "{}").expect(200);
    AtomicReference<LoadedKey.Secret> kept = new AtomicReference<>();
    transit.inStorage(
        storage ->
            cache.require(
                storage,
                "k",
                key -> {
                  assertThat(cache.size()).isEqualTo(1);
                  cache.close();
                  assertThat(cache.size()).isZero();
                  kept.set(key.version(1).secret());
                  return kept.get().use(bytes -> bytes.length);
                }));
    assertThatThrownBy(() -> kept.get().use(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasReadBeforeAChangeIsNotKeptBehindIt() {
    transit.write("keys/k", "{}").expect(200);
    transit.inStorage(
        storage -> {
          cache.change(storage, "k");
          cache.require(storage, "k", LoadedKey::record);
          // Nobody knows yet what becomes of the change.
          assertThat(cache.size()).isZero();
        });
    transit.inStorage(storage -> cache.require(storage, "k", LoadedKey::record));
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void whatWasUsedLastStays() {
    for (String name : new String[] {"a", "b", "c"}) {
      transit.write("keys/" + name, "{}").expect(200);
    }
    cache.limit(2);
    for (String name : new String[] {"a", "b", "a", "c"}) {
      transit.inStorage(storage -> cache.require(storage, name, LoadedKey::record));
    }
    transit.delete("keys/a/soft-delete").expect(200);
    transit.delete("keys/b/soft-delete").expect(200);
    // Behind the cache's back: only what it did not keep is read anew.
    assertThat(softDeleted("a")).isFalse();
    assertThat(softDeleted("b")).isTrue();
  }

  private boolean softDeleted(String name) {
    AtomicReference<Boolean> deleted = new AtomicReference<>(false);
    transit.inStorage(
        storage ->
            deleted.set(cache.require(storage, name, key -> key.record().course().softDeleted())));
    return deleted.get();
  }
}
