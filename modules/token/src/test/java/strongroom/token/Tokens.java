package strongroom.token;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Transaction;

/** A token store on real storage, with the steps that tests take on it. */
final class Tokens {
  static final String CUBBYHOLE = "logical/cubbyhole-uuid/";

  final InMemoryStorage barrier = new InMemoryStorage();
  final SettableClock clock = new SettableClock();
  final SecureRandom random = new SecureRandom();
  final TokenStore store;

  Tokens() {
    committed(
        transaction -> {
          TokenStore.bootstrap(transaction, random);
          return true;
        });
    store = reopened();
  }

  /** Another store on the same storage, as after a restart. */
  TokenStore reopened() {
    return new TokenStore(barrier, CUBBYHOLE, clock, random);
  }

  <T> T committed(Function<Transaction, T> work) {
    try (Transaction transaction = new Transaction(barrier)) {
      T result = work.apply(transaction);
      transaction.commit();
      return result;
    }
  }

  static TokenEntry.Grant grant(String... policies) {
    return new TokenEntry.Grant(
        List.of(policies), "auth/token/create", "token", Map.of(), "", List.of(), "");
  }

  /** A service token of an hour: without a parent where {@code parent} is empty text. */
  static TokenRequest service(String parent, int uses) {
    return new TokenRequest(
        TokenType.SERVICE,
        parent,
        grant("default"),
        Duration.ofHours(1),
        Duration.ZERO,
        Duration.ZERO,
        true,
        uses,
        Optional.empty());
  }

  static TokenRequest batch(String parent) {
    return new TokenRequest(
        TokenType.BATCH,
        parent,
        grant("default"),
        Duration.ofHours(1),
        Duration.ZERO,
        Duration.ZERO,
        false,
        0,
        Optional.empty());
  }

  IssuedToken make(TokenRequest request) {
    return committed(transaction -> store.create(transaction, request));
  }

  IssuedToken child(IssuedToken parent) {
    return make(service(parent.entry().id(), 0));
  }

  boolean alive(IssuedToken token) {
    return store.lookup(token.text()).isPresent();
  }

  /** Every key in storage, so that a test can see that nothing is left. */
  List<String> keysBelow(String folder) {
    return barrier.list(folder, "", 100_000).names().stream()
        .flatMap(
            name ->
                name.endsWith("/")
                    ? keysBelow(folder + name).stream()
                    : java.util.stream.Stream.of(folder + name))
        .toList();
  }

  /** Runs {@code work} on {@code count} threads that start together; what they threw comes out. */
  static void together(int count, Runnable work) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                start.await();
                                work.run();
                              } catch (Throwable e) {
                                failures.add(e);
                              }
                            }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a thread failed", failures.peek());
    }
  }
}
