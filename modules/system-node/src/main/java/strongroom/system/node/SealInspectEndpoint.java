package strongroom.system.node;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.Node;

/** {@code sys/seal/inspect}, ours: a {@link SealInspection}. */
final class SealInspectEndpoint {
  private final Node node;

  SealInspectEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("seal/inspect", "Shows what wrapped the root key, and which keys are needed.")
            .on(Operation.READ, this::read)
            .sudo()
            .build());
  }

  private Response read(Call call) {
    return Response.of(SealInspection.of(node.sealCopies()));
  }
}
