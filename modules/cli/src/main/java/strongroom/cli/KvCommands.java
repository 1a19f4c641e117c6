package strongroom.cli;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** {@code kv}: keys of KV engines of both versions, and how to read them. */
record KvCommands() implements CommandGroup {
  @Override
  public String path() {
    return "kv";
  }

  @Override
  public String summary() {
    return "Interact with the key-value store";
  }

  @Override
  public List<String> names() {
    return List.of(
        "delete",
        "destroy",
        "enable-versioning",
        "get",
        "list",
        "metadata",
        "patch",
        "put",
        "rollback",
        "undelete");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "get" -> Optional.of(get());
      case "list" -> Optional.of(list());
      case "put" -> Optional.of(KvWriting.put());
      case "patch" -> Optional.of(KvWriting.patch());
      case "rollback" -> Optional.of(KvWriting.rollback());
      case "delete" -> Optional.of(KvVersions.delete());
      case "undelete" -> Optional.of(KvVersions.undelete());
      case "destroy" -> Optional.of(KvVersions.destroy());
      case "enable-versioning" -> Optional.of(KvVersions.enable());
      case "metadata" -> Optional.of(new KvMetadata());
      default -> Optional.empty();
    };
  }

  private static Command get() {
    return Command.named("kv get", "Retrieves data from the KV store")
        .arguments("KEY", 1, 1)
        .help(
            "  $ %s kv get -mount=secret foo",
            "  $ %s kv get -mount=secret -version=1 foo",
            "  $ %s kv get -field=password secret/foo")
        .flags(KvPath.MOUNT, Flag.number("version", "The version to get; by default the latest."))
        .runs(KvCommands::get);
  }

  private static int get(Invocation call) {
    KvPath key = KvPath.of(call, 0);
    String path = key.api("data");
    ApiRequest request = ApiRequest.get(path);
    if (key.versioned() && call.flags().number("version", 0) > 0) {
      request = request.with("version", call.flags().text("version"));
    }
    ApiRequest asked = request;
    Secret secret =
        LogicalCommands.found(
            Invocation.during("Error reading " + path, () -> call.client().secret(asked)), path);
    if (call.field().isPresent()) {
      String field = call.field().get();
      call.out()
          .field(
              key.versioned() ? versionedField(secret, field, path) : secret.field(field), field);
      return 0;
    }
    if (secret.wrapped() || !call.out().table()) {
      call.out().secret(secret);
      return 0;
    }
    call.out().warnings(secret);
    if (key.versioned()) {
      print(call, secret, path);
    } else {
      section(call, "Data", secret.data());
    }
    return 0;
  }

  private static Optional<JsonValue> versionedField(Secret secret, String field, String path) {
    JsonObject data =
        Secret.object(secret.data(), "data")
            .orElseThrow(() -> Failure.remote("No data found at " + path));
    // "data" may be a key of the secret, or all of it.
    return data.member(field)
        .or(() -> field.equals("data") ? Optional.of(data) : Optional.empty())
        .filter(value -> value != JsonNull.NULL);
  }

  private static void print(Invocation call, Secret secret, String path) {
    KvPath.printPath(call, "Secret Path", path);
    Secret.object(secret.data(), "metadata")
        .ifPresent(
            metadata -> {
              section(call, "Metadata", metadata);
              call.out().line("");
            });
    Secret.object(secret.data(), "data").ifPresent(data -> section(call, "Data", data));
  }

  /** Prints the table of {@code members} under a heading. */
  static void section(Invocation call, String title, JsonObject members) {
    call.out().line(KvPath.heading(title, members));
    call.out().value(members);
  }

  private static Command list() {
    return Command.named("kv list", "List data or secrets")
        .arguments("PATH", 0, 1)
        .help("  $ %s kv list -mount=secret my-app/", "  $ %s kv list secret/my-app/")
        .flags(
            KvPath.MOUNT,
            Flag.text("after", "List what comes after this name, where the path knows pages."),
            Flag.number("limit", "List at most so many names, where the path knows pages."))
        .runs(
            call -> {
              if (call.arguments().isEmpty() && !call.flags().isSet("mount")) {
                throw Failure.usage("Not enough arguments (expected 1, got 0)");
              }
              return LogicalCommands.list(call, KvPath.of(call, 0).api("metadata"));
            });
  }
}
