package strongroom.system;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.mount.MountEntry;
import strongroom.policy.Acl;
import strongroom.policy.Capability;

/** {@code sys/internal/ui}: what of the mounts and of its own rights a client may know. */
final class UiPaths {
  private final SystemEngine.Parts parts;

  UiPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("internal/ui/mounts", "The mounts that the caller may see.")
            .on(Operation.READ, this::mounts)
            .unauthenticated()
            .build(),
        Endpoint.at("internal/ui/mounts/{path...}", "The mount that a path belongs to.")
            .on(Operation.READ, this::mount)
            .unauthenticated()
            .build(),
        Endpoint.at("internal/ui/resultant-acl", "What the caller's policies allow together.")
            .on(Operation.READ, this::resultantAcl)
            .build(),
        Endpoint.at("internal/ui/namespaces", "The namespaces below this one: none.")
            .on(Operation.READ, call -> Response.ofKeys(List.of()))
            .unauthenticated()
            .build());
  }

  private Response mounts(Call call) {
    Optional<Acl> acl = parts.acl(call);
    JsonObject.Builder secret = JsonObject.builder();
    JsonObject.Builder auth = JsonObject.builder();
    for (MountEntry entry : parts.mounts().secretMounts()) {
      if (visible(entry, acl)) {
        secret.put(entry.path(), shown(entry, acl.isPresent()));
      }
    }
    for (MountEntry entry : parts.mounts().authMounts()) {
      if (visible(entry, acl)) {
        auth.put(entry.path().substring("auth/".length()), shown(entry, acl.isPresent()));
      }
    }
    return Response.of(
        JsonObject.builder().put("auth", auth.build()).put("secret", secret.build()).build());
  }

  private static boolean visible(MountEntry entry, Optional<Acl> acl) {
    return entry.settings().listingVisibility().equals("unauth")
        || acl.filter(a -> a.mayAccessMount(entry.path())).isPresent();
  }

  private static JsonObject shown(MountEntry entry, boolean known) {
    if (known) {
      return MountPaths.shown(entry);
    }
    JsonObject.Builder json = JsonObject.builder().put("description", entry.description());
    if (entry.options().isEmpty()) {
      json.putNull("options");
    } else {
      json.put("options", JsonObject.ofStrings(entry.options()));
    }
    return json.put("type", entry.type()).build();
  }

  private Response mount(Call call) {
    String path = call.parameter("path");
    Acl acl = parts.acl(call).orElseThrow(Refusal::denied);
    // Whether the mount is not there or not for the caller's eyes is the same answer.
    MountEntry entry =
        parts
            .mounts()
            .route(path)
            .map(route -> route.entry())
            .filter(e -> acl.mayAccessMount(e.path()))
            .orElseThrow(
                () ->
                    Refusal.denied(
                        "preflight capability check returned 403, please ensure client's policies"
                            + " grant access to path \""
                            + (path.endsWith("/") ? path : path + "/")
                            + "\""));
    return Response.of(
        JsonObject.builder().putAll(MountPaths.shown(entry)).put("path", entry.path()).build());
  }

  private Response resultantAcl(Call call) {
    Acl acl = parts.acl(call).orElseThrow(Refusal::denied);
    return Response.of(
        JsonObject.builder()
            .put("root", acl.root())
            .put("exact_paths", paths(acl, false))
            .put("glob_paths", paths(acl, true))
            .build());
  }

  private static JsonObject paths(Acl acl, boolean globs) {
    JsonObject.Builder json = JsonObject.builder();
    acl.rules()
        .forEach(
            (path, capabilities) -> {
              if (path.endsWith("*") == globs) {
                json.put(
                    globs ? path.substring(0, path.length() - 1) : path,
                    JsonObject.builder()
                        .put(
                            "capabilities",
                            capabilities.stream().map(Capability::wireName).toList())
                        .build());
              }
            });
    return json.build();
  }
}
