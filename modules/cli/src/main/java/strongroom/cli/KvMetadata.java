package strongroom.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.TimeText;

/** {@code kv metadata}: a key's settings and its versions, without its data. */
record KvMetadata() implements CommandGroup {
  @Override
  public String path() {
    return "kv metadata";
  }

  @Override
  public String summary() {
    return "Interact with the metadata of the key-value store";
  }

  @Override
  public List<String> names() {
    return List.of("delete", "get", "patch", "put");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "get" -> Optional.of(get());
      case "put" -> Optional.of(put());
      case "patch" -> Optional.of(patch());
      case "delete" -> Optional.of(delete());
      default -> Optional.empty();
    };
  }

  private static String path(Invocation call) {
    KvPath key = KvPath.of(call, 0);
    if (!key.versioned()) {
      throw Failure.usage("Metadata not supported on KV Version 1");
    }
    return key.api("metadata");
  }

  private static Command get() {
    return Command.named("kv metadata get", "Retrieves key metadata from the KV store")
        .arguments("KEY", 1, 1)
        .help("  $ %s kv metadata get -mount=secret foo")
        .flags(KvPath.MOUNT)
        .runs(
            call -> {
              String path = path(call);
              ApiRequest request = ApiRequest.get(path);
              Secret secret =
                  LogicalCommands.found(
                      Invocation.during(
                          "Error reading " + path, () -> call.client().secret(request)),
                      path);
              if (call.field().isPresent() || secret.wrapped() || !call.out().table()) {
                call.out().secret(secret, call.field());
                return 0;
              }
              print(call, secret, path);
              return 0;
            });
  }

  private static void print(Invocation call, Secret secret, String path) {
    JsonObject versions =
        Secret.object(secret.data(), "versions")
            .orElseThrow(() -> Failure.remote("No value found at " + path));
    Map<String, JsonValue> rest = new LinkedHashMap<>(secret.data().members());
    rest.remove("versions");
    call.out().warnings(secret);
    KvPath.printPath(call, "Metadata Path", path);
    KvCommands.section(call, "Metadata", JsonObject.of(rest));
    Map<Long, JsonObject> byNumber = new TreeMap<>();
    for (Map.Entry<String, JsonValue> version : versions.members().entrySet()) {
      if (version.getValue() instanceof JsonObject object) {
        byNumber.put(Long.parseLong(version.getKey()), object);
      }
    }
    byNumber.forEach(
        (number, version) -> {
          call.out().line("");
          KvCommands.section(call, "Version " + number, version);
        });
  }

  private static final List<Flag> SETTINGS =
      List.of(
          KvPath.MOUNT,
          Flag.number("max-versions", "How many versions to keep."),
          Flag.onOff("cas-required", "Require -cas with every write."),
          Flag.duration("delete-version-after", "How long a version lives."),
          Flag.map("custom-metadata", "Metadata of your own; may be repeated."));

  private static Command put() {
    return Command.named("kv metadata put", "Sets or updates key settings in the KV store")
        .arguments("KEY", 1, 1)
        .help(
            "Creates the key without data if there is none.",
            "  $ %s kv metadata put -mount=secret -max-versions=5 foo",
            "  $ %s kv metadata put -mount=secret -custom-metadata=team=ops foo")
        .flags(SETTINGS)
        .runs(
            call -> {
              String path = path(call);
              JsonObject.Builder body = settings(call);
              Map<String, String> custom = call.flags().map("custom-metadata");
              if (!custom.isEmpty()) {
                body.put("custom_metadata", JsonObject.ofStrings(custom));
              }
              return LogicalCommands.written(call, path, ApiRequest.put(path, body.build()));
            });
  }

  private static JsonObject.Builder settings(Invocation call) {
    Flags flags = call.flags();
    JsonObject.Builder body = JsonObject.builder();
    if (flags.number("max-versions", -1) >= 0) {
      body.put("max_versions", flags.number("max-versions", -1));
    }
    if (flags.isSet("cas-required")) {
      body.put("cas_required", flags.on("cas-required"));
    }
    flags
        .duration("delete-version-after")
        .filter(duration -> !duration.isNegative())
        .ifPresent(duration -> body.put("delete_version_after", TimeText.formatDuration(duration)));
    return body;
  }

  private static Command patch() {
    return Command.named(
            "kv metadata patch", "Patches key settings in the KV store without overwriting")
        .arguments("KEY", 1, 1)
        .help(
            "  $ %s kv metadata patch -mount=secret -custom-metadata=team=dev foo",
            "  $ %s kv metadata patch -mount=secret -remove-custom-metadata=team foo")
        .flags(SETTINGS)
        .flags(Flag.list("remove-custom-metadata", "Metadata to remove; may be repeated."))
        .runs(
            call -> {
              String path = path(call);
              JsonObject.Builder body = settings(call);
              JsonObject.Builder custom =
                  JsonObject.builder()
                      .putAll(JsonObject.ofStrings(call.flags().map("custom-metadata")));
              call.flags()
                  .list("remove-custom-metadata")
                  .forEach(name -> custom.put(name, JsonNull.NULL));
              if (!custom.build().isEmpty()) {
                body.put("custom_metadata", custom.build());
              }
              return LogicalCommands.written(call, path, ApiRequest.patch(path, body.build()));
            });
  }

  private static Command delete() {
    return Command.named(
            "kv metadata delete", "Deletes all versions and metadata for a key in the KV store")
        .arguments("KEY", 1, 1)
        .help("Nothing of the key remains.", "  $ %s kv metadata delete -mount=secret foo")
        .flags(KvPath.MOUNT)
        .runs(
            call -> {
              String path = path(call);
              return LogicalCommands.deleted(call, path, ApiRequest.delete(path));
            });
  }
}
