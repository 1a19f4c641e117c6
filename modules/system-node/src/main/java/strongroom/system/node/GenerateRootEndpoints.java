package strongroom.system.node;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.node.KeyShares;
import strongroom.node.Node;
import strongroom.node.RootGeneration;
import strongroom.node.ServiceFactory;

/**
 * {@code sys/generate-root/attempt} and {@code sys/generate-root/update}; in recovery mode the same
 * below {@code sys/generate-recovery-token}, for anybody, as there are no tokens yet.
 */
final class GenerateRootEndpoints {
  private final Node node;
  private final String path;
  private final boolean recovery;

  private GenerateRootEndpoints(Node node, String path, boolean recovery) {
    this.node = node;
    this.path = path;
    this.recovery = recovery;
  }

  /** For root tokens. */
  GenerateRootEndpoints(Node node) {
    this(node, "generate-root", false);
  }

  /** For the token of recovery mode. */
  static GenerateRootEndpoints forRecovery(Node node) {
    return new GenerateRootEndpoints(node, "generate-recovery-token", true);
  }

  List<Endpoint> endpoints() {
    return List.of(
        attempt(path),
        attempt(path + "/attempt"),
        guarded(Endpoint.at(path + "/update", "Takes a key share towards a token."))
            .field("key", "string", "A key share, hexadecimal or Base64.")
            .field("nonce", "string", "The attempt's nonce.")
            .onWrite(this::update)
            .build(),
        decoding());
  }

  private Endpoint decoding() {
    Endpoint.Builder endpoint =
        Endpoint.at("decode-token", "Separates a token from the one-time password.")
            .field("encoded_token", "string", "What generate-root answered with.")
            .field("otp", "string", "The one-time password of that attempt.")
            .onWrite(GenerateRootEndpoints::decode)
            .unauthenticated();
    return recovery ? endpoint.whenSealed().build() : endpoint.build();
  }

  private Endpoint.Builder guarded(Endpoint.Builder endpoint) {
    return recovery
        ? endpoint.unauthenticated().whenSealed()
        : endpoint.sudoUnlessOpen(OpenEndpoints.GENERATE_ROOT);
  }

  private Endpoint attempt(String at) {
    return guarded(Endpoint.at(at, "Starts, shows or cancels the making of a token."))
        .field("otp", "string", "A one-time password of 28 characters; made where left out.")
        .field("pgp_key", "string", "OpenPGP public key to encrypt the token for instead.")
        .on(Operation.READ, _ -> answer(node.rootGeneration().status()))
        .onWrite(this::start)
        .on(Operation.DELETE, this::cancel)
        // Even its status waits for a share that is just being checked by the seal.
        .blocking()
        .build();
  }

  private Response start(Call call) {
    Fields fields = call.fields();
    return answer(
        node.rootGeneration()
            .start(fields.string("otp").orElse(""), fields.string("pgp_key").orElse("")));
  }

  private Response cancel(Call call) {
    node.rootGeneration().cancel();
    return Response.done();
  }

  private Response update(Call call) {
    Fields fields = call.fields();
    String nonce = fields.requiredString("nonce");
    return answer(
        node.rootGeneration().update(KeyShares.parse(fields.string("key").orElse("")), nonce));
  }

  private static Response decode(Call call) {
    byte[] token;
    try {
      token = Base64.getDecoder().decode(call.fields().requiredString("encoded_token"));
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("encoded_token is not Base64");
    }
    byte[] password = call.fields().requiredString("otp").getBytes(StandardCharsets.UTF_8);
    if (token.length != password.length) {
      throw Refusal.invalid(
          "encoded_token and otp do not belong together: they have different lengths");
    }
    for (int i = 0; i < token.length; i++) {
      token[i] ^= password[i];
    }
    return Response.of(
        JsonObject.builder().put("token", new String(token, StandardCharsets.UTF_8)).build());
  }

  private static Response answer(RootGeneration.Status status) {
    return Answers.bare(
        JsonObject.builder()
            .put("nonce", status.nonce())
            .put("started", status.started())
            .put("progress", status.progress())
            .put("required", status.required())
            .put("complete", status.complete())
            .put("encoded_token", status.encodedToken())
            .put("encoded_root_token", status.encodedToken())
            .put("pgp_fingerprint", status.pgpFingerprint())
            .put("otp", status.oneTimePassword())
            .put("otp_length", ServiceFactory.ROOT_TOKEN_LENGTH)
            .build());
  }
}
