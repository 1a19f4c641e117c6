package strongroom.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** {@code kv put}, {@code kv patch} and {@code kv rollback}: what makes a new version. */
final class KvWriting {
  private KvWriting() {}

  static Command put() {
    return Command.named("kv put", "Sets or updates data in the KV store")
        .arguments("KEY [DATA]", 1, Integer.MAX_VALUE)
        .help(
            "Data is key=value; a value @file is read from a file and - from standard input; @file"
                + " or - alone is a JSON object.",
            "  $ %s kv put -mount=secret foo bar=baz",
            "  $ %s kv put secret/foo @data.json",
            "  $ %s kv put -mount=secret -cas=1 foo bar=baz")
        .flags(
            KvPath.MOUNT,
            Flag.number(
                "cas", "Write only if the current version is this one; 0: only if there is none."))
        .runs(KvWriting::put);
  }

  private static int put(Invocation call) {
    if (call.arguments().size() == 1) {
      throw Failure.usage("Must supply data");
    }
    JsonObject data = DataArguments.parse(call, 1);
    KvPath key = KvPath.of(call, 0);
    String path = key.api("data");
    JsonObject body = data;
    if (key.versioned()) {
      long cas = call.flags().number("cas", -1);
      body = versioned(data, cas < 0 ? Optional.empty() : Optional.of(cas));
    }
    return print(call, path, send(call, path, ApiRequest.put(path, body)));
  }

  private static JsonObject versioned(JsonObject data, Optional<Long> cas) {
    JsonObject.Builder options = JsonObject.builder();
    cas.ifPresent(version -> options.put("cas", version));
    return JsonObject.builder().put("data", data).put("options", options.build()).build();
  }

  private static Optional<Secret> send(Invocation call, String path, ApiRequest request) {
    return Invocation.during("Error writing data to " + path, () -> call.client().secret(request));
  }

  private static int print(Invocation call, String path, Optional<Secret> answer) {
    if (answer.isEmpty()) {
      call.out().note("Success! Data written to: " + path);
      return 0;
    }
    Secret secret = answer.get();
    if (call.field().isPresent() || secret.wrapped() || !call.out().table()) {
      call.out().secret(secret, call.field());
      return 0;
    }
    call.out().warnings(secret);
    KvPath.printPath(call, "Secret Path", path);
    KvCommands.section(call, "Metadata", secret.data());
    return 0;
  }

  static Command patch() {
    return Command.named("kv patch", "Sets or updates data in the KV store without overwriting")
        .arguments("KEY [DATA]", 1, Integer.MAX_VALUE)
        .help(
            "For KV version 2. Keys that are not named stay as they are.",
            "  $ %s kv patch -mount=secret foo bar=baz",
            "  $ %s kv patch -mount=secret -remove-data=bar foo")
        .flags(
            KvPath.MOUNT,
            Flag.number("cas", "Patch only if the current version is this one."),
            Flag.text(
                "method",
                "patch: by an HTTP PATCH; rw: read, change here and write. By default patch, and rw"
                    + " where the server or the policy does not allow it."),
            Flag.list("remove-data", "A key to remove; may be repeated."))
        .runs(KvWriting::patch);
  }

  private static int patch(Invocation call) {
    if (call.arguments().size() == 1 && call.flags().list("remove-data").isEmpty()) {
      throw Failure.usage("Must supply data");
    }
    Map<String, JsonValue> changes = new LinkedHashMap<>(DataArguments.parse(call, 1).members());
    call.flags().list("remove-data").forEach(name -> changes.put(name, JsonNull.NULL));
    JsonObject change = JsonObject.of(changes);
    String method = call.flags().text("method");
    if (!method.isEmpty() && !method.equals("rw") && !method.equals("patch")) {
      throw Failure.usage("Unsupported method provided to -method flag: patch or rw");
    }
    String path = KvPath.of(call, 0).versionedApi("data", "patch");
    if (method.equals("rw")) {
      return readThenWrite(call, path, change);
    }
    long cas = call.flags().number("cas", 0);
    JsonObject body = versioned(change, cas > 0 ? Optional.of(cas) : Optional.empty());
    try {
      return print(call, path, call.client().secret(ApiRequest.patch(path, body)));
    } catch (ApiFailure e) {
      boolean refused = e.status() == 403 || e.status() == 405;
      if (!refused || method.equals("patch")) {
        throw e.during("Error writing data to " + path);
      }
      if (e.status() == 403) {
        call.out()
            .warn(
                "The policy has no \"patch\" capability on "
                    + path
                    + ": trying to read and write instead.");
      }
      return readThenWrite(call, path, change);
    }
  }

  private static int readThenWrite(Invocation call, String path, JsonObject change) {
    Secret before = read(call, path, Optional.empty(), "patch");
    Map<String, JsonValue> data =
        new LinkedHashMap<>(part(before, "data", path, "patch").members());
    change
        .members()
        .forEach(
            (name, value) -> {
              if (value == JsonNull.NULL) {
                data.remove(name);
              } else {
                data.put(name, value);
              }
            });
    long version = version(before, path, "patch");
    JsonObject body = versioned(JsonObject.of(data), Optional.of(version));
    return print(call, path, send(call, path, ApiRequest.put(path, body)));
  }

  private static Secret read(Invocation call, String path, Optional<String> version, String what) {
    ApiRequest request = ApiRequest.get(path).with("version", version).beforehand();
    Secret secret =
        LogicalCommands.found(
            Invocation.during(
                "Error doing pre-read at " + path, () -> call.client().secret(request)),
            path);
    part(secret, "metadata", path, what);
    return secret;
  }

  private static JsonObject part(Secret secret, String name, String path, String what) {
    return Secret.object(secret.data(), name)
        .orElseThrow(
            () ->
                Failure.remote(
                    "No "
                        + name
                        + " found at "
                        + path
                        + "; "
                        + what
                        + " only works on existing data"));
  }

  private static long version(Secret secret, String path, String what) {
    return Secret.number(part(secret, "metadata", path, what), "version").orElse(0);
  }

  static Command rollback() {
    return Command.named("kv rollback", "Rolls back to a previous version of data")
        .arguments("KEY", 1, 1)
        .help(
            "For KV version 2. The data of that version is written as a new one.",
            "  $ %s kv rollback -mount=secret -version=2 foo")
        .flags(KvPath.MOUNT, Flag.number("version", "The version to write again."))
        .runs(KvWriting::rollback);
  }

  private static int rollback(Invocation call) {
    if (!call.flags().isSet("version")) {
      throw Failure.usage("Version flag must be specified");
    }
    long wanted = call.flags().number("version", 0);
    if (wanted <= 0) {
      throw Failure.usage("Invalid value " + wanted + " for the version flag");
    }
    String path = KvPath.of(call, 0).versionedApi("data", "rollback");
    Secret now = read(call, path, Optional.empty(), "rollback");
    Secret then = read(call, path, Optional.of(Long.toString(wanted)), "rollback");
    JsonObject metadata = part(then, "metadata", path, "rollback");
    if (!Secret.text(metadata, "deletion_time").isEmpty()) {
      throw Failure.remote("Cannot roll back to a version that has been deleted");
    }
    if (Secret.is(metadata, "destroyed")) {
      throw Failure.remote("Cannot roll back to a version that has been destroyed");
    }
    JsonObject data = part(then, "data", path, "rollback");
    JsonObject body = versioned(data, Optional.of(version(now, path, "rollback")));
    Optional<Secret> answer = send(call, path, ApiRequest.put(path, body));
    if (answer.isEmpty()) {
      call.out().note("Success! Data written to: " + path);
    } else {
      call.out().secret(answer.get(), call.field());
    }
    return 0;
  }
}
