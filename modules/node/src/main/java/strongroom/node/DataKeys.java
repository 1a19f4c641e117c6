package strongroom.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.barrier.KeyStatus;
import strongroom.barrier.RotationSettings;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;

/** The data keys of a node's open barrier. Every method refuses where the node is not active. */
public final class DataKeys {
  private static final Logger log = LoggerFactory.getLogger(DataKeys.class);

  private final StateCell cell;
  private final Ceremony ceremony;

  DataKeys(StateCell cell, Ceremony ceremony) {
    this.cell = cell;
    this.ceremony = ceremony;
  }

  /** The one that encrypts now. */
  public KeyStatus status() {
    return barrier().keyStatus();
  }

  /** Encrypts with a new one from now on. */
  public KeyStatus rotate() {
    ceremony.record(
        () ->
            CeremonyEvent.of(CeremonyKind.ROTATE_DATA_KEY)
                .with("term_before", barrier().keyStatus().term()),
        batch -> barrier().rotate(batch));
    KeyStatus status = status();
    log.info("rotated to data key {}", status.term());
    return status;
  }

  /** When it is replaced without being asked. */
  public RotationSettings settings() {
    return barrier().rotationSettings();
  }

  /** Sets when it is replaced without being asked. */
  public void set(RotationSettings settings) {
    barrier().setRotation(settings);
  }

  private Barrier barrier() {
    return cell.requireActive().unsealed().barrier();
  }
}
