package strongroom.seal;

/**
 * Shares that cannot be combined, whatever they hold: too few, too short, of different lengths, the
 * same twice. The message says which; never a share's content.
 */
public final class InvalidSharesException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidSharesException(String message) {
    super(message);
  }
}
