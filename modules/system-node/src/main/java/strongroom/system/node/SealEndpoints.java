package strongroom.system.node;

import java.util.ArrayList;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.KeyShares;
import strongroom.node.Node;

/** {@code sys/seal-status}, {@code sys/unseal} and {@code sys/seal}. */
final class SealEndpoints {
  private final Node node;
  private final SealStatusView status;

  SealEndpoints(Node node, SealStatusView status) {
    this.node = node;
    this.status = status;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(openEndpoints());
    all.add(Endpoint.at("seal", "Seals the node.").onWrite(this::seal).sudo().build());
    return List.copyOf(all);
  }

  /** What anybody may ask, in every state. */
  List<Endpoint> openEndpoints() {
    return List.of(
        Endpoint.at("seal-status", "Tells whether the node is sealed, and why.")
            .on(Operation.READ, status::now)
            .unauthenticated()
            .whenSealed()
            .build(),
        Endpoint.at("unseal", "Takes a key share to unseal the node.")
            .field("key", "string", "A key share, hexadecimal or Base64.")
            .field("reset", "boolean", "Whether to forget the shares given so far.")
            .field(
                "migrate",
                "boolean",
                "Whether the share moves the root key to the seal in the file.")
            .onWrite(this::unseal)
            .unauthenticated()
            .whenSealed()
            .build());
  }

  private Response unseal(Call call) {
    Fields fields = call.fields();
    if (fields.bool("reset").orElse(false)) {
      return status.of(node.resetUnseal(), call);
    }
    boolean migrate = fields.bool("migrate").orElse(false);
    return status.of(node.unseal(KeyShares.parse(fields.string("key").orElse("")), migrate), call);
  }

  private Response seal(Call call) {
    node.seal();
    return Response.done();
  }
}
