package strongroom.system;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.policy.Policy;
import strongroom.policy.PolicySyntax;

/** {@code sys/policies/acl} and its older spelling {@code sys/policy}. */
final class PolicyPaths {
  private final SystemEngine.Parts parts;

  PolicyPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("policies/acl", "The names of all policies.")
            .on(Operation.LIST, call -> Response.ofKeys(parts.policies().names()))
            .on(Operation.READ, call -> Response.ofKeys(parts.policies().names()))
            .build(),
        writable(
                Endpoint.at("policies/acl/{name...}", "A policy.")
                    .on(Operation.READ, call -> read(call, "policy")))
            .build(),
        Endpoint.at("policy", "The names of all policies.")
            .on(Operation.READ, call -> names())
            .on(Operation.LIST, call -> names())
            .build(),
        writable(
                Endpoint.at("policy/{name...}", "A policy.")
                    .on(Operation.READ, call -> read(call, "rules")))
            .build());
  }

  private Endpoint.Builder writable(Endpoint.Builder builder) {
    return builder
        .field("policy", "string", "The policy's text in HCL or JSON, or that in Base64.")
        .onWrite(this::write)
        .on(Operation.DELETE, this::delete);
  }

  private Response names() {
    List<String> names = parts.policies().names();
    return Response.of(
        200,
        Response.Shape.MIRRORED,
        JsonObject.builder().put("keys", names).put("policies", names).build());
  }

  private Response read(Call call, String member) {
    Policy policy = parts.policies().find(call.parameter("name")).orElseThrow(Refusal::notFound);
    JsonObject json =
        JsonObject.builder().put("name", policy.name()).put(member, policy.text()).build();
    return member.equals("policy")
        ? Response.of(json)
        : Response.of(200, Response.Shape.MIRRORED, json);
  }

  private Response write(Call call) {
    Fields fields = call.fields();
    String text =
        fields
            .nonEmptyString("policy")
            .or(() -> fields.string("rules"))
            .orElseThrow(() -> Refusal.invalid("'policy' parameter not supplied or empty"));
    try {
      Policy policy = Policy.parse(call.parameter("name"), decoded(text));
      parts.policies().put(SystemEngine.transaction(call), policy);
    } catch (PolicySyntax e) {
      throw Refusal.invalid("failed to parse policy: " + e.getMessage());
    }
    return Response.done();
  }

  /** Clients may send the text in Base64; no policy in HCL or JSON is valid Base64 itself. */
  static String decoded(String text) {
    try {
      return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private Response delete(Call call) {
    parts.policies().delete(SystemEngine.transaction(call), call.parameter("name"));
    return Response.done();
  }
}
