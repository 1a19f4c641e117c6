package strongroom.storage.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether this node may vote, for itself or for another: not while it has a leader that it has
 * heard of within the shortest election timeout, since that leader answers reads on the strength of
 * it ({@link Lease}), unless the leader itself has asked for the election.
 */
final class Votes {
  private static final long LOOK_MILLIS = 5;

  private final long lengthNanos;
  private final LongSupplier nanos;
  private volatile long heard;
  private volatile long forcedUntil;

  Votes(Duration electionTimeoutMin, LongSupplier nanos) {
    this.lengthNanos = electionTimeoutMin.toNanos();
    this.nanos = nanos;
    this.heard = nanos.getAsLong() - lengthNanos;
    this.forcedUntil = heard;
  }

  /** A vote of this node. */
  @FunctionalInterface
  interface Vote<T> {
    T cast() throws IOException;
  }

  /**
   * Casts {@code vote} where this node may, with no leader heard of in between.
   *
   * @throws IOException where it may not
   */
  synchronized <T> T cast(Vote<T> vote) throws IOException {
    if (!mayVote()) {
      throw new IOException("this node has just heard of its leader");
    }
    return vote.cast();
  }

  /** A leader has sent something, which may be acknowledged only after this. */
  synchronized void heardOfLeader() {
    heard = nanos.getAsLong();
  }

  boolean mayVote() {
    return nanos.getAsLong() - heard >= lengthNanos;
  }

  /** Waits until this node may vote; false where it hears of its leader instead. */
  boolean mayVoteSoon() throws InterruptedException {
    long before = heard;
    while (!mayVote()) {
      if (heard != before) {
        return false;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /** The leader has asked this node to be elected. */
  void askedToLead() {
    forcedUntil = nanos.getAsLong() + 4 * lengthNanos;
  }

  /** Whether an election that this node holds now is by its leader's wish. */
  boolean askedByLeader() {
    return nanos.getAsLong() - forcedUntil < 0;
  }
}
