package strongroom.cli;

import java.util.List;
import strongroom.logical.JsonObject;

/** {@code kv delete}, {@code undelete}, {@code destroy} and {@code enable-versioning}. */
final class KvVersions {
  private static final Flag VERSIONS =
      Flag.list("versions", "The versions, with commas between them; may be repeated.");

  private KvVersions() {}

  static Command delete() {
    return Command.named("kv delete", "Deletes versions in the KV store")
        .arguments("KEY", 1, 1)
        .help(
            "Without -versions, deletes the latest. Of KV version 2, deleted versions can be had"
                + " back with undelete.",
            "  $ %s kv delete -mount=secret foo",
            "  $ %s kv delete -mount=secret -versions=3,4 foo")
        .flags(KvPath.MOUNT, VERSIONS)
        .runs(
            call -> {
              KvPath key = KvPath.of(call, 0);
              List<String> versions = KvPath.versions(call);
              if (key.versioned() && !versions.isEmpty()) {
                String path = key.api("delete");
                return LogicalCommands.deleted(call, path, change(path, versions));
              }
              String path = key.api("data");
              return LogicalCommands.deleted(call, path, ApiRequest.delete(path));
            });
  }

  private static ApiRequest change(String path, List<String> versions) {
    return ApiRequest.put(path, JsonObject.builder().put("versions", versions).build());
  }

  static Command undelete() {
    return Command.named("kv undelete", "Undeletes versions in the KV store")
        .arguments("KEY", 1, 1)
        .help("  $ %s kv undelete -mount=secret -versions=3 foo")
        .flags(KvPath.MOUNT, VERSIONS)
        .runs(call -> change(call, "undelete"));
  }

  static Command destroy() {
    return Command.named("kv destroy", "Permanently removes one or more versions in the KV store")
        .arguments("KEY", 1, 1)
        .help(
            "What is destroyed cannot be had back.",
            "  $ %s kv destroy -mount=secret -versions=3 foo")
        .flags(KvPath.MOUNT, VERSIONS)
        .runs(call -> change(call, "destroy"));
  }

  private static int change(Invocation call, String kind) {
    List<String> versions = KvPath.versions(call);
    if (versions.isEmpty()) {
      throw Failure.usage(
          "No versions provided, use the \"-versions\" flag to specify the"
              + " version to "
              + kind
              + ".");
    }
    String path = KvPath.of(call, 0).versionedApi(kind, kind);
    return LogicalCommands.written(call, path, change(path, versions));
  }

  static Command enable() {
    return Command.named("kv enable-versioning", "Turns on versioning for a KV store")
        .arguments("KEY", 1, 1)
        .help("Turns KV version 1 at a path into version 2.", "  $ %s kv enable-versioning secret")
        .runs(
            call -> {
              String mount = Paths.mount(call.argument(0));
              JsonObject options = JsonObject.builder().put("version", "2").build();
              ApiRequest request =
                  ApiRequest.post(
                      "sys/mounts/" + mount + "tune",
                      JsonObject.builder().put("options", options).build());
              Invocation.during(
                  "Error tuning secrets engine " + mount, () -> call.client().send(request));
              call.out().line("Success! Tuned the secrets engine at: " + mount);
              return 0;
            });
  }
}
