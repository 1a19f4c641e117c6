package strongroom.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where data is kept. */
public sealed interface StorageSettings {
  /**
   * On disk, replicated: {@code storage "raft"}.
   *
   * @param folder holds everything
   * @param nodeId this node's name among the cluster's; where there is none, storage makes one up
   *     and keeps it
   * @param performanceMultiplier scales the timeouts of elections, 1 (fast) to 10; 5 where nothing
   *     was said
   * @param trailingLogs how many log entries stay after a snapshot
   * @param snapshotThreshold how many log entries make a snapshot worth while
   * @param snapshotInterval how often to see whether one is
   * @param entryBytesMax the largest value
   * @param transactionBytesMax the largest batch of writes
   * @param joins nodes to join at the first start
   * @param joinAsNonVoter whether to join without a vote
   */
  record Raft(
      Path folder,
      Optional<String> nodeId,
      int performanceMultiplier,
      long trailingLogs,
      long snapshotThreshold,
      Duration snapshotInterval,
      int entryBytesMax,
      int transactionBytesMax,
      List<RetryJoin> joins,
      boolean joinAsNonVoter)
      implements StorageSettings {
    /** Keeps a copy of {@code joins}. */
    public Raft {
      joins = List.copyOf(joins);
    }
  }

  /** In memory, for as long as the process lives: {@code storage "inmem"}. */
  record InMemory() implements StorageSettings {}

  /**
   * A node to join.
   *
   * @param leaderApiAddress its URL
   * @param tlsServerName the name expected in its certificate, where not the URL's
   * @param caCertificate its authority, a file or PEM text
   * @param clientCertificate the own certificate, a file or PEM text
   * @param clientKey the own key, a file or PEM text
   */
  record RetryJoin(
      String leaderApiAddress,
      Optional<String> tlsServerName,
      Optional<String> caCertificate,
      Optional<String> clientCertificate,
      Optional<String> clientKey) {}
}
