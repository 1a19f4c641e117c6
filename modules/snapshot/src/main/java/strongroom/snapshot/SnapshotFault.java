package strongroom.snapshot;

import org.jspecify.annotations.Nullable;

/** A snapshot is not what was written. The message names the part, never what is in it. */
public final class SnapshotFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong in {@code message}. */
  public SnapshotFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
