package strongroom.system;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.policy.Acl;
import strongroom.policy.Capability;
import strongroom.token.TokenEntry;

/** {@code sys/capabilities}: what a token may do on some paths. */
final class CapabilityPaths {
  private static final int PATHS_MAX = 1000;

  private final SystemEngine.Parts parts;

  CapabilityPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        at("capabilities", "What a token may do.").onWrite(this::ofToken).build(),
        at("capabilities-self", "What the caller's own token may do.")
            .onWrite(this::ofSelf)
            .build(),
        at("capabilities-accessor", "What the token with an accessor may do.")
            .onWrite(this::ofAccessor)
            .build());
  }

  private static Endpoint.Builder at(String path, String summary) {
    return Endpoint.at(path, summary)
        .field("paths", "array", "The paths that are asked for.")
        .field("token", "string", "The token (capabilities).")
        .field("accessor", "string", "The accessor (capabilities-accessor).");
  }

  private Response ofToken(Call call) {
    String token = call.fields().requiredString("token");
    return of(
        call, parts.tokens().lookup(token).orElseThrow(() -> Refusal.invalid("invalid token")));
  }

  private Response ofSelf(Call call) {
    return of(call, parts.tokens().lookup(call.request().token()).orElseThrow(Refusal::denied));
  }

  private Response ofAccessor(Call call) {
    String accessor = call.fields().requiredString("accessor");
    return of(
        call,
        parts
            .tokens()
            .lookupAccessor(accessor)
            .orElseThrow(() -> Refusal.invalid("invalid accessor")));
  }

  private Response of(Call call, TokenEntry token) {
    List<String> paths =
        call.fields()
            .strings("paths")
            .or(() -> call.fields().strings("path"))
            .filter(list -> !list.isEmpty())
            .orElseThrow(() -> Refusal.invalid("paths must be supplied"));
    if (paths.size() > PATHS_MAX) {
      throw Refusal.invalid("at most " + PATHS_MAX + " paths at once");
    }
    Acl acl = parts.rights().of(token);
    JsonObject.Builder answer = JsonObject.builder();
    for (String path : paths) {
      answer.put(path, words(acl, path));
    }
    if (paths.size() == 1) {
      answer.put("capabilities", words(acl, paths.getFirst()));
    }
    return Response.of(200, Response.Shape.MIRRORED, answer.build());
  }

  private static List<String> words(Acl acl, String path) {
    return acl.root()
        ? List.of("root")
        : acl.capabilities(path).stream().map(Capability::wireName).sorted().toList();
  }
}
