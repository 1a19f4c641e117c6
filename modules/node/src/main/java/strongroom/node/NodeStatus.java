package strongroom.node;

import java.util.Optional;

/**
 * What anybody may know of a node, from memory.
 *
 * @param type the seal's type
 * @param initialized whether there is an installation; true where that cannot be told yet, since
 *     nobody should initialize then
 * @param sealed whether the root key is not in memory
 * @param threshold how many key shares it takes: unseal keys, or recovery keys where the seal
 *     unseals by itself
 * @param shares how many there are
 * @param progress how many have been given to unseal
 * @param nonce names this unsealing, empty text for none
 * @param recoverySeal whether the seal unseals by itself, so that shares are of a recovery key
 * @param migration whether shares are awaited that move the root key to the configured seal
 * @param cluster the cluster's names, while unsealed
 * @param obstacle why it is sealed
 */
public record NodeStatus(
    String type,
    boolean initialized,
    boolean sealed,
    int threshold,
    int shares,
    int progress,
    String nonce,
    boolean recoverySeal,
    boolean migration,
    Optional<NodeState.Cluster> cluster,
    Optional<Obstacle> obstacle) {}
