package strongroom.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.node.Node;
import strongroom.node.NodeState;
import strongroom.node.SealCopies;
import strongroom.node.SealCopy;
import strongroom.snapshot.Entries;
import strongroom.snapshot.Manifest;
import strongroom.snapshot.SnapshotFile;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.FrozenState;
import strongroom.storage.raft.Snapshots;
import strongroom.system.node.SealInspection;

/** Takes snapshots of the state as it is. */
final class Taking {
  private final Node node;
  private final Snapshots snapshots;
  private final Clock clock;
  private final String version;

  Taking(Node node, Snapshots snapshots, Clock clock, String version) {
    this.node = node;
    this.snapshots = snapshots;
    this.clock = clock;
    this.version = version;
  }

  /**
   * Writes a snapshot to {@code out}, which stays open.
   *
   * @throws StorageFault where the state cannot be read; nothing was written where it could not be
   *     read at first
   * @throws IOException where {@code out} takes no more
   */
  Manifest take(OutputStream out) throws IOException {
    try (FrozenState frozen = snapshots.freeze()) {
      return SnapshotFile.write(
          out, manifest(frozen), to -> each(frozen, to), node.snapshotKeys()::seal);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void each(FrozenState frozen, Entries to) {
    frozen.each(
        (key, value) -> {
          try {
            to.entry(key, value);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private Manifest manifest(FrozenState frozen) {
    if (!(node.state() instanceof NodeState.Active active)) {
      throw Refusal.unavailable("this node is sealed, or does not lead");
    }
    byte[] record =
        frozen
            .get(SealCopies.STORED_AT)
            .orElseThrow(() -> new StorageFault.Damaged("there is no seal record", null));
    List<JsonObject> seals =
        node.sealCopies(record).stream()
            .filter(copy -> copy.current() && copy.key().equals(SealCopy.ROOT))
            .map(SealInspection::copy)
            .toList();
    Instant now = clock.instant();
    return new Manifest(
        frozen.term() + "-" + frozen.index() + "-" + now.toEpochMilli(),
        frozen.index(),
        frozen.term(),
        0,
        0,
        now,
        version,
        active.cluster().id(),
        active.cluster().name(),
        seals);
  }
}
