package strongroom.storage;

import org.jspecify.annotations.Nullable;

/** Storage could not do what it is for. The message names files and keys, never values. */
public abstract sealed class StorageFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private StorageFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What is stored is not what was written. Reading it again will not help. */
  public static final class Damaged extends StorageFault {
    private static final long serialVersionUID = 1;

    /** Names the file or key in {@code message}. */
    public Damaged(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** There is no room. Nothing was written; reads go on, and writes will once there is room. */
  public static final class Full extends StorageFault {
    private static final long serialVersionUID = 1;

    /** Names the folder in {@code message}. */
    public Full(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The writes are more than can take effect together. Nothing was written. */
  public static final class TooLarge extends StorageFault {
    private static final long serialVersionUID = 1;

    /** Says how large they are and what is allowed in {@code message}. */
    public TooLarge(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Storage is not to be had just now (starting, no leader, closed). Nothing was written. */
  public static final class Unavailable extends StorageFault {
    private static final long serialVersionUID = 1;

    /** Says why in {@code message}. */
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The commit was cut off: it may have taken effect or not. */
  public static final class OutcomeUnknown extends StorageFault {
    private static final long serialVersionUID = 1;

    /** Says why in {@code message}. */
    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
