package strongroom.config;

import java.nio.file.Path;
import java.util.Optional;

/** The stanza {@code storage}. */
public sealed interface StorageSettings {
  /** What answers call it. */
  String type();

  /**
   * Raft.
   *
   * @param path the data folder
   * @param nodeId the node's name
   * @param snapshotThreshold after so many entries the state is synced
   * @param entryBytesMax the most that one entry holds
   */
  record Raft(
      Path path, String nodeId, Optional<Long> snapshotThreshold, Optional<Long> entryBytesMax)
      implements StorageSettings {
    @Override
    public String type() {
      return "raft";
    }
  }

  /** Memory only: gone with the process. */
  record InMemory() implements StorageSettings {
    @Override
    public String type() {
      return "inmem";
    }
  }
}
