package strongroom.engine.transit;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.engine.EngineStorage;
import strongroom.engine.ToolEndpoints;

/** The transit engine of one mount. */
public final class TransitEngine implements Engine {
  private final KeyCache cache = new KeyCache();
  private final MountConfig config = new MountConfig(cache);
  private final Background background;
  private final AutoRotation rotation;
  private final List<Endpoint> endpoints;

  /**
   * An engine that does nothing yet.
   *
   * @param random of keys, nonces and salts
   * @param hsmKeys the managed keys that the mount may use
   */
  public TransitEngine(SecureRandom random, HsmKeys hsmKeys, Clock clock, Background background) {
    this.background = background;
    ManagedUse managed = new ManagedUse(hsmKeys);
    KeyMaker maker = new KeyMaker(random, cache);
    KeyCreation creation = new KeyCreation(maker, managed, config);
    KeyPaths keys = new KeyPaths(cache, maker, creation);
    Encryption encryption = new Encryption(random, managed);
    rotation = new AutoRotation(keys, clock, background);
    List<Endpoint> all = new ArrayList<>(keys.endpoints());
    all.addAll(new EncryptPaths(cache, encryption, creation, random).endpoints());
    Signing signing = new Signing(random, managed);
    all.addAll(new SignPaths(cache, signing).endpoints());
    all.addAll(new CertificatePaths(cache, maker, signing).endpoints());
    all.addAll(new ImportPaths(maker, new WrappingKey(random)).endpoints());
    all.addAll(new ExportPaths(cache, random).endpoints());
    all.addAll(new BackupPaths(maker).endpoints());
    all.addAll(config.endpoints());
    all.addAll(new ToolEndpoints(random).below(""));
    endpoints = List.copyOf(all);
  }

  /** Does work on a mount's storage outside a request, and commits it. */
  @FunctionalInterface
  public interface Background {
    /** Calls {@code work} and commits what it wrote. */
    void inTransaction(Consumer<EngineStorage> work);
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  @Override
  public void start() {
    background.inTransaction(config::apply);
    rotation.start();
  }

  @Override
  public void close() {
    rotation.stop();
    cache.close();
  }

  /** How many keys are held decoded. */
  int cached() {
    return cache.size();
  }

  /** Rotates what is due now, as happens by itself. */
  void rotateDue() {
    rotation.rotateDue();
  }
}
