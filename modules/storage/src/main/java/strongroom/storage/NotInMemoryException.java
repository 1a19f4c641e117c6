package strongroom.storage;

/**
 * What was asked is not in memory, and the asker cannot wait for a disk: ask again, from a thread
 * that can. Not a fault, and without a stack trace, since it is thrown on the way of requests.
 */
public final class NotInMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Costs no more than an object. */
  public NotInMemoryException() {
    super("not in memory", null, false, false);
  }
}
