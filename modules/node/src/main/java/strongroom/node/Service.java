package strongroom.node;

/** What runs while the node is unsealed and leads; made by the server's wiring. */
public interface Service extends AutoCloseable {
  /**
   * Ends it, before the barrier is closed. Must not wait for requests that are under way: the one
   * that seals is one of them.
   */
  @Override
  void close();
}
