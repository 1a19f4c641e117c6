package strongroom.system.node;

import java.net.InetAddress;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.BreakGlass;
import strongroom.node.BreakGlassDrill;
import strongroom.node.BreakGlassUnsealing;
import strongroom.node.KeyShares;
import strongroom.node.Node;
import strongroom.node.RekeyRequest;
import strongroom.node.RekeyStep;

/**
 * {@code sys/break-glass/*}, ours: the copy of the root key for when the seal's key is lost. Only
 * {@code unseal} is open to anybody, as {@code sys/unseal} is; the rest takes {@code sudo}.
 */
final class BreakGlassEndpoints {
  private final Node node;

  BreakGlassEndpoints(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("break-glass", "Tells of the break-glass copy of the root key, or deletes it.")
            .on(Operation.READ, _ -> Response.of(status(node.breakGlass().status())))
            .on(Operation.DELETE, this::delete)
            .sudo()
            .blocking()
            .build(),
        Endpoint.at("break-glass/create", "Starts, shows or cancels the making of a copy.")
            .field("secret_shares", "integer", "How many shares there will be.")
            .field("secret_threshold", "integer", "How many of them open the root key.")
            .field("pgp_keys", "array", "OpenPGP public keys, one for each share's holder.")
            .on(Operation.READ, _ -> answer(node.breakGlass().creation().status()))
            .onWrite(this::create)
            .on(Operation.DELETE, this::cancel)
            .sudo()
            .blocking()
            .build(),
        share(Endpoint.at("break-glass/create/update", "Takes one of the present key shares."))
            .onWrite(this::update)
            .sudo()
            .build(),
        share(Endpoint.at("break-glass/verify", "The drill: whether shares would open it."))
            .on(Operation.READ, _ -> answer(node.breakGlass().drill().status()))
            .onWrite(this::verify)
            .on(Operation.DELETE, this::resetDrill)
            .sudo()
            .blocking()
            .build(),
        unseal());
  }

  /** What anybody may ask, in every state. */
  Endpoint unseal() {
    return Endpoint.at("break-glass/unseal", "Unseals without the seal, by break-glass shares.")
        .field("key", "string", "A break-glass share, hexadecimal or Base64.")
        .field("reset", "boolean", "Whether to forget the shares given so far.")
        .onWrite(this::giveToUnseal)
        .unauthenticated()
        .whenSealed()
        .build();
  }

  private static Endpoint.Builder share(Endpoint.Builder builder) {
    return builder
        .field("key", "string", "A share, hexadecimal or Base64.")
        .field("nonce", "string", "The nonce of the operation.");
  }

  private static JsonObject status(BreakGlass.Status status) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("exists", status.exists())
            .put("genuine", status.genuine())
            .put("current", status.current())
            .put("t", status.threshold())
            .put("n", status.shares())
            .put("pgp_fingerprints", RekeyEndpoints.orNull(status.pgpFingerprints()));
    status.madeAt().ifPresent(time -> body.put("made_at", time));
    status.copiedAt().ifPresent(time -> body.put("copied_at", time));
    return body.build();
  }

  private Response delete(Call call) {
    node.breakGlass().delete(actor(call));
    return Response.done();
  }

  private Response create(Call call) {
    Fields fields = call.fields();
    RekeyRequest request =
        new RekeyRequest(
            InitEndpoint.number(fields, "secret_shares").orElse(0),
            InitEndpoint.number(fields, "secret_threshold").orElse(0),
            fields.strings("pgp_keys").orElse(List.of()),
            false,
            false);
    boolean root = call.caller().map(Call.Caller::root).orElse(false);
    return answer(node.breakGlass().creation().start(request, root, actor(call)));
  }

  private Response cancel(Call call) {
    node.breakGlass().creation().cancel(actor(call));
    return Response.done();
  }

  private Response update(Call call) {
    String nonce = call.fields().requiredString("nonce");
    String key = call.fields().string("key").orElse("");
    return answer(node.breakGlass().creation().update(KeyShares.parse(key), nonce, actor(call)));
  }

  private Response verify(Call call) {
    String nonce = call.fields().string("nonce").orElse("");
    String key = call.fields().string("key").orElse("");
    return answer(node.breakGlass().drill().give(KeyShares.parse(key), nonce, actor(call)));
  }

  private Response resetDrill(Call call) {
    node.breakGlass().drill().reset();
    return Response.done();
  }

  private Response giveToUnseal(Call call) {
    Fields fields = call.fields();
    BreakGlassUnsealing unsealing = node.breakGlass().unsealing();
    if (fields.bool("reset").orElse(false)) {
      unsealing.reset();
      return answer(unsealing.status());
    }
    String key = fields.string("key").orElse("");
    return answer(unsealing.give(KeyShares.parse(key), actor(call)));
  }

  /** Who asks, for the log: a token's accessor, or where the request came from. */
  private static String actor(Call call) {
    String from = call.client().address().map(InetAddress::getHostAddress).orElse("local");
    return call.caller().map(who -> "accessor " + who.accessor() + " from ").orElse("") + from;
  }

  private static Response answer(RekeyStep step) {
    return switch (step) {
      case RekeyStep.Status status ->
          Response.of(
              JsonObject.builder()
                  .put("nonce", status.nonce())
                  .put("started", status.started())
                  .put("t", status.threshold())
                  .put("n", status.shares())
                  .put("progress", status.progress())
                  .put("required", status.required())
                  .put("pgp_fingerprints", RekeyEndpoints.orNull(status.pgpFingerprints()))
                  .build());
      case RekeyStep.Done done ->
          Response.of(
              JsonObject.builder()
                  .put("nonce", done.nonce())
                  .put("complete", true)
                  .put("keys", InitEndpoint.hex(done.keys()))
                  .put("keys_base64", InitEndpoint.base64(done.keys()))
                  .put("pgp_fingerprints", RekeyEndpoints.orNull(done.pgpFingerprints()))
                  .build());
    };
  }

  private static Response answer(BreakGlassDrill.Step step) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("nonce", step.nonce())
            .put("t", step.threshold())
            .put("n", step.shares())
            .put("progress", step.progress())
            .put("complete", step.complete());
    if (step.complete()) {
      body.put("opens", step.opens());
    }
    return Response.of(body.build());
  }

  private static Response answer(BreakGlassUnsealing.Step step) {
    return Answers.bare(
        JsonObject.builder()
            .put("sealed", step.sealed())
            .put("t", step.threshold())
            .put("n", step.shares())
            .put("progress", step.progress())
            .put("nonce", step.nonce())
            .build());
  }
}
