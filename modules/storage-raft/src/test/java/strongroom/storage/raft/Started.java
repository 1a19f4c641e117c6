package strongroom.storage.raft;

import java.nio.file.Path;

/** Storage that runs, for tests. */
final class Started {
  private Started() {}

  static RaftStorage in(Path folder) {
    return with(new RaftSettings(folder, "node1", 8 << 20, 8 << 20, 8192, 4L << 20, 0));
  }

  static RaftStorage with(RaftSettings settings) {
    RaftStorage storage = new RaftStorage(settings);
    storage.start();
    return storage;
  }
}
