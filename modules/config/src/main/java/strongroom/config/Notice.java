package strongroom.config;

/**
 * Something the operator should know, though the server can start.
 *
 * @param severity how loudly to say it
 * @param place {@code file:line:column}, or the name of a variable or flag
 * @param text what it is and what to do, on one line
 */
public record Notice(Severity severity, String place, String text) {
  /** How loudly to say it. */
  public enum Severity {
    /** Something does not work as it was written. */
    WARNING,
    /** Something is as it should be, and has no effect here. */
    INFO
  }

  /** Place and text on one line. */
  @Override
  public String toString() {
    return place + ": " + text;
  }
}
