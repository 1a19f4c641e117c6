package strongroom.cli;

/** Why a command ends without having done what was asked. The message is for people, and final. */
public sealed class Failure extends RuntimeException permits ApiFailure {
  private static final long serialVersionUID = 1;
  private final int exitCode;

  Failure(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** A mistake on this side: a wrong flag, a missing file. Exit code 1. */
  public static Failure usage(String message) {
    return new Failure(1, message);
  }

  /** The server, or the way to it, did not do what was asked. Exit code 2. */
  public static Failure remote(String message) {
    return new Failure(2, message);
  }

  /** The exit code: 1 for a mistake on this side, 2 for one of the server. */
  public int exitCode() {
    return exitCode;
  }

  /** This failure with {@code doing} and a colon before the message, and the same exit code. */
  public Failure during(String doing) {
    return new Failure(exitCode, doing + ": " + getMessage());
  }
}
