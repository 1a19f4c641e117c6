package strongroom.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TransactionTest {
  private final InMemoryStorage base = new InMemoryStorage();
  private final KeyLocks locks = new KeyLocks();
  private final Transaction transaction = new Transaction(base);

  @Test
  void readsItsOwnWritesWhileOthersSeeNothingOfThem() {
    base.commit(new Batch().put("a", bytes("old")).put("b", bytes("old")));
    transaction.put("a", bytes("new"));
    transaction.delete("b");
    transaction.commit(new Batch().put("f/c", bytes("new")));

    assertThat(text(transaction, "a")).contains("new");
    assertThat(transaction.get("b")).isEmpty();
    assertThat(transaction.list("", "", 9).names()).containsExactly("a", "f/");
    assertThat(text(base, "a")).contains("old");
    assertThat(text(base, "b")).contains("old");
    assertThat(base.get("f/c")).isEmpty();

    transaction.commit();
    assertThat(text(base, "a")).contains("new");
    assertThat(base.list("", "", 9).names()).containsExactly("a", "f/");
  }

  @Test
  void handsOutArraysThatBelongToTheCaller() {
    transaction.put("a", bytes("unchanged"));

    transaction.get("a").orElseThrow()[0] = 'X';

    assertThat(text(transaction, "a")).contains("unchanged");
  }

  @Test
  void commitsAllItsWritesAsOneBatch() {
    List<Batch> committed = new ArrayList<>();
    Transaction once = new Transaction(recording(committed));
    once.put("a", bytes("1"));
    once.put("b", bytes("2"));
    once.delete("c");
    once.commit();
    once.commit();

    assertThat(committed).hasSize(1);
    assertThat(committed.getFirst().writes()).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void listsAsIfItsWritesWereThereAlready() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      InMemoryStorage below = new InMemoryStorage();
      InMemoryStorage expected = new InMemoryStorage();
      try (Transaction open = new Transaction(below)) {
        for (int i = 0; i < 25; i++) {
          Batch batch = randomBatch(random);
          expected.commit(batch);
          if (i < 15) {
            below.commit(batch);
          } else {
            open.commit(batch);
          }
        }
        for (String folder : List.of("", "f/", "f/g/")) {
          for (int limit = 1; limit <= 4; limit++) {
            assertThat(paged(open, folder, limit))
                .as("round %s, folder %s, pages of %s", round, folder, limit)
                .isEqualTo(paged(expected, folder, limit));
          }
        }
      }
    }
  }

  private static Batch randomBatch(Random random) {
    String[] folders = {"", "f/", "f/g/", "f/g/h/"};
    String[] names = {"a", "b", "f", "g-", "g", "h", "z"};
    String key = folders[random.nextInt(folders.length)] + names[random.nextInt(names.length)];
    return random.nextInt(3) == 0 ? new Batch().delete(key) : new Batch().put(key, bytes("v"));
  }

  private static List<String> paged(Storage storage, String folder, int limit) {
    List<String> all = new ArrayList<>();
    String after = "";
    Page page;
    do {
      page = storage.list(folder, after, limit);
      all.addAll(page.names());
      after = page.names().isEmpty() ? after : page.names().getLast();
    } while (page.more() && !page.names().isEmpty());
    return all;
  }

  @Test
  void runsWhatWaitsForItOnceItsWritesAreDurable() {
    AtomicInteger ran = new AtomicInteger();
    transaction.put("a", bytes("1"));
    transaction.afterCommit(
        () -> {
          assertThat(base.get("a")).isPresent();
          ran.incrementAndGet();
        });
    assertThat(ran).hasValue(0);

    transaction.commit();
    transaction.commit();
    assertThat(ran).hasValue(1);
  }

  @Test
  void aCommitThatFailsRunsNothingAndKeepsItsWrites() {
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger tries = new AtomicInteger();
    Transaction failing =
        new Transaction(
            committing(
                batch -> {
                  if (tries.getAndIncrement() == 0) {
                    throw new StorageFault.Full("no room", null);
                  }
                  base.commit(batch);
                }));
    failing.put("a", bytes("1"));
    failing.afterCommit(ran::incrementAndGet);

    assertThatThrownBy(failing::commit).isInstanceOf(StorageFault.Full.class);
    assertThat(ran).hasValue(0);
    assertThat(base.get("a")).isEmpty();

    failing.commit();
    assertThat(ran).hasValue(1);
    assertThat(base.get("a")).isPresent();
  }

  @Test
  void whatIsRolledBackOrClosedIsGone() {
    AtomicInteger ran = new AtomicInteger();
    transaction.put("a", bytes("1"));
    transaction.afterCommit(ran::incrementAndGet);
    transaction.rollback();
    transaction.commit();
    assertThat(transaction.hasWrites()).isFalse();

    transaction.put("b", bytes("1"));
    transaction.close();
    transaction.commit();
    assertThat(base.list("", "", 9).names()).isEmpty();
    assertThat(ran).hasValue(0);
  }

  @Test
  void aLockIsHeldUntilItCloses() throws Exception {
    transaction.lock(locks, "a");
    transaction.commit();
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger order = new AtomicInteger();
    Thread second =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Transaction other = new Transaction(base)) {
                    waiting.countDown();
                    other.lock(locks, "a");
                    order.compareAndSet(1, 2);
                  }
                });
    waiting.await();
    assertThat(locks.forKey("a").isWriteLocked()).isTrue();
    order.set(1);
    transaction.close();
    second.join();

    assertThat(order).hasValue(2);
    assertThat(locks.forKey("a").isWriteLocked()).isFalse();
  }

  @Test
  void lockingAKeyAgainIsNoSecondHold() {
    transaction.lock(locks, "a");
    transaction.lock(locks, "a");
    transaction.lockShared(locks, "a");
    transaction.close();

    assertThat(locks.forKey("a").isWriteLocked()).isFalse();
    assertThat(locks.forKey("a").getReadLockCount()).isZero();
  }

  @Test
  void aSharedLockIsSharedAndCannotBecomeTheOnlyOne() throws Exception {
    transaction.lockShared(locks, "a");
    Thread other =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Transaction second = new Transaction(base)) {
                    second.lockShared(locks, "a");
                  }
                });
    other.join();

    assertThatThrownBy(() -> transaction.lock(locks, "a"))
        .isInstanceOf(StorageFault.Unavailable.class);
    transaction.close();
    assertThat(locks.forKey("a").getReadLockCount()).isZero();
  }

  @Test
  void twoThatWantEachOthersLockDoNotWaitForEver() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger refused = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (List<String> keys : List.of(List.of("a", "b"), List.of("b", "a"))) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Transaction mine = new Transaction(base)) {
                      mine.lock(locks, keys.getFirst());
                      both.countDown();
                      both.await();
                      mine.lock(locks, keys.getLast());
                    } catch (StorageFault.Unavailable e) {
                      refused.incrementAndGet();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(locks.forKey("a")).isNotSameAs(locks.forKey("b"));
    assertThat(refused.get()).isPositive();
    assertThat(locks.forKey("a").isWriteLocked()).isFalse();
    assertThat(locks.forKey("b").isWriteLocked()).isFalse();
  }

  private interface Commit {
    void commit(Batch batch);
  }

  private Storage recording(List<Batch> committed) {
    return committing(committed::add);
  }

  private Storage committing(Commit commit) {
    return new Storage() {
      @Override
      public Optional<byte[]> get(String key) {
        return base.get(key);
      }

      @Override
      public Page list(String folder, String after, int limit) {
        return base.list(folder, after, limit);
      }

      @Override
      public void commit(Batch batch) {
        commit.commit(batch);
      }
    };
  }

  private static Optional<String> text(Storage storage, String key) {
    return storage.get(key).map(value -> new String(value, UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
