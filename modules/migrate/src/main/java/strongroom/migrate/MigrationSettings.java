package strongroom.migrate;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a run is to go.
 *
 * @param source the source's address, for the report
 * @param target the target's address, for the report
 * @param dryRun whether to look only
 * @param overwrite whether what differs on the target is replaced
 * @param parallel how many keys are moved at once, 1 to {@link #PARALLEL_MAX}
 * @param mounts the mounts to move, with a slash at their ends; empty for all
 * @param progressEvery how often progress is told
 * @param progress told what goes on, a line at a time
 * @param clock the time
 */
public record MigrationSettings(
    String source,
    String target,
    boolean dryRun,
    boolean overwrite,
    int parallel,
    List<String> mounts,
    Duration progressEvery,
    Consumer<String> progress,
    InstantSource clock) {

  /** The most keys that are moved at once. */
  public static final int PARALLEL_MAX = 64;

  /** Keeps a copy of {@code mounts}. */
  public MigrationSettings {
    mounts = List.copyOf(mounts);
  }

  boolean wants(String mount) {
    return mounts.isEmpty() || mounts.contains(mount);
  }
}
