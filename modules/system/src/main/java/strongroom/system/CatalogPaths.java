package strongroom.system;

import java.util.ArrayList;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

/**
 * {@code sys/plugins/catalog}: what Vault calls plugins. Here every engine is part of the server:
 * the catalog tells which, and takes none from outside.
 */
final class CatalogPaths {
  private static final List<String> TYPES = List.of("auth", "database", "secret");
  private static final List<String> NOT_TO_BE_ENABLED = List.of("system", "cubbyhole");

  private final SystemEngine.Parts parts;

  CatalogPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("plugins/catalog", "The engines that are built in.")
            .on(Operation.READ, call -> all())
            .on(Operation.LIST, call -> Response.ofKeys(TYPES))
            .build(),
        Endpoint.at("plugins/catalog/{type}", "The engines of one type: auth, database, secret.")
            .on(Operation.LIST, call -> list(call.parameter("type")))
            .build(),
        Endpoint.at("plugins/catalog/{type}/{name}", "One engine.")
            .on(Operation.READ, this::one)
            .onWrite(
                call -> {
                  throw fromOutside();
                })
            .on(Operation.DELETE, this::remove)
            .sudo()
            .build());
  }

  private List<String> names(String type) {
    return switch (type) {
      case "auth" -> parts.mounts().types().auths().keySet().stream().sorted().toList();
      case "secret" ->
          parts.mounts().types().secrets().keySet().stream()
              .filter(name -> !NOT_TO_BE_ENABLED.contains(name))
              .sorted()
              .toList();
      default -> List.of();
    };
  }

  private Response list(String type) {
    List<String> names = names(type);
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  private static String type(Call call) {
    String type = call.parameter("type");
    if (!TYPES.contains(type)) {
      throw Refusal.invalid("the type of a plugin is one of " + String.join(", ", TYPES));
    }
    return type;
  }

  private Response all() {
    JsonObject.Builder all = JsonObject.builder();
    List<JsonValue> detailed = new ArrayList<>();
    for (String type : TYPES) {
      List<String> names = names(type);
      all.put(type, names);
      names.forEach(name -> detailed.add(about(name).put("type", type).build()));
    }
    return Response.of(all.put("detailed", new JsonArray(detailed)).build());
  }

  private JsonObject.Builder about(String name) {
    // Beside the API's level there is no version of one engine.
    String level = parts.version().split("\\+", 2)[0];
    return JsonObject.builder()
        .put("name", name)
        .put("builtin", true)
        .put("version", "v" + level + "+builtin")
        .put("deprecation_status", "supported");
  }

  private Response one(Call call) {
    String name = call.parameter("name");
    if (!names(type(call)).contains(name)) {
      throw Refusal.notFound();
    }
    return Response.of(
        about(name).put("args", List.of()).put("command", "").put("sha256", "").build());
  }

  /** Nothing from outside is ever there to be removed; what is built in stays. */
  private Response remove(Call call) {
    if (names(type(call)).contains(call.parameter("name"))) {
      throw Refusal.invalid("what is built in cannot be removed");
    }
    return Response.done();
  }

  private static RefusedException fromOutside() {
    return Refusal.invalid(
        "this server takes no plugins from outside: every engine that it has is built in"
            + " (sys/plugins/catalog lists them)");
  }
}
