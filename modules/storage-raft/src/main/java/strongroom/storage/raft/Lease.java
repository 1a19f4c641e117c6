package strongroom.storage.raft;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;

/**
 * For how long a leader may be sure that nobody else leads, and so answer reads from its own state:
 * a follower that has just acknowledged it votes for nobody else for the shortest election timeout
 * ({@link Votes}), counted here from when the acknowledged message was sent, and a tenth less.
 */
final class Lease {
  private final long lengthNanos;
  private final LongSupplier nanos;
  private final Map<RaftPeerId, Long> acknowledged = new ConcurrentHashMap<>();
  private volatile long until;
  private volatile long suspendedUntil;

  Lease(Duration electionTimeoutMin, LongSupplier nanos) {
    this.lengthNanos = electionTimeoutMin.toNanos() * 9 / 10;
    this.nanos = nanos;
    this.until = nanos.getAsLong();
    this.suspendedUntil = until;
  }

  /** Whether nobody else can lead now. */
  boolean valid() {
    long now = nanos.getAsLong();
    return now - until < 0 && now - suspendedUntil >= 0;
  }

  /** A follower has acknowledged what was sent to it at {@code sentNanos} in this term. */
  void acknowledged(
      RaftPeerId follower, long sentNanos, RaftConfiguration members, RaftPeerId self) {
    acknowledged.merge(follower, sentNanos, (one, other) -> one - other > 0 ? one : other);
    long known = majority(members.getCurrentPeers(), self);
    Collection<RaftPeer> before = members.getPreviousPeers();
    if (!before.isEmpty()) {
      long older = majority(before, self);
      known = older - known < 0 ? older : known;
    }
    until = known + lengthNanos;
  }

  /** When a majority, itself among them, had last acknowledged. */
  private long majority(Collection<RaftPeer> voters, RaftPeerId self) {
    long now = nanos.getAsLong();
    long[] ages =
        voters.stream()
            .mapToLong(
                peer -> {
                  Long sent = acknowledged.get(peer.getId());
                  return peer.getId().equals(self)
                      ? 0
                      : sent == null ? Long.MAX_VALUE / 4 : now - sent;
                })
            .sorted()
            .toArray();
    return now - (ages.length == 0 ? Long.MAX_VALUE / 4 : ages[ages.length / 2]);
  }

  /** Somebody else is asked to take over, who need not wait for anybody's timeout. */
  void suspend(Duration span) {
    suspendedUntil = nanos.getAsLong() + span.toNanos();
  }

  /** This node leads anew: whoever it asked to take over before was asked in an earlier term. */
  void resume() {
    suspendedUntil = nanos.getAsLong();
  }

  /** The followers that have acknowledged something of late, the last one first. */
  List<String> heardOf() {
    long oldest = nanos.getAsLong() - 2 * lengthNanos;
    return acknowledged.entrySet().stream()
        .filter(entry -> entry.getValue() - oldest > 0)
        .sorted(Map.Entry.<RaftPeerId, Long>comparingByValue().reversed())
        .map(entry -> entry.getKey().toString())
        .toList();
  }

  /** Who leads has changed: what was acknowledged before counts no more. */
  void forget() {
    acknowledged.clear();
    until = nanos.getAsLong();
  }
}
