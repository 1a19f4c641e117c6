package strongroom.server;

import org.jspecify.annotations.Nullable;
import strongroom.config.StorageSettings;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;
import strongroom.storage.raft.RaftSettings;
import strongroom.storage.raft.RaftStorage;

/**
 * The storage that the configuration names.
 *
 * @param storage what the node works on
 * @param raft the same, where it is Raft
 */
record StorageWiring(Storage storage, @Nullable RaftStorage raft) implements AutoCloseable {
  static StorageWiring wire(StorageSettings settings) {
    return switch (settings) {
      case StorageSettings.InMemory _ -> new StorageWiring(new InMemoryStorage(), null);
      case StorageSettings.Raft configured -> {
        RaftStorage raft = new RaftStorage(raftSettings(configured));
        yield new StorageWiring(raft, raft);
      }
    };
  }

  private static RaftSettings raftSettings(StorageSettings.Raft configured) {
    RaftSettings defaults = RaftSettings.of(configured.path(), configured.nodeId());
    return new RaftSettings(
        defaults.path(),
        defaults.nodeId(),
        configured
            .entryBytesMax()
            .map(bytes -> (int) Math.clamp(bytes, 64L * 1024, 256L * 1024 * 1024))
            .orElse(defaults.entryBytesMax()),
        configured.snapshotThreshold().orElse(defaults.snapshotThreshold()),
        defaults.blockCacheBytes(),
        defaults.freeBytesMin());
  }

  void start() {
    if (raft != null) {
      raft.start();
    }
  }

  /** The last entry that reads can see; 0 where there is no log. */
  long index() {
    return raft == null ? 0 : Math.max(0, raft.appliedIndex());
  }

  @Override
  public void close() {
    if (raft != null) {
      raft.close();
    }
  }
}
