package strongroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.quota.QuotaSettings;
import strongroom.quota.RateLimit;
import strongroom.storage.Transaction;

class ThrottleTest {
  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  private void limit(String suffix, double rate) {
    String mount = house.mounts.find("notes/").orElseThrow().uuid();
    try (Transaction transaction = new Transaction(house.barrier)) {
      house.quotas.put(
          transaction,
          new RateLimit(
              "q", mount, suffix, "", rate, Duration.ofSeconds(30), Duration.ZERO, false));
      transaction.commit();
    }
  }

  private void set(boolean audit, boolean headers) {
    try (Transaction transaction = new Transaction(house.barrier)) {
      house.quotas.set(transaction, new QuotaSettings(List.of(), audit, headers));
      transaction.commit();
    }
  }

  private Reply read(String token, String path) {
    return house.ask(token, Operation.READ, path, "{}");
  }

  @Test
  void refusesBeforeItAsksWhoAsksOrWhetherThereIsAnything() {
    limit("", 3);
    read(house.root, "notes/thread");
    assertThat(House.refusal(read("", "notes/thread"))).isInstanceOf(Refusal.Denied.class);
    assertThat(House.refusal(read("", "notes/no/such/path"))).isInstanceOf(Refusal.Denied.class);
    for (String path : List.of("notes/thread", "notes/no/such/path", "notes")) {
      Refusal refusal = House.refusal(read("hvs.wrong", path));
      assertThat(refusal)
          .isEqualTo(
              new Refusal.TooMany(
                  List.of("request path \"" + path + "\": rate limit quota exceeded"), 30));
    }
    assertThat(House.refusal(read("", "sys/capabilities"))).isInstanceOf(Refusal.Denied.class);
    house.nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(read(house.root, "notes/thread")).isInstanceOf(Reply.Done.class);
  }

  @Test
  void countsARequestThatMustWaitForTheDiskOnce() {
    limit("", 1000);
    house.pipeline.publish(house.on(new SlowDisk(house.barrier)));
    set(false, true);
    Reply first = read(house.root, "notes/note/x");
    Reply second = read(house.root, "notes/note/x");
    assertThat(((Reply.Counted) first).rate()).isEqualTo(new Reply.Rate(1000, 999, 30));
    assertThat(((Reply.Counted) second).rate()).isEqualTo(new Reply.Rate(1000, 998, 30));
  }

  @Test
  void tellsWhatIsLeftOnlyWhereThatIsSet() {
    limit("thread", 5);
    assertThat(read(house.root, "notes/thread")).isInstanceOf(Reply.Done.class);
    set(false, true);
    assertThat(read(house.root, "notes/thread"))
        .isInstanceOfSatisfying(
            Reply.Counted.class,
            counted -> {
              assertThat(counted.reply()).isInstanceOf(Reply.Done.class);
              assertThat(counted.rate().remaining()).isEqualTo(3);
            });
    assertThat(read(house.root, "notes/open")).isInstanceOf(Reply.Done.class);
  }

  @Test
  void whatIsRefusedIsRecordedOnlyWhereThatIsSet() {
    limit("", 1);
    read(house.root, "notes/thread");
    house.audit.clear();
    read(house.root, "notes/thread");
    assertThat(house.audit.ended).isEmpty();
    set(true, false);
    read(house.root, "notes/thread");
    assertThat(House.refusal(house.audit.ended.remove().reply()))
        .isInstanceOf(Refusal.TooMany.class);
    house.audit.failsToEnd = true;
    assertThat(House.refusal(read(house.root, "notes/thread"))).isEqualTo(Trail.UNRECORDED);
  }
}
