package strongroom.hsm;

/** What the server's process asks of the one that a library has for itself, and the answers. */
enum LibraryCall {
  OPEN_LIBRARY,
  LIBRARY_INFO,
  SLOTS,
  SLOT_MECHANISMS,
  OPEN_TOKEN,
  CLOSE_TOKEN,
  SLOT,
  MECHANISMS,
  KEYS,
  GENERATE,
  DESTROY,
  ENCRYPT,
  DECRYPT,
  SIGN,
  VERIFY,
  WRAP,
  UNWRAP,
  RANDOM,
  PUBLIC_KEY,
  GENERATE_PAIR,
  SIGN_BY_PAIR,
  VERIFY_BY_PAIR,
  PUBLIC_POINT,
  /** The answer to {@link Answer#PIN_WANTED}. */
  PIN;

  /** Whether another process may be asked the same where the first ended meanwhile. */
  boolean repeatable() {
    return this != GENERATE && this != GENERATE_PAIR && this != DESTROY;
  }

  /** What comes back. */
  enum Answer {
    /** The result of a call. */
    RESULT,
    /** It ended by an {@link HsmFault}. */
    FAULT,
    /** It ended since the PIN could not be given. */
    NO_PIN,
    /** It met a bug, which is told in words. */
    BUG,
    /** A token is to log in. */
    PIN_WANTED
  }
}
