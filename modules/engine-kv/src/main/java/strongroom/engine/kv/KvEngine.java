package strongroom.engine.kv;

import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.engine.EngineStorage;

/** The KV engine of one mount, in the version that the mount's option {@code version} names. */
public final class KvEngine implements Engine {
  private final List<Endpoint> endpoints;
  private final Runnable start;
  private final Runnable close;

  private KvEngine(List<Endpoint> endpoints, Runnable start, Runnable close) {
    this.endpoints = endpoints;
    this.start = start;
    this.close = close;
  }

  /** Does work on a mount's storage outside a request, and commits it. */
  @FunctionalInterface
  public interface Background {
    /** Calls {@code work} and commits what it wrote. */
    void inTransaction(Consumer<EngineStorage> work);
  }

  /** Version 1: one value a key. */
  public static KvEngine version1() {
    return new KvEngine(new KvV1().endpoints(), () -> {}, () -> {});
  }

  /**
   * Version 2: versions and metadata. Where the mount holds values of version 1, they become
   * versions in the background once the engine is started, and requests are told to wait meanwhile.
   */
  public static KvEngine version2(Clock clock, Background background) {
    Upgrade upgrade = new Upgrade(clock, background);
    return new KvEngine(new KvV2(upgrade).endpoints(), upgrade::start, upgrade::stop);
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  @Override
  public void start() {
    start.run();
  }

  @Override
  public void close() {
    close.run();
  }
}
