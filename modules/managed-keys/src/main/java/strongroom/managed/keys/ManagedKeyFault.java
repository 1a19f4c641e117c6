package strongroom.managed.keys;

import org.jspecify.annotations.Nullable;

/**
 * A managed key could not do what was asked. The message says what to do, and holds neither PIN nor
 * key material. It concerns that key alone.
 */
public abstract sealed class ManagedKeyFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private ManagedKeyFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The device is away or did not answer in time; trying again may help. */
  public static final class Unavailable extends ManagedKeyFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} what did not answer. */
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The definition does not fit: no such library, slot or key, a PIN that is refused. */
  public static final class Configuration extends ManagedKeyFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} what to set. */
    public Configuration(String message) {
      super(message, null);
    }
  }

  /** The key does not do this: another algorithm, a usage that it does not have. */
  public static final class Unsupported extends ManagedKeyFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} what it does. */
    public Unsupported(String message) {
      super(message, null);
    }
  }

  /** What was given cannot be processed: damaged, too long, of another key. */
  public static final class Rejected extends ManagedKeyFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} what was given. */
    public Rejected(String message) {
      super(message, null);
    }
  }
}
