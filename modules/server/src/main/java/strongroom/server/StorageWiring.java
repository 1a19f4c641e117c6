package strongroom.server;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import strongroom.config.StorageSettings;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;
import strongroom.storage.raft.Peering;
import strongroom.storage.raft.RaftSettings;
import strongroom.storage.raft.RaftStorage;

/**
 * The storage that the configuration names.
 *
 * @param storage what the node works on
 * @param raft the same, where it is Raft
 */
record StorageWiring(Storage storage, @Nullable RaftStorage raft) implements AutoCloseable {
  private static final String NODE_ID = "node1";

  /** What a batch has besides its largest value. */
  private static final int ROOM_BYTES = 1024 * 1024;

  /** {@code peering}: how the node takes part in a cluster; empty for one that stays alone. */
  static StorageWiring wire(StorageSettings settings, Optional<Peering> peering) {
    return switch (settings) {
      case StorageSettings.InMemory _ -> new StorageWiring(new InMemoryStorage(), null);
      case StorageSettings.Raft configured -> {
        RaftStorage raft = new RaftStorage(raftSettings(configured, peering));
        yield new StorageWiring(raft, raft);
      }
    };
  }

  private static RaftSettings raftSettings(
      StorageSettings.Raft configured, Optional<Peering> peering) {
    RaftSettings defaults = RaftSettings.of(configured.folder(), nodeId(configured));
    return new RaftSettings(
        defaults.path(),
        defaults.nodeId(),
        configured.entryBytesMax(),
        batchBytesMax(configured),
        configured.snapshotThreshold(),
        defaults.blockCacheBytes(),
        defaults.freeBytesMin(),
        peering);
  }

  /** The most that one batch comes to. A batch of one value must always fit. */
  static int batchBytesMax(StorageSettings.Raft configured) {
    return Math.max(configured.transactionBytesMax(), configured.entryBytesMax() + ROOM_BYTES);
  }

  /** The node's name among the cluster's. */
  static String nodeId(StorageSettings.Raft configured) {
    return configured.nodeId().orElse(NODE_ID);
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

  /** The same, where a node takes part in a cluster, whose storage is always Raft. */
  RaftStorage requiredRaft() {
    if (raft == null) {
      throw new ServerFault("a node of a cluster needs storage \"raft\"");
    }
    return raft;
  }

  @Override
  public void close() {
    if (raft != null) {
      raft.close();
    }
  }
}
