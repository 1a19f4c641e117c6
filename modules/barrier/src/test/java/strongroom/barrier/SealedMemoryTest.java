package strongroom.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;

/** What a sealed process still has: no key that anything in it can reach. */
class SealedMemoryTest {
  private static final byte MASK = 0x5a;
  private static final String WRAPPED_FOLDER = "logical/wrapped/";
  private static final int FULL_COMPACTION_EVERY = 4;

  @TempDir Path folder;

  @Test
  void holdsNoKeyOnceClosed() throws Exception {
    SecureRandom random = new SecureRandom();
    Barrier barrier;
    byte[] root;
    byte[] wrap;
    try (SecretBytes rootKey = RootKey.random(random);
        SecretBytes rootHalf = RootKey.root(rootKey);
        SecretBytes wrapHalf = RootKey.wrap(rootKey)) {
      root = rootHalf.withHeapCopy(SealedMemoryTest::masked);
      wrap = wrapHalf.withHeapCopy(SealedMemoryTest::masked);
      barrier =
          Barrier.create(
              new InMemoryStorage(),
              rootKey,
              new Barrier.Source(
                  Clock.systemUTC(), random, new SealWrap(true, Set.of(WRAPPED_FOLDER))));
    }
    byte[] first = dataKey(barrier);
    use(barrier);
    barrier.rotate();
    byte[] second = dataKey(barrier);
    use(barrier);
    byte[] wrapped =
        barrier
            .currentTerm()
            .withSecond(WRAPPED_FOLDER, c -> c.viewKey().withHeapCopy(SealedMemoryTest::masked));

    // While it is open its ciphers have them: so the search finds what is there.
    // A dump is not kept: it would be found in the next.
    assertThat(containsBoth(heap("open.hprof"), second, wrapped)).isTrue();

    barrier.close();
    byte[] closed = heap("closed.hprof");
    assertThat(contains(closed, root)).as("the root key").isFalse();
    assertThat(contains(closed, wrap)).as("the wrap key").isFalse();
    assertThat(contains(closed, wrapped)).as("the key of a wrapped folder").isFalse();
    assertThat(contains(closed, first)).as("the first data key").isFalse();
    assertThat(contains(closed, second)).as("the second data key").isFalse();
    assertThat(barrier).isNotNull();
  }

  private static void use(Barrier barrier) {
    for (int i = 0; i < 50; i++) {
      barrier.commit(new Batch().put("k" + i, new byte[100]));
      assertThat(barrier.get("k" + i)).isPresent();
      barrier.commit(new Batch().put(WRAPPED_FOLDER + i, new byte[100]));
      assertThat(barrier.get(WRAPPED_FOLDER + i)).isPresent();
    }
  }

  private static byte[] dataKey(Barrier barrier) {
    return barrier.currentTerm().cipher().viewKey().withHeapCopy(SealedMemoryTest::masked);
  }

  /** What is looked for must not itself be found. */
  private static byte[] masked(byte[] key) {
    byte[] masked = key.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK;
    }
    return masked;
  }

  /** All objects that can be reached. */
  private byte[] heap(String name) throws IOException {
    // The serial collector leaves some dead objects where they are, but for every fourth time.
    for (int i = 0; i < FULL_COMPACTION_EVERY; i++) {
      System.gc();
    }
    Path dump = folder.resolve(name);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(dump.toString(), true);
    byte[] bytes = Files.readAllBytes(dump);
    Files.delete(dump);
    return bytes;
  }

  private static boolean containsBoth(byte[] heap, byte[] one, byte[] other) {
    return contains(heap, one) && contains(heap, other);
  }

  private static boolean contains(byte[] memory, byte[] masked) {
    for (int at = 0; at <= memory.length - masked.length; at++) {
      int same = 0;
      while (same < masked.length && (memory[at + same] ^ MASK) == masked[same]) {
        same++;
      }
      if (same == masked.length) {
        return true;
      }
    }
    return false;
  }
}
