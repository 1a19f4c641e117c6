package strongroom.engine;

import java.util.List;

/**
 * What answers for a mount: a secrets engine, an auth method, or one of the server's own. One
 * instance serves one mount; it is made when the mount is enabled or the node unseals, and closed
 * when the mount is disabled or the node seals.
 */
public interface Engine extends AutoCloseable {
  /** Everything this engine answers, in the order in which paths are tried. Never changes. */
  List<Endpoint> endpoints();

  /**
   * Begins what the engine does in the background. Called once, when its mount is stored and
   * answers; until then nothing of the mount may be changed, since storing it may fail.
   */
  default void start() {}

  /** Ends what the engine does in the background. */
  @Override
  default void close() {}
}
