package strongroom.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;

/** {@code namespace}: servers within a server. Says so where the server has no such thing. */
record NamespaceCommands() implements CommandGroup {
  private static final String PATH = "sys/namespaces";

  @Override
  public String path() {
    return "namespace";
  }

  @Override
  public String summary() {
    return "Interact with namespaces";
  }

  @Override
  public List<String> names() {
    return List.of("create", "delete", "list", "lookup", "patch");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "create" -> Optional.of(create());
      case "delete" -> Optional.of(delete());
      case "list" -> Optional.of(list());
      case "lookup" -> Optional.of(lookup());
      case "patch" -> Optional.of(patch());
      default -> Optional.empty();
    };
  }

  /** A server without namespaces does not know their path. */
  private static <T> T during(String doing, Supplier<T> action) {
    try {
      return action.get();
    } catch (ApiFailure e) {
      if (e.status() == 404 && e.errors().stream().anyMatch(m -> m.contains("unsupported path"))) {
        throw Failure.remote(doing + ": this server has no namespaces beside the root namespace");
      }
      throw e.during(doing);
    }
  }

  private static String path(Invocation call) {
    return PATH + "/" + Paths.sanitize(call.argument(0));
  }

  private static Command list() {
    return Command.named("namespace list", "List child namespaces")
        .help("  $ %s namespace list")
        .runs(
            call -> {
              Secret answer =
                  during(
                          "Error listing namespaces",
                          () -> call.client().secret(ApiRequest.list(PATH)))
                      .orElse(Secret.of(JsonObject.EMPTY));
              List<String> names = answer.keys().orElse(List.of());
              if (names.isEmpty() && call.out().table()) {
                throw Failure.remote("No namespaces found");
              }
              call.out().keys(answer, names, call.flags().on("detailed"));
              return names.isEmpty() ? 2 : 0;
            });
  }

  private static Command lookup() {
    return Command.named("namespace lookup", "Look up an existing namespace")
        .arguments("NAME", 1, 1)
        .help("  $ %s namespace lookup team")
        .runs(
            call -> {
              Secret answer =
                  during(
                          "Error looking up namespace",
                          () -> call.client().secret(ApiRequest.get(path(call))))
                      .orElseThrow(() -> Failure.remote("Namespace not found"));
              call.out().secret(answer, call.field());
              return 0;
            });
  }

  private static Command create() {
    return Command.named("namespace create", "Create a new namespace")
        .arguments("NAME", 1, 1)
        .help("  $ %s namespace create -custom-metadata=owner=me team")
        .flags(Flag.map("custom-metadata", "A note about it, as key=value; may be repeated."))
        .runs(
            call -> {
              JsonObject body =
                  JsonObject.builder().put("custom_metadata", metadata(call, false)).build();
              print(call, "Error creating namespace", ApiRequest.put(path(call), body));
              return 0;
            });
  }

  private static Command patch() {
    return Command.named("namespace patch", "Patch an existing namespace")
        .arguments("NAME", 1, 1)
        .help("  $ %s namespace patch -custom-metadata=owner=you -remove-metadata=old team")
        .flags(
            Flag.map("custom-metadata", "A note to change, as key=value; may be repeated."),
            Flag.list("remove-metadata", "The name of a note to drop; may be repeated."))
        .runs(
            call -> {
              JsonObject body =
                  JsonObject.builder().put("custom_metadata", metadata(call, true)).build();
              print(call, "Error patching namespace", ApiRequest.patch(path(call), body));
              return 0;
            });
  }

  private static JsonObject metadata(Invocation call, boolean remove) {
    JsonObject.Builder metadata =
        JsonObject.builder().putAll(JsonObject.ofStrings(call.flags().map("custom-metadata")));
    if (remove) {
      call.flags().list("remove-metadata").forEach(name -> metadata.put(name, JsonNull.NULL));
    }
    return metadata.build();
  }

  private static void print(Invocation call, String doing, ApiRequest request) {
    Optional<Secret> answer = during(doing, () -> call.client().secret(request));
    answer.ifPresent(secret -> call.out().secret(secret, call.field()));
  }

  private static Command delete() {
    return Command.named("namespace delete", "Delete an existing namespace")
        .arguments("NAME", 1, 1)
        .help("  $ %s namespace delete team")
        .runs(
            call -> {
              String name = Paths.mount(call.argument(0));
              during(
                  "Error deleting namespace",
                  () -> call.client().send(ApiRequest.delete(path(call))));
              call.out().line("Success! Namespace deletion scheduled: " + name);
              return 0;
            });
  }
}
