package strongroom.clustering;

import java.util.List;

/**
 * This node in its cluster.
 *
 * @param nodeId its name
 * @param clusterAddress where other nodes reach it, {@code host:port}
 * @param apiAddress where clients reach it, a URL
 * @param joins nodes of the cluster to join at the first start; none for a node that begins one
 * @param voter whether it joins with a vote
 */
public record ClusterSettings(
    String nodeId,
    String clusterAddress,
    String apiAddress,
    List<JoinTarget> joins,
    boolean voter) {
  /** Keeps a copy. */
  public ClusterSettings {
    joins = List.copyOf(joins);
  }
}
