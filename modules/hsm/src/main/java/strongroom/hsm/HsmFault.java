package strongroom.hsm;

import java.time.Duration;

/**
 * A call to an HSM failed. The message names the PKCS#11 function, the return value and what to do;
 * it never holds a PIN or key material.
 */
public abstract sealed class HsmFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Remedy remedy;

  private HsmFault(String message, Remedy remedy) {
    super(message);
    this.remedy = remedy;
  }

  /** What helps against it. */
  public Remedy remedy() {
    return remedy;
  }

  /** A PKCS#11 function answered something else than {@code CKR_OK}. */
  public static final class Rejected extends HsmFault {
    private static final long serialVersionUID = 1;
    private final String function;
    private final long number;

    /** {@code function} answered {@code number}. */
    public Rejected(String function, long number) {
      this(function, number, "");
    }

    /** As it was told by another process. */
    Rejected(String message, String function, long number) {
      super(message, Ckr.remedy(number));
      this.function = function;
      this.number = number;
    }

    /** {@code function} answered {@code number}; {@code hint} says what it was about. */
    public Rejected(String function, long number, String hint) {
      super(
          function + " answered " + Ckr.describe(number) + (hint.isEmpty() ? "" : ": " + hint),
          Ckr.remedy(number));
      this.function = function;
      this.number = number;
    }

    /** The PKCS#11 function: {@code C_Decrypt}. */
    public String function() {
      return function;
    }

    /** The return value's number. */
    public long number() {
      return number;
    }

    /** Whether the return value is {@code value}. */
    public boolean is(Ckr value) {
      return number == value.number();
    }
  }

  /** A call did not end within its deadline. Its thread is left behind. */
  public static final class TimedOut extends HsmFault {
    private static final long serialVersionUID = 1;
    private final String function;

    /** {@code function} was running, or waited for, when {@code deadline} had passed. */
    public TimedOut(String function, Duration deadline, String what) {
      super(
          function
              + " did not end within "
              + deadline.plusNanos(500_000).toMillis()
              + " ms: "
              + what,
          Remedy.RETRY);
      this.function = function;
    }

    /** As it was told by another process. */
    TimedOut(String message, String function) {
      super(message, Remedy.RETRY);
      this.function = function;
    }

    /** The PKCS#11 function that was running. */
    public String function() {
      return function;
    }
  }

  /** So many calls hang in the library that no more are started. */
  public static final class Hung extends HsmFault {
    private static final long serialVersionUID = 1;

    /** As it was told by another process. */
    Hung(String message) {
      super(message, Remedy.RETRY);
    }

    /** {@code calls} hang, the last of them in {@code function}. */
    public Hung(int calls, String function) {
      super(
          calls
              + " calls hang in the PKCS#11 library, the last in "
              + function
              + ": no more are started until one returns; look after the HSM or its network",
          Remedy.RETRY);
    }
  }

  /** What was used has been closed, or replaced by another library, meanwhile. */
  public static final class Closed extends HsmFault {
    private static final long serialVersionUID = 1;

    /** Nothing more to say. */
    public Closed() {
      super("the HSM's library was closed or replaced meanwhile: try again", Remedy.RETRY);
    }
  }

  /** The process that a library had for itself ended: the library crashed in it, or hung. */
  public static final class Crashed extends HsmFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} how, and when another is started. */
    public Crashed(String message) {
      super(message, Remedy.RETRY);
    }
  }

  /** The library cannot be loaded, or is no PKCS#11 library. */
  public static final class Library extends HsmFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} which file, and what the loader said. */
    public Library(String message) {
      super(message, Remedy.CONFIGURATION);
    }
  }

  /** No slot, HSM token, key or mechanism fits what was asked for. */
  public static final class Missing extends HsmFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} what was asked for, and what there is instead. */
    public Missing(String message) {
      super(message, Remedy.CONFIGURATION);
    }
  }

  /** The PIN was refused, or is known to have been refused before and was not tried again. */
  public static final class PinRefused extends HsmFault {
    private static final long serialVersionUID = 1;
    private final Tried tried;

    /** Says in {@code message} which HSM token, and how many tries are left. */
    public PinRefused(String message) {
      this(message, Tried.NOT);
    }

    PinRefused(String message, Tried tried) {
      super(message, Remedy.PIN);
      this.tried = tried;
    }

    /** Whether the PIN went to the HSM token, and what that did to it. */
    enum Tried {
      /** It was known to be refused. */
      NOT,
      /** It did, and was refused. */
      NOW,
      /** It did, and the token is locked now. */
      AND_LOCKED
    }

    Tried tried() {
      return tried;
    }
  }

  /** The HSM answered, but not what it must: a key that can be extracted, a wrong plaintext. */
  public static final class Unsound extends HsmFault {
    private static final long serialVersionUID = 1;

    /** Says in {@code message} what was found. */
    public Unsound(String message) {
      super(message, Remedy.CONFIGURATION);
    }
  }
}
