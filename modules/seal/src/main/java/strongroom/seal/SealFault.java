package strongroom.seal;

import org.jspecify.annotations.Nullable;

/** A seal could not wrap or unwrap. The message says what is wrong and what to do next. */
public abstract sealed class SealFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private SealFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A fault that calls for the same remedy, and says {@code message} instead; this is its cause.
   */
  public final SealFault saying(String message) {
    return switch (this) {
      case Away _ -> new Away(message, this);
      case Configuration _ -> new Configuration(message, this);
      case Pin _ -> new Pin(message, this);
      case Data _ -> new Data(message, this);
    };
  }

  /** The seal is away for now (HSM unreachable, timed out): trying again by itself may help. */
  public static final class Away extends SealFault {
    private static final long serialVersionUID = 1;

    /** Says what is away in {@code message}. */
    public Away(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The configuration or the HSM must be changed first: wrong library, slot, label, missing key,
   * mechanism. Trying again is harmless and helps once somebody has changed it.
   */
  public static sealed class Configuration extends SealFault {
    private static final long serialVersionUID = 1;

    /** Says what to change in {@code message}. */
    public Configuration(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A key is missing that initialization makes: all else that was looked at is as it should be. */
  public static final class KeyToBeMade extends Configuration {
    private static final long serialVersionUID = 1;

    /** Says which key in {@code message}. */
    public KeyToBeMade(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The PIN was refused. Must not be tried again until it has changed, since HSMs lock. */
  public static final class Pin extends SealFault {
    private static final long serialVersionUID = 1;

    /** Says which token in {@code message}, never the PIN. */
    public Pin(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** What is to be unwrapped is damaged, or belongs to another key or purpose. */
  public static final class Data extends SealFault {
    private static final long serialVersionUID = 1;

    /** Says which key it needs in {@code message}. */
    public Data(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
