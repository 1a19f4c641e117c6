package strongroom.mount;

import java.time.Clock;
import java.util.function.Consumer;
import strongroom.engine.Engine;
import strongroom.engine.EngineStorage;

/** Makes the engines of one type. */
@FunctionalInterface
public interface EngineFactory {
  /** The engine of {@code entry}. Starts nothing that must not run while requests are answered. */
  Engine create(MountEntry entry, Context context);

  /** What an engine is handed for its life. */
  interface Context {
    /** The time. */
    Clock clock();

    /**
     * Does {@code work} on the mount's storage outside a request and commits what it wrote. Blocks.
     */
    void inTransaction(Consumer<EngineStorage> work);
  }
}
