package strongroom.clustering;

import java.util.List;
import java.util.stream.Stream;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.storage.raft.Member;

/** {@code sys/storage/raft/*} of a node that has Raft for storage and stays alone. */
public final class AloneEndpoints {
  private static final String SUMMARY = "Refused: this node is alone.";

  private final Member self;

  /** A cluster of {@code nodeId} and no other. */
  public AloneEndpoints(String nodeId, String clusterAddress, String apiAddress) {
    self = new Member(nodeId, clusterAddress, apiAddress, true, true);
  }

  /** The endpoints, their paths without {@code sys/}. */
  public List<Endpoint> endpoints() {
    Endpoint configuration =
        Endpoint.at("storage/raft/configuration", "Tells the nodes of the cluster.")
            .on(Operation.READ, call -> RaftEndpoints.configuration(0, List.of(self)))
            .build();
    Stream<Endpoint> changes =
        Stream.of("remove-peer", "promote", "demote", "transfer-leadership")
            .map(name -> RaftEndpoints.changing(name, SUMMARY, AloneEndpoints::refuse).build());
    Stream<Endpoint> joining =
        Stream.of("join", "bootstrap", "bootstrap/challenge", "bootstrap/answer")
            .map(
                name ->
                    Endpoint.at("storage/raft/" + name, SUMMARY)
                        .onWrite(AloneEndpoints::refuse)
                        .unauthenticated()
                        .whenSealed()
                        .build());
    return Stream.concat(Stream.of(configuration), Stream.concat(changes, joining)).toList();
  }

  private static Response refuse(Call call) {
    throw Refusal.invalid(
        "this node stays alone: for a cluster, set cluster_addr in its configuration and start it"
            + " again");
  }
}
