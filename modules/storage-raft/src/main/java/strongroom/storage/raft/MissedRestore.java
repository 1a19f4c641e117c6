package strongroom.storage.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.cluster.Target;

/**
 * The state after a restore, for a node that has the restore's last entry and not all that was set
 * aside before: it was away, or has fetched the state, in between.
 */
record MissedRestore(Members members, String nodeId, StateCopies copies, BooleanSupplier closed) {
  private static final Logger LOG = LoggerFactory.getLogger(MissedRestore.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Waits until there is a leader whose state is that of entry {@code index} or of a later one. */
  StateCopies.Fetched fetch(long index) throws IOException {
    while (!closed.getAsBoolean()) {
      Optional<Member> leader = members.leader().filter(one -> !one.id().equals(nodeId));
      if (leader.isPresent()) {
        Target target = Target.of(leader.get().id(), leader.get().clusterAddress());
        try {
          StateCopies.Fetched fetched = copies.fetch(target, StateCopies.INCOMING_INSTEAD);
          if (fetched.applied().getIndex() >= index) {
            return fetched;
          }
        } catch (IOException e) {
          LOG.warn("the state after a restore is not fetched yet: {}", e.getMessage());
        }
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the state after a restore was fetched", e);
      }
    }
    throw new IOException("closed before the state after a restore was here");
  }
}
