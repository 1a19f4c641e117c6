package strongroom.server;

import java.util.List;
import java.util.function.Supplier;
import strongroom.logical.Refusal;
import strongroom.node.NodeState;
import strongroom.request.Gate;

/** What requests are told while the node does not serve. */
record SealedGate(Supplier<NodeState> state) implements Gate {
  @Override
  public Refusal refusal() {
    return switch (state.get()) {
      case NodeState.Uninitialized _ ->
          new Refusal.Sealed(List.of("the server is not initialized: run operator init"));
      case NodeState.Damaged(var obstacle) ->
          new Refusal.Sealed(List.of("the server serves nothing: " + obstacle.message()));
      case NodeState.Standby _ ->
          new Refusal.Unavailable(List.of("this node is a standby; another leads"));
      case NodeState.Starting _, NodeState.Sealed _, NodeState.Unsealing _, NodeState.Active _ ->
          new Refusal.Sealed(List.of("Vault is sealed"));
    };
  }
}
