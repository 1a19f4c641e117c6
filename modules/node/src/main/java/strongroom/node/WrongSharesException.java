package strongroom.node;

/** Key shares combine, but not to the key that protects the root key. */
final class WrongSharesException extends Exception {
  private static final long serialVersionUID = 1;

  WrongSharesException() {
    super("the key shares are not the right ones");
  }
}
