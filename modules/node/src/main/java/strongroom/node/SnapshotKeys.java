package strongroom.node;

import strongroom.barrier.Barrier;
import strongroom.storage.StorageFault;

/** Seals the sums of a snapshot's parts: who has no key cannot make others for altered parts. */
public final class SnapshotKeys {
  /** No path begins with a slash. */
  private static final String LABEL = "/snapshot/SHA256SUMS";

  private final StateCell cell;

  SnapshotKeys(StateCell cell) {
    this.cell = cell;
  }

  /** {@code sums} as the barrier that is open seals them. */
  public byte[] seal(byte[] sums) {
    return cell.requireActive().unsealed().barrier().seal(LABEL, sums);
  }

  /**
   * What {@link #seal} was given, by the barrier of the snapshot.
   *
   * @throws StorageFault.Damaged where it is not what that made
   */
  static byte[] open(Barrier barrier, byte[] sealed) {
    return barrier.open(LABEL, sealed);
  }
}
