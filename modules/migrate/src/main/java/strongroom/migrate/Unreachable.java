package strongroom.migrate;

/** No answer came, or none that lets the run go on: it ends, and may be started again. */
public final class Unreachable extends MigrationFault {
  private static final long serialVersionUID = 1;

  /** With a message that says which server, why, and what to do. */
  public Unreachable(String message) {
    super(message);
  }
}
