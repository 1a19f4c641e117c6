package strongroom.migrate;

import java.util.List;

/** A server's answer to one request is no: that entry is not moved, the others are. */
final class Refused extends MigrationFault {
  private static final long serialVersionUID = 1;

  private final int status;

  Refused(String side, Ask ask, Answer answer) {
    super(text(side, ask, answer));
    this.status = answer.status();
  }

  private static String text(String side, Ask ask, Answer answer) {
    List<String> errors = answer.errors();
    String said = errors.isEmpty() ? "" : ": " + String.join("; ", errors).strip();
    return "the " + side + " answered " + ask + " with " + answer.status() + said;
  }

  int status() {
    return status;
  }
}
