package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final RaftPeerId SELF = RaftPeerId.valueOf("self");
  private static final RaftPeerId ONE = RaftPeerId.valueOf("one");
  private static final RaftPeerId TWO = RaftPeerId.valueOf("two");

  private final AtomicLong nanos = new AtomicLong(1);
  private final Lease lease = new Lease(Duration.ofMillis(500), nanos::get);

  private void pass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void acknowledged(RaftPeerId by) {
    lease.acknowledged(by, nanos.get(), members(), SELF);
  }

  private static RaftConfiguration members() {
    List<RaftPeer> three =
        Stream.of(SELF, ONE, TWO).map(id -> RaftPeer.newBuilder().setId(id).build()).toList();
    return new Configured(three);
  }

  /** Three voters, and nobody on the way in or out. */
  private record Configured(List<RaftPeer> voters) implements RaftConfiguration {
    @Override
    public RaftPeer getPeer(RaftPeerId id, RaftPeerRole... roles) {
      return voters.stream().filter(one -> one.getId().equals(id)).findFirst().orElseThrow();
    }

    @Override
    public List<RaftPeer> getAllPeers(RaftPeerRole role) {
      return voters;
    }

    @Override
    public List<RaftPeer> getCurrentPeers(RaftPeerRole role) {
      return voters;
    }

    @Override
    public List<RaftPeer> getPreviousPeers(RaftPeerRole role) {
      return List.of();
    }

    @Override
    public long getLogEntryIndex() {
      return 0;
    }
  }

  @Test
  void nobodyIsSureBeforeAMajorityHasAcknowledged() {
    assertThat(lease.valid()).isFalse();
    acknowledged(ONE);
    assertThat(lease.valid()).isTrue();
  }

  @Test
  void itEndsBeforeAFollowerMayVoteForAnother() {
    acknowledged(ONE);
    pass(449);
    assertThat(lease.valid()).isTrue();
    pass(1);
    assertThat(lease.valid()).isFalse();
    acknowledged(TWO);
    assertThat(lease.valid()).isTrue();
  }

  @Test
  void itIsNotReliedOnWhileAnotherIsAskedToLeadAndIsOnceThisNodeLeadsAnew() {
    lease.suspend(Duration.ofSeconds(4));
    acknowledged(ONE);
    assertThat(lease.valid()).isFalse();
    lease.resume();
    assertThat(lease.valid()).isTrue();
  }

  @Test
  void whatWasAcknowledgedToAnEarlierLeaderCountsNoMore() {
    acknowledged(ONE);
    lease.forget();
    assertThat(lease.valid()).isFalse();
    assertThat(lease.heardOf()).isEmpty();
  }

  @Test
  void whoAcknowledgedLastIsTheFirstToBeAskedToLeadAndWhoIsSilentIsNotAsked() {
    acknowledged(ONE);
    pass(10);
    acknowledged(TWO);
    assertThat(lease.heardOf()).containsExactly("two", "one");
    pass(895);
    assertThat(lease.heardOf()).containsExactly("two");
  }
}
