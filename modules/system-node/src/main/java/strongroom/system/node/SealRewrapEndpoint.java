package strongroom.system.node;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.SealRewrap;

/**
 * {@code sys/sealwrap/rewrap}: seals anew what is sealed twice. As Vault Enterprise has it, and
 * {@code enabled} beside it: whether anything is sealed twice when it is written.
 */
final class SealRewrapEndpoint {
  private final Node node;

  SealRewrapEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("sealwrap/rewrap", "Seals anew what seal wrap is for.")
            .on(Operation.READ, this::status)
            .onWrite(this::start)
            .build());
  }

  private Response status(Call call) {
    boolean enabled = node.sealRewrap().isEnabled();
    SealRewrap.Status status = node.sealRewrap().status();
    JsonObject entries =
        JsonObject.builder()
            .put("failed", status.failed())
            .put("processed", status.processed())
            .put("succeeded", status.processed() - status.failed())
            .build();
    return Response.of(
        JsonObject.builder()
            .put("enabled", enabled)
            .put("entries", entries)
            .put("is_running", status.running())
            .build());
  }

  private Response start(Call call) {
    node.sealRewrap().start();
    return Response.done();
  }
}
