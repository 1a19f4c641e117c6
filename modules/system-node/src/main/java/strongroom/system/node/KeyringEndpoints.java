package strongroom.system.node;

import java.time.Duration;
import java.util.List;
import strongroom.barrier.KeyStatus;
import strongroom.barrier.RotationSettings;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.logical.TimeText;
import strongroom.node.Node;

/** {@code sys/key-status}, {@code sys/rotate} and {@code sys/rotate/config}, in both dialects. */
final class KeyringEndpoints {
  private final Node node;

  KeyringEndpoints(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("key-status", "Tells which data key encrypts now.")
            .on(Operation.READ, this::status)
            .build(),
        config("rotate/config"),
        config("rotate/keyring/config"),
        rotate("rotate/keyring"),
        rotate("rotate"));
  }

  private Endpoint rotate(String path) {
    return Endpoint.at(path, "Encrypts with a new data key from now on.")
        .onWrite(this::rotate)
        .sudo()
        .build();
  }

  private Endpoint config(String path) {
    return Endpoint.at(path, "When the data key is replaced without being asked.")
        .field("enabled", "boolean", "Whether it is; true.")
        .field("interval", "duration", "After how long, 24h at least; 0 for never.")
        .field("max_operations", "integer", "After how many encryptions; 3865470566.")
        .on(Operation.READ, this::readConfig)
        .onWrite(this::writeConfig)
        .sudo()
        .build();
  }

  private Response status(Call call) {
    KeyStatus status = node.dataKeys().status();
    return Answers.mirrored(
        JsonObject.builder()
            .put("term", status.term())
            .put("install_time", status.installedAt())
            .put("encryptions", status.encryptions())
            .build());
  }

  private Response rotate(Call call) {
    node.dataKeys().rotate();
    return Response.done();
  }

  private Response readConfig(Call call) {
    RotationSettings settings = node.dataKeys().settings();
    JsonObject.Builder body =
        JsonObject.builder()
            .put("enabled", settings.enabled())
            .put("max_operations", settings.operationsMax());
    // As Vault answers: a number for never, text otherwise.
    if (settings.interval().isZero()) {
      body.put("interval", 0);
    } else {
      body.put("interval", TimeText.formatDuration(settings.interval()));
    }
    return Response.of(body.build());
  }

  private Response writeConfig(Call call) {
    Fields fields = call.fields();
    RotationSettings now = node.dataKeys().settings();
    boolean enabled = fields.bool("enabled").orElse(now.enabled());
    long operationsMax = fields.integer("max_operations").orElse(now.operationsMax());
    Duration interval = fields.duration("interval").orElse(now.interval());
    try {
      node.dataKeys().set(new RotationSettings(enabled, operationsMax, interval));
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid(String.valueOf(e.getMessage()));
    }
    return Response.done();
  }
}
