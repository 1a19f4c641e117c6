package strongroom.system.node;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.InitRequest;
import strongroom.node.InitResult;
import strongroom.node.KeyShare;
import strongroom.node.Node;

/** {@code sys/init}: whether there is an installation, and the making of one. */
final class InitEndpoint {
  /** Wider than any allowed value, so that the node's own message names the bounds. */
  private static final int NUMBER_MAX = 1_000_000;

  private final Node node;

  InitEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("init", "Tells whether there is an installation, or makes one.")
            .field("secret_shares", "integer", "How many shares the unseal key gets.")
            .field("secret_threshold", "integer", "How many of them unseal.")
            .field("stored_shares", "integer", "1 or left out, where the seal unseals by itself.")
            .field("pgp_keys", "array", "OpenPGP public keys, Base64, one for each share.")
            .field("recovery_shares", "integer", "How many shares the recovery key gets.")
            .field("recovery_threshold", "integer", "How many of them decide.")
            .field("recovery_pgp_keys", "array", "OpenPGP public keys, one for each share.")
            .field("root_token_pgp_key", "string", "OpenPGP public key for the root token.")
            .on(Operation.READ, this::read)
            .onWrite(this::init)
            .unauthenticated()
            .whenSealed()
            .build());
  }

  private Response read(Call call) {
    return Answers.bare(
        JsonObject.builder().put("initialized", node.status().initialized()).build());
  }

  private Response init(Call call) {
    Fields fields = call.fields();
    InitRequest request =
        new InitRequest(
            number(fields, "secret_shares"),
            number(fields, "secret_threshold"),
            number(fields, "stored_shares"),
            fields.strings("pgp_keys").orElse(List.of()),
            number(fields, "recovery_shares"),
            number(fields, "recovery_threshold"),
            fields.strings("recovery_pgp_keys").orElse(List.of()),
            fields.string("root_token_pgp_key").orElse(""));
    return Answers.bare(body(node.init(request)));
  }

  private static JsonObject body(InitResult result) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("keys", hex(result.keys()))
            .put("keys_base64", base64(result.keys()));
    if (!result.recoveryKeys().isEmpty()) {
      body.put("recovery_keys", hex(result.recoveryKeys()))
          .put("recovery_keys_base64", base64(result.recoveryKeys()));
    }
    return body.put("root_token", result.rootToken()).build();
  }

  static List<String> hex(List<KeyShare> shares) {
    return shares.stream().map(KeyShare::hex).toList();
  }

  static List<String> base64(List<KeyShare> shares) {
    return shares.stream().map(KeyShare::base64).toList();
  }

  static Optional<Integer> number(Fields fields, String name) {
    return fields.integer(name, -NUMBER_MAX, NUMBER_MAX);
  }
}
