package strongroom.system;

import java.util.List;
import java.util.stream.Stream;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.OpenApi;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.mount.MountEntry;
import strongroom.mount.Route;
import strongroom.policy.Acl;

/** {@code sys/internal/specs/openapi}: the API of the mounts that the caller may use. */
final class SpecPaths {
  private static final String SYS = "sys/";

  /** Of which there is one each, so that they are where they are. */
  private static final List<String> ALWAYS_THERE = List.of("system", "cubbyhole", "token");

  private final SystemEngine.Parts parts;

  SpecPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("internal/specs/openapi", "The API as an OpenAPI document.")
            .field("generic_mount_paths", "boolean", "Whether mounts have a name for their path.")
            .field("context", "string", "Kept for clients.")
            .on(Operation.READ, this::document)
            .onWrite(this::document)
            .unauthenticated()
            .build());
  }

  private Response document(Call call) {
    Acl acl = parts.acl(call).orElseThrow(Refusal::denied);
    boolean generic = call.fields().bool("generic_mount_paths").orElse(false);
    OpenApi document = new OpenApi(parts.version());
    if (acl.mayAccessMount(SYS)) {
      OpenApi.Place sys = OpenApi.Place.at(SYS);
      parts.nodeEndpoints().get().forEach(endpoint -> document.add(sys, endpoint));
    }
    Stream.concat(parts.mounts().secretMounts().stream(), parts.mounts().authMounts().stream())
        .filter(entry -> acl.mayAccessMount(entry.path()))
        .flatMap(entry -> parts.mounts().route(entry.path()).stream())
        .forEach(route -> add(document, route, generic));
    return Response.of(200, Response.Shape.BARE, document.document());
  }

  private static void add(OpenApi document, Route route, boolean generic) {
    MountEntry entry = route.entry();
    OpenApi.Place place =
        generic && !ALWAYS_THERE.contains(entry.type())
            ? OpenApi.Place.anyMount(entry.path(), type(entry))
            : OpenApi.Place.at(entry.path());
    route.endpoints().all().forEach(endpoint -> document.add(place, endpoint));
  }

  private static String type(MountEntry entry) {
    return entry.type().equals("kv")
        ? "kv-v" + (entry.options().getOrDefault("version", "1").equals("2") ? "2" : "1")
        : entry.type();
  }
}
