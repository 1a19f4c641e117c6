package strongroom.system.node;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What does not change while the process runs, and where the log stands.
 *
 * @param version the API's level and the product's own: {@code 1.19.0+strongroom.0.1.0}
 * @param buildDate when it was built, RFC 3339
 * @param storageType {@code raft}, {@code inmem}
 * @param highlyAvailable whether the storage can have several nodes
 * @param nodeId the node's name in the cluster, empty text for none
 * @param hostname the machine's name
 * @param apiAddress where clients reach this node
 * @param clusterAddress where other nodes reach it
 * @param committedIndex the last entry that is committed; 0 where there is no log
 * @param appliedIndex the last entry that can be read; 0 where there is no log
 * @param warnings what an operator should look at now, for sys/health; nothing secret
 */
public record NodeFacts(
    String version,
    String buildDate,
    String storageType,
    boolean highlyAvailable,
    String nodeId,
    String hostname,
    String apiAddress,
    String clusterAddress,
    LongSupplier committedIndex,
    LongSupplier appliedIndex,
    Supplier<List<String>> warnings) {}
