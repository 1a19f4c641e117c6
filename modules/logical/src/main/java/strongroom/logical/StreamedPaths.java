package strongroom.logical;

import java.util.Set;

/**
 * Paths whose requests or answers are files of any size. They go between a client and the node that
 * leads without resting in memory, and no node sends them on to another: the client is told where
 * to ask, as Vault's clients are.
 */
public final class StreamedPaths {
  private static final Set<String> ALL =
      Set.of("sys/storage/raft/snapshot", "sys/storage/raft/snapshot-force");

  private StreamedPaths() {}

  /** Whether {@code path}, below {@code /v1/}, is one. */
  public static boolean has(String path) {
    return ALL.contains(path);
  }
}
