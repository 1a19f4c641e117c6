package strongroom.hsm;

/** What helps against a fault of an HSM. */
public enum Remedy {
  /** Try again later: busy, out of memory, out of sessions, too slow. */
  RETRY,
  /** The session, its handles or the device behind it are gone: open another and try again. */
  REOPEN_SESSION,
  /** The login is gone: log in again and try again. */
  LOG_IN,
  /** The library lost its state: finalize it, initialize it and try again. */
  REINITIALIZE,
  /** Somebody must change the configuration, the HSM token or its keys first. */
  CONFIGURATION,
  /** The PIN was refused. Must not be tried again until it has changed, since HSMs lock. */
  PIN,
  /** What was given to decrypt or verify is damaged or belongs to another key. */
  DATA;

  /** Whether the connection is worth another try at once, on a new session. */
  public boolean reconnects() {
    return this == REOPEN_SESSION || this == LOG_IN || this == REINITIALIZE;
  }

  /** Whether trying again later may help without anybody changing anything. */
  public boolean passesByItself() {
    return this == RETRY || reconnects();
  }
}
