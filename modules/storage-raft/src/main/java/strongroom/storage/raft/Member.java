package strongroom.storage.raft;

/**
 * A node of the cluster.
 *
 * @param id its name
 * @param clusterAddress where the others reach it, {@code host:port}
 * @param apiAddress where clients reach it, a URL, or empty text
 * @param voter whether it has a vote
 * @param leader whether it leads, as far as this node knows
 */
public record Member(
    String id, String clusterAddress, String apiAddress, boolean voter, boolean leader) {}
