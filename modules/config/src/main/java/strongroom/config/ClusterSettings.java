package strongroom.config;

import java.util.Optional;

/**
 * How this node is known to others.
 *
 * @param apiAddress URL told to clients, without a slash at its end: as set, otherwise from the
 *     first TCP listener
 * @param clusterAddress URL told to other nodes, likewise
 * @param clusterName a name for people, where one was set
 * @param disableClustering whether to stay alone
 * @param listenAt where this node listens for others; empty for a node that stays alone, which is
 *     one with neither a {@code cluster_addr} of its own nor a node to join
 */
public record ClusterSettings(
    Optional<String> apiAddress,
    Optional<String> clusterAddress,
    Optional<String> clusterName,
    boolean disableClustering,
    Optional<HostPort> listenAt) {}
