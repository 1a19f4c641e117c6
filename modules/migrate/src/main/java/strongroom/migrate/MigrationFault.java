package strongroom.migrate;

/** Why something could not be moved. The message is for people and holds no secret. */
public sealed class MigrationFault extends RuntimeException permits Refused, Unreachable {
  private static final long serialVersionUID = 1;

  private final String reason;

  MigrationFault(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  @Override
  public String getMessage() {
    return reason;
  }
}
