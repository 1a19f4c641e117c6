package strongroom.storage.raft;

import java.time.Duration;
import strongroom.cluster.ClusterLink;

/**
 * How a node takes part in a cluster.
 *
 * @param link what it reaches the others by
 * @param clusterAddress where they reach it, {@code host:port}
 * @param apiAddress where clients reach it, a URL
 * @param electionTimeoutMin how long a follower waits at least for a leader that says nothing; the
 *     most is nearly twice as long
 */
public record Peering(
    ClusterLink link, String clusterAddress, String apiAddress, Duration electionTimeoutMin) {
  /**
   * The shortest time after which Ratis' follower looks whether its leader says nothing. It looks
   * once in each such time, so that it would notice only after up to two of them; {@link Votes}
   * sees to it that nobody is elected before the whole time has passed.
   */
  Duration lookMin() {
    return electionTimeoutMin.dividedBy(2);
  }

  /** The longest such time, after which a leader that nobody acknowledges leads no longer. */
  Duration lookMax() {
    return electionTimeoutMin.multipliedBy(7).dividedBy(5);
  }
}
