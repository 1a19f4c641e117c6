package strongroom.hsm;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How an HSM token is used.
 *
 * @param sessionsMax most sessions, and so calls, at once; by default {@value
 *     #SESSIONS_MAX_DEFAULT}, less where the HSM token allows less
 * @param callMax how long a call may take, with one reconnect in it
 * @param readWriteSessions whether all sessions are read-write, for HSMs that demand it
 * @param mayUseFinalTry whether a PIN may be tried when one more wrong one locks the HSM token: for
 *     a person at a terminal, not for a server that restarts by itself
 */
public record TokenSettings(
    OptionalInt sessionsMax, Duration callMax, boolean readWriteSessions, boolean mayUseFinalTry) {
  /** More sessions than this rarely make one HSM faster. */
  public static final int SESSIONS_MAX_DEFAULT = 8;

  /** How long a call may take unless it is said. */
  public static final Duration CALL_MAX_DEFAULT = Duration.ofSeconds(10);

  /** Defaults for a server. */
  public static TokenSettings defaults() {
    return new TokenSettings(OptionalInt.empty(), CALL_MAX_DEFAULT, false, false);
  }
}
