package strongroom.system;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** {@code sys/wrapping}: keeping data behind a single-use token and getting it back. */
final class WrappingPaths {
  private final SystemEngine.Parts parts;

  WrappingPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("wrapping/wrap", "Wrap what is sent.").onWrite(this::wrap).build(),
        Endpoint.at("wrapping/unwrap", "Get what is wrapped; once.")
            .field("token", "string", "The wrapping token; the caller's own where absent.")
            .onWrite(call -> parts.wrapping().unwrap(SystemEngine.transaction(call), token(call)))
            .build(),
        Endpoint.at("wrapping/rewrap", "Put what is wrapped behind another token.")
            .field("token", "string", "The wrapping token; the caller's own where absent.")
            .onWrite(call -> parts.wrapping().rewrap(SystemEngine.transaction(call), token(call)))
            .build(),
        Endpoint.at("wrapping/lookup", "When, where and for how long something was wrapped.")
            .field("token", "string", "The wrapping token; the caller's own where absent.")
            .onWrite(call -> parts.wrapping().lookup(SystemEngine.transaction(call), token(call)))
            .on(
                Operation.READ,
                call -> parts.wrapping().lookup(SystemEngine.transaction(call), token(call)))
            .unauthenticated()
            .build());
  }

  private Response wrap(Call call) {
    if (call.request().wrapTtl().filter(ttl -> !ttl.isZero()).isEmpty()) {
      throw Refusal.invalid(
          "endpoint requires response wrapping to be used: send X-Vault-Wrap-TTL");
    }
    return Response.of(call.body());
  }

  private static String token(Call call) {
    String token = call.fields().nonEmptyString("token").orElse(call.request().token());
    if (token.isEmpty()) {
      throw Refusal.invalid("missing token");
    }
    return token;
  }
}
