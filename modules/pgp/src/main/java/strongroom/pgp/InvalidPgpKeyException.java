package strongroom.pgp;

/** A text that is no OpenPGP public key one can encrypt for. The message says why. */
public final class InvalidPgpKeyException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidPgpKeyException(String message) {
    super(message);
  }
}
