package strongroom.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

class QuotasTest {
  private static final String KV = "uuid-of-kv";
  private static final Optional<InetAddress> ANNE = address(1);
  private static final Optional<InetAddress> BEN = address(2);

  private final InMemoryStorage barrier = new InMemoryStorage();
  private final AtomicLong nanos = new AtomicLong(-5);
  private Quotas quotas = new Quotas(barrier, nanos::get);

  private static Optional<InetAddress> address(int number) {
    try {
      byte[] bytes = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RateLimit limit(String name, String mount, String suffix, double rate) {
    return new RateLimit(
        name, mount, suffix, "", rate, Duration.ofSeconds(10), Duration.ZERO, mount.isEmpty());
  }

  private void put(RateLimit limit) {
    try (Transaction transaction = new Transaction(barrier)) {
      quotas.put(transaction, limit);
      transaction.commit();
    }
  }

  private void set(QuotaSettings settings) {
    try (Transaction transaction = new Transaction(barrier)) {
      quotas.set(transaction, settings);
      transaction.commit();
    }
  }

  private Optional<Verdict> count(String path, Optional<InetAddress> client) {
    return quotas.count("kv/" + path, KV, path, Optional::empty, client);
  }

  private boolean allows(String path, Optional<InetAddress> client) {
    return count(path, client).orElseThrow().allowed();
  }

  private String counting(String path) {
    return count(path, ANNE).map(Verdict::quota).orElse("none");
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void countsEachClientByItself() {
    put(limit("q", "", "", 2));
    assertThat(allows("a", ANNE)).isTrue();
    assertThat(count("a", ANNE)).hasValue(new Verdict("q", true, 2, 0, 10));
    assertThat(count("a", ANNE)).hasValue(new Verdict("q", false, 2, 0, 10));
    assertThat(allows("b", BEN)).isTrue();
    assertThat(allows("b", Optional.empty())).isTrue();
    pass(Duration.ofMillis(3500));
    assertThat(count("a", ANNE).orElseThrow().resetSeconds()).isEqualTo(7);
    pass(Duration.ofMillis(6500));
    assertThat(allows("a", ANNE)).isTrue();
  }

  @Test
  void refusesAClientThatAskedTooOftenUntilTheBlockEnds() {
    put(new RateLimit("q", "", "", "", 1, Duration.ofSeconds(1), Duration.ofSeconds(60), true));
    assertThat(allows("a", ANNE)).isTrue();
    assertThat(count("a", ANNE)).hasValue(new Verdict("q", false, 1, 0, 60));
    pass(Duration.ofSeconds(59));
    assertThat(count("a", ANNE)).hasValue(new Verdict("q", false, 1, 0, 1));
    assertThat(allows("a", BEN)).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(allows("a", ANNE)).isTrue();
  }

  @Test
  void allowsAtLeastOneRequestHoweverSmallTheRate() {
    put(limit("q", "", "", 0.001));
    assertThat(allows("a", ANNE)).isTrue();
    assertThat(allows("a", ANNE)).isFalse();
    put(limit("q", "", "", 1e300));
    assertThat(count("a", ANNE).orElseThrow().limit()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void countsAgainstTheMostSpecialLimitOnly() {
    assertThat(counting("x")).isEqualTo("none");
    put(limit("other", "another mount", "", 100));
    assertThat(counting("x")).isEqualTo("none");
    put(limit("global", "", "", 100));
    put(limit("mount", KV, "", 100));
    put(limit("a-all", KV, "a/*", 100));
    put(limit("a-b-all", KV, "a/b/*", 100));
    put(limit("exact", KV, "a/b/c", 100));
    put(limit("later", KV, "a/b/d*", 100));
    assertThat(counting("x")).isEqualTo("mount");
    assertThat(counting("a/x")).isEqualTo("a-all");
    assertThat(counting("a/b/z")).isEqualTo("a-b-all");
    assertThat(counting("a/b/c")).isEqualTo("exact");
    assertThat(counting("a/b/c/")).isEqualTo("exact");
    assertThat(counting("a/b/c/d")).isEqualTo("a-b-all");
    assertThat(counting("a/b/dx")).isEqualTo("later");
    assertThat(counting("a")).isEqualTo("mount");
    assertThat(quotas.count("y", "", "", Optional::empty, ANNE).orElseThrow().quota())
        .isEqualTo("global");
    put(new RateLimit("role", KV, "", "r", 1, Duration.ofSeconds(1), Duration.ZERO, false));
    assertThat(quotas.count("kv/a/b/c", KV, "a/b/c", () -> Optional.of("r"), ANNE))
        .map(Verdict::quota)
        .hasValue("role");
    assertThat(quotas.count("kv/a/b/c", KV, "a/b/c", () -> Optional.of("s"), ANNE))
        .map(Verdict::quota)
        .hasValue("exact");
  }

  @Test
  void neverCountsWhatIsExemptNorTheLiftingOfLimits() {
    put(limit("q", "", "", 1));
    for (String path : new String[] {"sys/health", "sys/unseal", "sys/quotas/rate-limit/q"}) {
      assertThat(quotas.count(path, "", "", Optional::empty, ANNE)).as(path).isEmpty();
    }
    assertThat(quotas.count("sys/healthy", "", "", Optional::empty, ANNE)).isPresent();
    set(new QuotaSettings(java.util.List.of("kv/a", "kv/b*", "kv/c/"), false, false));
    for (String path : new String[] {"a", "a/x", "b", "bx", "c/", "c/d"}) {
      assertThat(count(path, ANNE)).as(path).isEmpty();
    }
    for (String path : new String[] {"ab", "c", ""}) {
      assertThat(count(path, ANNE)).as(path).isPresent();
    }
    assertThat(quotas.count("sys/health", "", "", Optional::empty, ANNE)).isPresent();
    assertThat(quotas.count("sys/quotas/config", "", "", Optional::empty, ANNE)).isEmpty();
  }

  @Test
  void aChangedLimitHasCountedNothing() {
    put(limit("q", "", "", 1));
    assertThat(allows("a", ANNE)).isTrue();
    assertThat(allows("a", ANNE)).isFalse();
    put(limit("q", "", "", 2));
    assertThat(allows("a", ANNE)).isTrue();
    assertThat(quotas.clients()).isEqualTo(1);
    try (Transaction transaction = new Transaction(barrier)) {
      quotas.delete(transaction, "q");
      assertThat(quotas.any()).isTrue();
      transaction.commit();
    }
    assertThat(quotas.any()).isFalse();
    assertThat(quotas.clients()).isZero();
  }

  @Test
  void areThereAfterARestart() {
    RateLimit odd =
        new RateLimit(
            "odd", KV, "a/*", "", 897.3, Duration.ofMinutes(2), Duration.ofMinutes(5), false);
    put(odd);
    put(limit("q", "", "", 1));
    QuotaSettings settings = new QuotaSettings(java.util.List.of("x/*"), true, true);
    set(settings);
    quotas = new Quotas(barrier, nanos::get);
    assertThat(quotas.all()).containsExactly(odd, limit("q", "", "", 1));
    assertThat(quotas.settings()).isEqualTo(settings);
  }

  @Test
  void refusesTwoLimitsForTheSameRequests() {
    put(limit("q", KV, "a", 1));
    assertThatThrownBy(() -> put(limit("r", KV, "a", 5)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("\"q\"");
    put(limit("q", KV, "a", 5));
    put(limit("r", KV, "b", 5));
    try (Transaction transaction = new Transaction(barrier)) {
      quotas.deleteOf(transaction, KV);
      transaction.commit();
    }
    assertThat(quotas.any()).isFalse();
  }

  @Test
  void namesADamagedLimit() {
    try (Transaction transaction = new Transaction(barrier)) {
      transaction.put("sys/quotas/rate-limit/q", new byte[] {1});
      transaction.commit();
    }
    assertThatThrownBy(() -> new Quotas(barrier, nanos::get))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("sys/quotas/rate-limit/q");
  }

  @Test
  void keepsCountOfABoundedNumberOfClients() {
    put(limit("q", "", "", 3));
    for (int i = 0; i < Windows.WINDOWS_MAX + 10_000; i++) {
      count("a", address(i));
    }
    assertThat(quotas.clients()).isBetween((long) Windows.WINDOWS_MAX, Windows.WINDOWS_MAX + 64L);
    // Who comes now shares with others, and those who were there go on as they were.
    assertThat(allows("a", address(Windows.WINDOWS_MAX + 20_000))).isFalse();
    assertThat(count("a", ANNE).orElseThrow().remaining()).isEqualTo(1);
    pass(Duration.ofSeconds(10));
    assertThat(allows("a", address(Windows.WINDOWS_MAX + 20_000))).isTrue();
    assertThat(quotas.clients()).isLessThan(100);
  }

  @Test
  void allowsExactlyTheRateToThirtyThreads() throws Exception {
    put(limit("q", "", "", 1000));
    AtomicInteger allowed = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(30);
    for (int i = 0; i < 30; i++) {
      Thread.startVirtualThread(
          () -> {
            try {
              start.await();
              for (int n = 0; n < 100; n++) {
                if (allows("a", ANNE)) {
                  allowed.incrementAndGet();
                }
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } finally {
              done.countDown();
            }
          });
    }
    start.countDown();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(allowed).hasValue(1000);
  }
}
