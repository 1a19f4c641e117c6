package strongroom.server;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import strongroom.cluster.ClusterLink;
import strongroom.clustering.ClusterSettings;
import strongroom.clustering.JoinTarget;
import strongroom.clustering.RaftLeadership;
import strongroom.config.HostPort;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.storage.raft.Peering;
import strongroom.storage.raft.RaftStorage;
import strongroom.tls.ClientTls;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/**
 * The link of a node that takes part in a cluster, and its storage's part of it.
 *
 * @param settings the node in its cluster
 * @param peering what storage needs of it
 */
record ClusterWiring(ClusterSettings settings, Peering peering) {
  private static final int CLUSTER_PORT = 8201;

  /** A request may be larger than what is stored of it. */
  private static final int FRAME_BYTES_MIN = 64 * 1024 * 1024;

  private static final int FRAME_ROOM_BYTES = 4 * 1024 * 1024;

  /** The election timeout is this and {@code performance_multiplier} steps: 400 ms by default. */
  private static final Duration TIMEOUT_BASE = Duration.ofMillis(150);

  private static final Duration TIMEOUT_STEP = Duration.ofMillis(50);

  /** Empty where the configuration has the node stay alone. */
  static Optional<ClusterWiring> wire(ServerSettings settings) {
    Optional<HostPort> listen = settings.cluster().listenAt();
    if (listen.isEmpty() || !(settings.storage() instanceof StorageSettings.Raft raft)) {
      return Optional.empty();
    }
    int frame = Math.max(FRAME_BYTES_MIN, StorageWiring.batchBytesMax(raft) + FRAME_ROOM_BYTES);
    HostPort at = listen.get();
    ClusterLink link =
        new ClusterLink(at.host().isEmpty() ? "0.0.0.0" : at.host(), at.port(), frame);
    ClusterSettings cluster =
        new ClusterSettings(
            StorageWiring.nodeId(raft),
            hostAndPort(settings.cluster().clusterAddress().orElse("")),
            settings.cluster().apiAddress().orElse(""),
            raft.joins().stream().map(ClusterWiring::target).toList(),
            !raft.joinAsNonVoter());
    return Optional.of(
        new ClusterWiring(
            cluster,
            new Peering(
                link,
                cluster.clusterAddress(),
                cluster.apiAddress(),
                TIMEOUT_BASE.plus(TIMEOUT_STEP.multipliedBy(raft.performanceMultiplier())))));
  }

  RaftLeadership leadership(RaftStorage storage, Clock clock, SecureRandom random) {
    return new RaftLeadership(settings, storage, peering.link(), clock, random);
  }

  private static String hostAndPort(String url) {
    URI uri = URI.create(url);
    return uri.getHost() + ":" + (uri.getPort() < 0 ? CLUSTER_PORT : uri.getPort());
  }

  private static JoinTarget target(StorageSettings.RetryJoin join) {
    URI api = URI.create(join.leaderApiAddress());
    try {
      return new JoinTarget(
          api, "http".equals(api.getScheme()) ? Optional.empty() : Optional.of(tls(join)));
    } catch (PemFault e) {
      throw new ServerFault("retry_join: " + e.getMessage());
    }
  }

  private static ClientTls tls(StorageSettings.RetryJoin join) {
    Optional<ClientTls.Identity> identity =
        join.clientCertificate().isPresent() && join.clientKey().isPresent()
            ? Optional.of(
                new ClientTls.Identity(
                    pem("leader_client_key", join.clientKey().get()).privateKey(),
                    pem("leader_client_cert", join.clientCertificate().get()).certificates()))
            : Optional.empty();
    return new ClientTls(
        join.caCertificate()
            .map(text -> pem("leader_ca_cert", text).certificates())
            .orElse(List.of()),
        identity,
        join.tlsServerName(),
        false);
  }

  private static Pem pem(String name, String given) {
    return Pem.of(name, given.getBytes(StandardCharsets.UTF_8));
  }
}
