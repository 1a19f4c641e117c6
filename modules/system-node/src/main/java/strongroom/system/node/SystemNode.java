package strongroom.system.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import strongroom.engine.Endpoint;
import strongroom.metrics.Metrics;
import strongroom.node.Node;

/** All endpoints of a node's life, for the mount at {@code sys/}. */
public final class SystemNode {
  private final List<Endpoint> endpoints;

  /**
   * Endpoints that ask {@code node} and show {@code metrics}.
   *
   * @param prometheus whether metrics are also told as Prometheus reads them
   * @param entropy of the HSM's randomness, from memory; empty where none is asked for
   */
  public SystemNode(
      Node node,
      NodeFacts facts,
      Metrics metrics,
      boolean prometheus,
      Supplier<Optional<EntropyState>> entropy) {
    SealStatusView status = new SealStatusView(node, facts);
    List<Endpoint> all = new ArrayList<>();
    all.addAll(new HealthEndpoint(node, facts).endpoints());
    all.addAll(new InitEndpoint(node).endpoints());
    all.addAll(new SealEndpoints(node, status).endpoints());
    all.addAll(new SealBackendEndpoint(node, entropy).endpoints());
    all.addAll(new SealInspectEndpoint(node).endpoints());
    all.addAll(new SealRotationEndpoints(node).endpoints());
    all.addAll(new SealPruneEndpoint(node).endpoints());
    all.addAll(new SealRewrapEndpoint(node).endpoints());
    all.addAll(new SealMigrationEndpoint(node).endpoints());
    all.addAll(new BreakGlassEndpoints(node).endpoints());
    all.addAll(new LeaderEndpoints(node, facts).endpoints());
    all.addAll(new HostInfoEndpoint(facts).endpoints());
    all.addAll(new KeyringEndpoints(node).endpoints());
    all.addAll(new GenerateRootEndpoints(node).endpoints());
    all.addAll(new RekeyEndpoints(node).endpoints());
    all.addAll(new CeremonyEndpoints(node).endpoints());
    all.addAll(new MetricsEndpoint(metrics, prometheus).endpoints());
    endpoints = List.copyOf(all);
  }

  /** The endpoints, their paths without {@code sys/}. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }
}
