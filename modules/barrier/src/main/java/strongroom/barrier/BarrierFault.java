package strongroom.barrier;

import org.jspecify.annotations.Nullable;

/**
 * The barrier cannot be opened. Faults of reading and writing are those of storage ({@link
 * strongroom.storage.StorageFault}).
 */
public abstract sealed class BarrierFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private BarrierFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The root key given is not the one that protects the keyring. */
  public static final class WrongRootKey extends BarrierFault {
    private static final long serialVersionUID = 1;

    WrongRootKey() {
      super("the keyring is protected by another root key", null);
    }
  }
}
