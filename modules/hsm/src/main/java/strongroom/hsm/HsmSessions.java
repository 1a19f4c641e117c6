package strongroom.hsm;

/**
 * The sessions of one use of an HSM token.
 *
 * @param open how many there are
 * @param idle how many of them wait for a call
 */
public record HsmSessions(int open, int idle) {
  /** Not connected. */
  public static final HsmSessions NONE = new HsmSessions(0, 0);

  /** How many are in use. */
  public int busy() {
    return open - idle;
  }

  HsmSessions plus(HsmSessions other) {
    return new HsmSessions(open + other.open, idle + other.idle);
  }
}
