package strongroom.node;

/** What runs while the node is unsealed and leads; made by the server's wiring. */
public interface Service extends AutoCloseable {
  /** Ends it, before the barrier is closed. */
  @Override
  void close();
}
