package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** {@code plugin}: the engines that a server has, and those that it may be given. */
record PluginCommands() implements CommandGroup {
  private static final List<String> TYPES = List.of("auth", "database", "secret");
  private static final String CATALOG = "sys/plugins/catalog/";

  @Override
  public String path() {
    return "plugin";
  }

  @Override
  public String summary() {
    return "Interact with the engines that a server has";
  }

  @Override
  public List<String> names() {
    return List.of("deregister", "info", "list", "register", "reload");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "deregister" -> Optional.of(deregister());
      case "info" -> Optional.of(info());
      case "list" -> Optional.of(list());
      case "register" -> Optional.of(register());
      case "reload" -> Optional.of(reload());
      default -> Optional.empty();
    };
  }

  private static Command list() {
    return Command.named("plugin list", "Lists available plugins")
        .arguments("[TYPE]", 0, 1)
        .help("TYPE is auth, database or secret; by default all.", "  $ %s plugin list secret")
        .runs(PluginCommands::list);
  }

  private static int list(Invocation call) {
    List<String> types = call.arguments().isEmpty() ? TYPES : List.of(type(call));
    JsonObject catalog =
        Invocation.during(
                "Error listing available plugins",
                () -> call.client().secret(ApiRequest.get("sys/plugins/catalog")))
            .orElse(Secret.of(JsonObject.EMPTY))
            .data();
    JsonObject.Builder names = JsonObject.builder();
    List<JsonValue> details = new ArrayList<>();
    boolean detailed = call.flags().on("detailed");
    List<String> columns =
        new ArrayList<>(
            types.size() == 1 ? List.of("Name", "Version") : List.of("Name", "Type", "Version"));
    if (detailed) {
      columns.add("Deprecation Status");
    }
    Table table = Table.titled(columns.toArray(String[]::new));
    for (String type : types) {
      List<String> ofType = Secret.strings(catalog, type);
      names.put(type, ofType);
      Map<String, JsonObject> known = details(catalog, type);
      for (String name : ofType) {
        JsonObject about = known.getOrDefault(name, JsonObject.EMPTY);
        details.add(about);
        List<String> row = new ArrayList<>(types.size() == 1 ? List.of(name) : List.of(name, type));
        row.add(Secret.text(about, "version"));
        if (detailed) {
          row.add(Secret.text(about, "deprecation_status"));
        }
        table.row(row);
      }
    }
    if (call.out().table()) {
      call.out().line(table.render());
    } else {
      call.out().value(JsonText.sorted(names.put("details", new JsonArray(details)).build()));
    }
    return 0;
  }

  private static Map<String, JsonObject> details(JsonObject catalog, String type) {
    Map<String, JsonObject> known = new TreeMap<>();
    if (catalog.member("detailed").orElse(JsonArray.ofStrings(List.of()))
        instanceof JsonArray all) {
      for (JsonValue item : all.items()) {
        if (item instanceof JsonObject about && Secret.text(about, "type").equals(type)) {
          known.put(Secret.text(about, "name"), about);
        }
      }
    }
    return known;
  }

  private static String type(Invocation call) {
    String type = call.argument(0).strip();
    if (!TYPES.contains(type)) {
      throw Failure.usage(
          "There are no plugins of the type " + type + ": " + String.join(", ", TYPES));
    }
    return type;
  }

  private static Command info() {
    return Command.named("plugin info", "Read information about a plugin in the catalog")
        .arguments("TYPE NAME", 2, 2)
        .help("  $ %s plugin info secret kv")
        .runs(
            call -> {
              String name = call.argument(1).strip();
              ApiRequest request = ApiRequest.get(CATALOG + type(call) + "/" + name);
              Secret answer =
                  Invocation.during(
                          "Error reading plugin named " + name, () -> call.client().secret(request))
                      .orElseThrow(() -> Failure.remote("There is no plugin named " + name));
              call.out().secret(answer, call.field());
              return 0;
            });
  }

  private static Command register() {
    return Command.named("plugin register", "Registers a new plugin in the catalog")
        .arguments("TYPE NAME", 2, 2)
        .help(
            "This product's own server takes none: every engine that it has is built in.",
            "  $ %s plugin register -sha256=d3f0a8be secret my-engine")
        .flags(
            Flag.text("args", "What to start it with, divided by commas."),
            Flag.text("command", "What to start; by default its name."),
            Flag.text("sha256", "The SHA-256 of the program, in hex."),
            Flag.text("version", "Its version."))
        .runs(
            call -> {
              String name = call.argument(1).strip();
              String type = type(call);
              JsonObject body =
                  JsonObject.builder()
                      .put("type", type)
                      .put(
                          "args",
                          call.flags()
                              .find("args")
                              .map(a -> List.of(a.split(",")))
                              .orElse(List.of()))
                      .put("command", call.flags().find("command").orElse(name))
                      .put("sha256", call.flags().text("sha256"))
                      .put("version", call.flags().text("version"))
                      .build();
              Invocation.during(
                  "Error registering plugin " + name,
                  () -> call.client().send(ApiRequest.put(CATALOG + type + "/" + name, body)));
              call.out().line("Success! Registered plugin: " + name);
              return 0;
            });
  }

  private static Command deregister() {
    return Command.named("plugin deregister", "Deregister an existing plugin in the catalog")
        .arguments("TYPE NAME", 2, 2)
        .help("  $ %s plugin deregister secret my-engine")
        .flags(Flag.text("version", "Its version."))
        .runs(
            call -> {
              String name = call.argument(1).strip();
              ApiRequest request =
                  ApiRequest.delete(CATALOG + type(call) + "/" + name)
                      .with("version", call.flags().find("version"));
              Invocation.during(
                  "Error deregistering plugin named " + name, () -> call.client().send(request));
              call.out().line("Success! Deregistered plugin (if it was registered): " + name);
              return 0;
            });
  }

  private static Command reload() {
    return Command.named("plugin reload", "Reload mounted plugin backend")
        .help("  $ %s plugin reload -plugin=my-engine")
        .flags(
            Flag.text("plugin", "The plugin whose mounts to reload."),
            Flag.list("mounts", "The mounts to reload."),
            Flag.text("scope", "global: on all nodes."))
        .runs(
            call -> {
              String plugin = call.flags().text("plugin");
              List<String> mounts = call.flags().list("mounts");
              if (plugin.isEmpty() == mounts.isEmpty()) {
                throw Failure.usage("Name either a -plugin or -mounts, and not both");
              }
              JsonObject body =
                  JsonObject.builder()
                      .put("plugin", plugin)
                      .put("mounts", mounts)
                      .put("scope", call.flags().text("scope"))
                      .build();
              Invocation.during(
                  "Error reloading plugin/mounts",
                  () -> call.client().send(ApiRequest.put("sys/plugins/reload/backend", body)));
              call.out().line("Success! Reloaded: " + (plugin.isEmpty() ? mounts : plugin));
              return 0;
            });
  }
}
