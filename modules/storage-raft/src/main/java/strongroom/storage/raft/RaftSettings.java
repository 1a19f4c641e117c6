package strongroom.storage.raft;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a node's storage is set.
 *
 * @param path the data folder; made where it is missing
 * @param nodeId the node's name within its cluster
 * @param valueBytesMax the largest value, as it is stored
 * @param entryBytesMax the most that one Raft entry holds; Raft keeps a buffer of this size
 * @param snapshotThreshold after so many entries the store is synced and the log before it dropped
 * @param blockCacheBytes how much of the store is kept in memory
 * @param freeBytesMin writes are refused while the disk has less room than this
 * @param peering how it takes part in a cluster; empty for a node that stays alone
 */
public record RaftSettings(
    Path path,
    String nodeId,
    int valueBytesMax,
    int entryBytesMax,
    long snapshotThreshold,
    long blockCacheBytes,
    long freeBytesMin,
    Optional<Peering> peering) {
  private static final int MEBIBYTE = 1024 * 1024;

  /** Those of a node that stays alone. */
  public RaftSettings(
      Path path,
      String nodeId,
      int valueBytesMax,
      int entryBytesMax,
      long snapshotThreshold,
      long blockCacheBytes,
      long freeBytesMin) {
    this(
        path,
        nodeId,
        valueBytesMax,
        entryBytesMax,
        snapshotThreshold,
        blockCacheBytes,
        freeBytesMin,
        Optional.empty());
  }

  /** What holds where nobody says otherwise. */
  public static RaftSettings of(Path path, String nodeId) {
    return new RaftSettings(
        path, nodeId, MEBIBYTE, 8 * MEBIBYTE, 8192, 96L * MEBIBYTE, 32L * MEBIBYTE);
  }
}
