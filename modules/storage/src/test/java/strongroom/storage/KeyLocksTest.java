package strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;

class KeyLocksTest {
  private final KeyLocks locks = new KeyLocks();

  @Test
  void oneKeyHasAlwaysTheSameLock() {
    assertThat(locks.forKey("a/b")).isSameAs(locks.forKey(new String(new char[] {'a', '/', 'b'})));
    assertThat(locks.forKey("a/b")).isNotSameAs(new KeyLocks().forKey("a/b"));
  }

  @Test
  void spreadsKeysOverABoundedNumberOfLocks() {
    Set<ReentrantReadWriteLock> used = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 100_000; i++) {
      used.add(locks.forKey("secret/" + i));
    }
    assertThat(used).hasSizeBetween(800, 1024);
  }
}
