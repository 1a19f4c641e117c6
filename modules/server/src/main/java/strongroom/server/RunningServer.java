package strongroom.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.audit.AuditBroker;
import strongroom.audit.AuditPaths;
import strongroom.audit.AuditSink;
import strongroom.backup.SnapshotEndpoints;
import strongroom.barrier.Barrier;
import strongroom.barrier.SealWrap;
import strongroom.clustering.AloneEndpoints;
import strongroom.clustering.Forwarding;
import strongroom.clustering.RaftEndpoints;
import strongroom.clustering.RaftLeadership;
import strongroom.config.Configuration;
import strongroom.config.ConfigurationFault;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.engine.Endpoint;
import strongroom.http.HttpFront;
import strongroom.logical.Refusal;
import strongroom.logical.RequestHandler;
import strongroom.managed.keys.ManagedKeySource;
import strongroom.managed.keys.ManagedKeys;
import strongroom.metrics.Metrics;
import strongroom.mount.MountTable;
import strongroom.node.Leadership;
import strongroom.node.Node;
import strongroom.node.NodeParts;
import strongroom.node.NodeState;
import strongroom.node.Obstacle;
import strongroom.node.SealKeyNames;
import strongroom.request.Pipeline;
import strongroom.secret.NativeMemory;
import strongroom.system.node.NodeFacts;
import strongroom.system.node.RecoveryMode;
import strongroom.system.node.SystemNode;
import strongroom.token.TokenStore;

/** All parts of a server, wired; {@link #start} opens them, {@link #close} closes them in order. */
final class RunningServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

  private static final Refusal RECOVERING =
      new Refusal.Unavailable(
          List.of(
              "the server is in recovery mode: it answers sys/seal-status, sys/unseal,"
                  + " sys/generate-recovery-token and, with its token, sys/raw; start it without"
                  + " -recovery to serve"));

  private final ServerSettings settings;
  private final StorageWiring storage;
  private final SealWiring seal;
  private final Optional<HsmEntropy> entropy;
  private final ManagedKeySource managedKeys;
  private final Optional<RaftLeadership> cluster;
  private final AuditBroker audit;
  private final Services services;
  private final Node node;
  private final Pipeline pipeline;
  private final HttpFront http;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** {@code recovery}: whether nothing is served but the mending of storage. */
  RunningServer(ServerSettings settings, boolean recovery) {
    this.settings = settings;
    Clock clock = Clock.systemUTC();
    Optional<ClusterWiring> wiring = recovery ? Optional.empty() : ClusterWiring.wire(settings);
    storage = StorageWiring.wire(settings.storage(), wiring.map(ClusterWiring::peering));
    seal = SealWiring.wire(settings.seals(), System.getenv());
    Metrics metrics = new Metrics();
    HsmMetrics hsmMetrics = new HsmMetrics(metrics);
    seal.observedBy(hsmMetrics);
    hsmMetrics.showSessions(seal::hsmSeals);
    entropy =
        settings.entropyFromSeal()
            ? seal.randomness()
                .map(source -> new HsmEntropy(source, clock, hsmMetrics.entropyFailures()))
            : Optional.empty();
    entropy.ifPresent(source -> hsmMetrics.showEntropy(source::state));
    SecureRandom random =
        entropy.<SecureRandom>map(e -> new AugmentedRandom(e::poll)).orElseGet(SecureRandom::new);
    managedKeys =
        ManagedKeyWiring.wire(
            settings.libraries(), settings.seals(), hsmMetrics, this::sealKeyNames, random);
    Barrier.Source source = new Barrier.Source(clock, random, sealWrap(settings));
    audit = AuditWiring.wire(settings.audit(), clock, random);
    cluster = wiring.map(w -> w.leadership(storage.requiredRaft(), clock, random));
    services =
        new Services(
            new MountTable.SystemTtl(settings.leases().defaultTtl(), settings.leases().maxTtl()),
            new ManagedKeys(managedKeys),
            audit,
            source);
    RecoveryMode recoveryMode = new RecoveryMode(random);
    node =
        new Node(
            new NodeParts(
                storage.storage(),
                seal.protection(),
                recovery ? recoveryMode : services,
                cluster.<Leadership>map(one -> one).orElse(Leadership.ALONE),
                settings.cluster().clusterName().orElse(""),
                source));
    hsmMetrics.showSeals(node);
    NodeFacts facts = facts(settings, storage, audit);
    pipeline =
        recovery
            ? new Pipeline(
                recoveryMode.endpoints(node, facts), () -> RECOVERING, clock, AuditSink.NONE)
            : new Pipeline(endpoints(facts, metrics), new SealedGate(node::state), clock, audit);
    services.bind(pipeline);
    RequestHandler handler =
        cluster
            .<RequestHandler>map(one -> new Forwarding(pipeline, node::state, one))
            .orElse(pipeline);
    http = new HttpFront(HttpWiring.wire(settings, hostname()), handler);
  }

  private static SealWrap sealWrap(ServerSettings settings) {
    Set<String> own = new HashSet<>(Node.SEAL_WRAPPED);
    own.addAll(TokenStore.SEAL_WRAPPED);
    own.addAll(ManagedKeys.SEAL_WRAPPED);
    own.addAll(AuditBroker.SEAL_WRAPPED);
    return new SealWrap(!settings.process().disableSealWrap(), own);
  }

  private List<Endpoint> endpoints(NodeFacts facts, Metrics metrics) {
    boolean prometheus = !settings.telemetry().prometheusRetention().isZero();
    List<Endpoint> all =
        new ArrayList<>(
            new SystemNode(node, facts, metrics, prometheus, () -> entropy.map(HsmEntropy::state))
                .endpoints());
    all.addAll(new AuditPaths(audit).endpoints());
    all.addAll(LoggerPaths.endpoints());
    cluster.ifPresentOrElse(
        one -> all.addAll(new RaftEndpoints(one).endpoints()),
        () -> {
          if (facts.highlyAvailable()) {
            all.addAll(
                new AloneEndpoints(facts.nodeId(), facts.clusterAddress(), facts.apiAddress())
                    .endpoints());
          }
        });
    Optional.ofNullable(storage.raft())
        .ifPresent(
            raft ->
                all.addAll(
                    new SnapshotEndpoints(node, raft, Clock.systemUTC(), Version.REPORTED)
                        .endpoints()));
    return List.copyOf(all);
  }

  private static NodeFacts facts(
      ServerSettings settings, StorageWiring storage, AuditBroker audit) {
    String nodeId =
        switch (settings.storage()) {
          case StorageSettings.Raft raft -> StorageWiring.nodeId(raft);
          case StorageSettings.InMemory _ -> "";
        };
    return new NodeFacts(
        Version.REPORTED,
        Version.BUILD_DATE,
        settings.storage() instanceof StorageSettings.Raft ? "raft" : "inmem",
        settings.storage() instanceof StorageSettings.Raft,
        nodeId,
        hostname(),
        settings.cluster().apiAddress().orElse(""),
        settings.cluster().clusterAddress().orElse(""),
        storage::index,
        storage::index,
        audit::warnings);
  }

  private static String hostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /**
   * Opens storage, then the listeners, then begins to unseal: an HSM that is away delays nothing.
   */
  void start() {
    if (!NativeMemory.forbidCoreDumps()) {
      LOG.warn("the system did not agree to keep this process out of core dumps");
    }
    writePidFile();
    storage.start();
    seal.start();
    entropy.ifPresent(HsmEntropy::start);
    http.start();
    cluster.ifPresent(one -> one.start(node::wake));
    node.start();
  }

  private void writePidFile() {
    settings
        .process()
        .pidFile()
        .ifPresent(
            file -> {
              try {
                Files.writeString(file, ProcessHandle.current().pid() + "\n");
              } catch (IOException e) {
                throw new ServerFault("pid_file " + file + " cannot be written: " + e);
              }
            });
  }

  List<URI> addresses() {
    return http.addresses();
  }

  Node node() {
    return node;
  }

  Services services() {
    return services;
  }

  /** Returns when SIGTERM or SIGINT has come. */
  int awaitEnd(ServerOptions options, Map<String, String> environment) {
    Signals.onHangUp(() -> reload(options, environment));
    Signals.onTerminate(ended::countDown);
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.info("ending: no more connections; requests under way may finish");
    return 0;
  }

  /**
   * SIGHUP: certificates, the seal's stanza with its secrets, log level and audit devices, whose
   * files are opened anew. What cannot be read leaves all as it was.
   */
  private void reload(ServerOptions options, Map<String, String> environment) {
    LOG.info(
        "SIGHUP: reading certificates, the seal's stanza with its secrets, audit devices and the"
            + " log level again");
    http.reloadCertificates();
    boolean retry = true;
    if (!options.dev()) {
      try (Configuration fresh =
          Configuration.load(options.files(), environment, options.flags())) {
        boolean changed = seal.reload(fresh.settings().seals());
        node.configure(seal.protection());
        Logs.setLevel(fresh.settings().log().level().name());
        AuditWiring.reload(audit, fresh.settings().audit());
        // HSMs lock: a PIN that was refused is not tried again before it is another.
        retry = changed || !pinRefused();
      } catch (ConfigurationFault | ServerFault e) {
        LOG.error("the configuration is not taken: {}", e.getMessage());
        audit.reopen();
      }
    }
    if (retry) {
      node.reload();
    } else {
      LOG.warn("the PIN is the one that the HSM refused: it is not tried again");
    }
  }

  private boolean pinRefused() {
    return node.state() instanceof NodeState.Sealed(var record, Obstacle obstacle)
        && obstacle.kind() == Obstacle.Kind.SEAL_PIN_REFUSED;
  }

  private SealKeyNames sealKeyNames() {
    return node.sealKeyNames();
  }

  @Override
  public void close() {
    // First, so that what comes in until the end is answered by who leads then.
    cluster.ifPresent(RaftLeadership::handOn);
    http.close();
    pipeline.close();
    node.close();
    cluster.ifPresent(RaftLeadership::close);
    managedKeys.close();
    entropy.ifPresent(HsmEntropy::close);
    seal.close();
    storage.close();
    settings.process().pidFile().ifPresent(RunningServer::deletePidFile);
    LOG.info("ended");
  }

  private static void deletePidFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("pid_file {} cannot be removed: {}", file, e.getMessage());
    }
  }

  /** The root token that {@code -dev} was asked to have. */
  void createRoot(String token) {
    services.createRoot(Optional.of(token));
  }
}
