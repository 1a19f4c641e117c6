package strongroom.server;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.audit.AuditBroker;
import strongroom.barrier.Barrier;
import strongroom.managed.keys.ManagedKeys;
import strongroom.mount.BuiltInMounts;
import strongroom.mount.MountEntry;
import strongroom.mount.MountTable;
import strongroom.node.Service;
import strongroom.node.ServiceFactory;
import strongroom.policy.PolicyStore;
import strongroom.quota.Quotas;
import strongroom.request.Active;
import strongroom.request.Pipeline;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;
import strongroom.system.VersionHistory;
import strongroom.token.IssuedToken;
import strongroom.token.TokenStore;

/**
 * What runs while the node is unsealed: mounts, policies and tokens, answered for by the pipeline.
 */
final class Services implements ServiceFactory {
  private static final Logger LOG = LoggerFactory.getLogger(Services.class);
  private static final String CUBBYHOLE = "cubbyhole/";
  private static final long SWEEP_PAUSE_SECONDS = 1;

  private final MountTable.SystemTtl ttl;
  private final ManagedKeys managedKeys;
  private final AuditBroker audit;
  private final Barrier.Source source;

  /** Bound once by the wiring: the pipeline and the node know each other. */
  private volatile @Nullable Pipeline pipeline;

  /** What is open; null while sealed. */
  private volatile @Nullable Active active;

  Services(
      MountTable.SystemTtl ttl, ManagedKeys managedKeys, AuditBroker audit, Barrier.Source source) {
    this.managedKeys = managedKeys;
    this.audit = audit;
    this.ttl = ttl;
    this.source = source;
  }

  void bind(Pipeline bound) {
    pipeline = bound;
  }

  @Override
  public String bootstrap(Storage barrier) {
    try (Transaction transaction = new Transaction(barrier)) {
      PolicyStore.bootstrap(transaction);
      BuiltInMounts.bootstrap(transaction, source.random());
      TokenStore.bootstrap(transaction, source.random());
      try (TokenStore tokens =
          new TokenStore(transaction, CUBBYHOLE, source.clock(), source.random())) {
        IssuedToken root = tokens.createRoot(transaction, Optional.empty());
        transaction.commit();
        return root.text();
      }
    }
  }

  @Override
  public Service open(Storage barrier) {
    BuiltInMounts.complete(barrier, source.random());
    String cubbyhole =
        MountTable.stored(barrier, CUBBYHOLE)
            .map(MountEntry::storagePrefix)
            .orElseThrow(
                () -> new StorageFault.Damaged("the mount " + CUBBYHOLE + " is missing", null));
    noteVersion(barrier);
    Stores.Accessors accessors = new Stores.Accessors();
    Stores stores = Stores.open(barrier, cubbyhole, accessors, source);
    stores.identities().start();
    Quotas quotas = new Quotas(barrier, System::nanoTime);
    Engines engines =
        new Engines(
            stores, quotas, managedKeys, source.random(), () -> requiredPipeline().nodeEndpoints());
    MountTable mounts =
        new MountTable(barrier, engines.types(), ttl, source.clock(), source.sealWrap()::setMounts);
    engines.bind(mounts);
    accessors.bind(mounts);
    mounts.start();
    Active opened =
        new Active(barrier, mounts, stores.rights(), stores.tokens(), stores.wrapping(), quotas);
    ScheduledExecutorService sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("token-sweeper").daemon().factory());
    scheduleSweeps(sweeper, stores.tokens());
    active = opened;
    audit.open(barrier);
    requiredPipeline().publish(opened);
    return () -> close(opened, stores, sweeper);
  }

  /** A full disk, or a damaged note, is no reason to stay sealed. */
  private void noteVersion(Storage barrier) {
    try {
      VersionHistory.note(barrier, Version.REPORTED, Version.BUILD_DATE, source.clock().instant());
    } catch (StorageFault e) {
      LOG.warn("it is not noted that version {} runs: {}", Version.REPORTED, e.getMessage());
    }
  }

  private static void scheduleSweeps(ScheduledExecutorService sweeper, TokenStore tokens) {
    var _ =
        sweeper.scheduleWithFixedDelay(
            () -> {
              try {
                tokens.sweep();
              } catch (StorageFault e) {
                LOG.warn("tokens that have ended are not swept yet: {}", e.getMessage());
              }
            },
            SWEEP_PAUSE_SECONDS,
            SWEEP_PAUSE_SECONDS,
            TimeUnit.SECONDS);
  }

  private void close(Active opened, Stores stores, ScheduledExecutorService sweeper) {
    requiredPipeline().withdraw();
    active = null;
    audit.close();
    sweeper.shutdownNow();
    opened.mounts().close();
    stores.identities().close();
    stores.tokens().close();
  }

  private Pipeline requiredPipeline() {
    Pipeline bound = pipeline;
    if (bound == null) {
      throw new IllegalStateException("the pipeline is bound before the node is started");
    }
    return bound;
  }

  @Override
  public String createRootToken() {
    return createRoot(Optional.empty());
  }

  /** A root token, of {@code chosen} text where given. */
  String createRoot(Optional<String> chosen) {
    Active opened = active;
    if (opened == null) {
      throw new StorageFault.Unavailable("the node is sealed", null);
    }
    try (Transaction transaction = new Transaction(opened.barrier())) {
      IssuedToken root = opened.tokens().createRoot(transaction, chosen);
      transaction.commit();
      return root.text();
    }
  }

  /** The mounts that are open. */
  MountTable mounts() {
    Active opened = active;
    if (opened == null) {
      throw new StorageFault.Unavailable("the node is sealed", null);
    }
    return opened.mounts();
  }
}
