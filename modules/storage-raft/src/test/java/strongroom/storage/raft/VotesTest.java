package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VotesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Votes votes = new Votes(Duration.ofMillis(500), nanos::get);

  private void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void aNodeThatHasHeardOfNoLeaderVotes() throws Exception {
    assertThat(votes.mayVoteSoon()).isTrue();
    assertThat(votes.<String>cast(() -> "yes")).isEqualTo("yes");
  }

  @Test
  void aNodeThatHasJustHeardOfItsLeaderVotesForNobody() {
    votes.heardOfLeader();
    pass(499);
    assertThatThrownBy(() -> votes.cast(() -> "yes")).isInstanceOf(IOException.class);
    pass(1);
    assertThat(votes.mayVote()).isTrue();
  }

  @Test
  void whoAsksAMomentTooEarlyIsAnsweredOnceTheTimeHasPassed() throws Exception {
    votes.heardOfLeader();
    Thread clock = Thread.ofVirtual().start(() -> pass(500));
    assertThat(votes.mayVoteSoon()).isTrue();
    clock.join();
  }

  @Test
  void whoAsksWhileTheLeaderIsHeardOfAgainIsRefused() throws Exception {
    votes.heardOfLeader();
    pass(1);
    Thread leader =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < 10_000 && !Thread.currentThread().isInterrupted(); i++) {
                    nanos.incrementAndGet();
                    votes.heardOfLeader();
                    Thread.yield();
                  }
                });
    assertThat(votes.mayVoteSoon()).isFalse();
    leader.interrupt();
    leader.join();
  }

  @Test
  void anElectionThatTheLeaderAskedForWaitsForNobody() {
    votes.heardOfLeader();
    assertThat(votes.askedByLeader()).isFalse();
    votes.askedToLead();
    assertThat(votes.askedByLeader()).isTrue();
    pass(2001);
    assertThat(votes.askedByLeader()).isFalse();
  }
}
