package strongroom.cli;

import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** The commands that speak to any path: read, write, patch, delete, list, unwrap. */
final class LogicalCommands {
  private LogicalCommands() {}

  static Command read() {
    return Command.named("read", "Read data and retrieves secrets")
        .arguments("PATH [K=V...]", 1, Integer.MAX_VALUE)
        .help(
            "Reads what is at PATH. Pairs after it become parameters of the query.",
            "  $ %s read secret/my-secret",
            "  $ %s read -field=value secret/my-secret")
        .runs(LogicalCommands::read);
  }

  private static int read(Invocation call) {
    String path = Paths.sanitize(call.argument(0));
    ApiRequest request = ApiRequest.get(path);
    for (Map.Entry<String, strongroom.logical.JsonValue> pair :
        DataArguments.parse(call, 1).members().entrySet()) {
      request = request.with(pair.getKey(), GoText.value(pair.getValue()));
    }
    ApiRequest asked = request;
    Optional<Secret> secret =
        Invocation.during("Error reading " + path, () -> call.client().secret(asked));
    call.out().secret(found(secret, path), call.field());
    return 0;
  }

  /** The secret, or a failure that says that nothing is at {@code path}. */
  static Secret found(Optional<Secret> secret, String path) {
    return secret.orElseThrow(() -> Failure.remote("No value found at " + path));
  }

  static Command write() {
    return Command.named("write", "Write data, configuration, and secrets")
        .arguments("PATH [K=V...]", 1, Integer.MAX_VALUE)
        .help(
            "Writes to PATH what the pairs say. A value @file is read from a file and - from"
                + " standard input; @file or - alone is a JSON object.",
            "  $ %s write secret/my-secret foo=bar",
            "  $ %s write -force transit/keys/my-key",
            "  $ %s write aws/roles/ops policy=@policy.json")
        .flags(Flag.onOff("force", "Write without any pair, where none is needed.").or("f"))
        .runs(LogicalCommands::write);
  }

  private static int write(Invocation call) {
    if (call.arguments().size() == 1 && !call.flags().on("force")) {
      throw Failure.usage("Must supply data or use -force");
    }
    String path = Paths.sanitize(call.argument(0));
    return written(call, path, ApiRequest.put(path, DataArguments.parse(call, 1)));
  }

  /** Sends {@code request} and prints what comes back, or that it was written. */
  static int written(Invocation call, String path, ApiRequest request) {
    Optional<Secret> secret =
        Invocation.during("Error writing data to " + path, () -> call.client().secret(request));
    if (secret.isEmpty()) {
      call.out().note("Success! Data written to: " + path);
    } else {
      call.out().secret(secret.get(), call.field());
    }
    return 0;
  }

  static Command patch() {
    return Command.named("patch", "Patch data, configuration, and secrets")
        .arguments("PATH [K=V...]", 1, Integer.MAX_VALUE)
        .help(
            "Changes at PATH what the pairs say and leaves the rest, by a JSON merge patch.",
            "  $ %s patch pki/roles/example allow_localhost=false")
        .flags(Flag.onOff("force", "Patch without any pair.").or("f"))
        .runs(
            call -> {
              if (call.arguments().size() == 1 && !call.flags().on("force")) {
                throw Failure.usage("Must supply data or use -force");
              }
              String path = Paths.sanitize(call.argument(0));
              return written(call, path, ApiRequest.patch(path, DataArguments.parse(call, 1)));
            });
  }

  static Command delete() {
    return Command.named("delete", "Delete secrets and configuration")
        .arguments("PATH [K=V...]", 1, Integer.MAX_VALUE)
        .help("Deletes what is at PATH.", "  $ %s delete secret/my-secret")
        .runs(
            call -> {
              String path = Paths.sanitize(call.argument(0));
              ApiRequest request = ApiRequest.delete(path);
              for (Map.Entry<String, strongroom.logical.JsonValue> pair :
                  DataArguments.parse(call, 1).members().entrySet()) {
                request = request.with(pair.getKey(), GoText.value(pair.getValue()));
              }
              return deleted(call, path, request);
            });
  }

  /** Sends {@code request} and prints what comes back, or that it was deleted. */
  static int deleted(Invocation call, String path, ApiRequest request) {
    Optional<Secret> secret =
        Invocation.during("Error deleting " + path, () -> call.client().secret(request));
    if (secret.isEmpty()) {
      call.out().note("Success! Data deleted (if it existed) at: " + path);
    } else {
      call.out().secret(secret.get(), call.field());
    }
    return 0;
  }

  static Command list() {
    return Command.named("list", "List data or secrets")
        .arguments("PATH", 1, 1)
        .help("Lists the names at PATH.", "  $ %s list secret/my-app/")
        .flags(
            Flag.text("after", "List what comes after this name, where the path knows pages."),
            Flag.number("limit", "List at most so many names, where the path knows pages."))
        .runs(call -> list(call, Paths.sanitize(call.argument(0))));
  }

  /** Lists the names at {@code path}. */
  static int list(Invocation call, String path) {
    ApiRequest request = ApiRequest.list(path).with("after", call.flags().find("after"));
    if (call.flags().number("limit", 0) > 0) {
      request = request.with("limit", call.flags().text("limit"));
    }
    ApiRequest asked = request;
    Optional<Secret> secret =
        Invocation.during("Error listing " + path, () -> call.client().secret(asked));
    if (secret.isPresent() && secret.get().wrapped()) {
      call.out().secret(secret.get(), call.field());
      return 0;
    }
    if (secret.isEmpty() || secret.get().keys().isEmpty()) {
      if (!call.out().table()) {
        call.out().value(JsonObject.EMPTY);
        return 2;
      }
      secret.ifPresent(call.out()::warnings);
      throw Failure.remote(
          (secret.isEmpty() ? "No value found at " : "No entries found at ") + path);
    }
    call.out().keys(secret.get(), secret.get().keys().get(), call.flags().on("detailed"));
    return 0;
  }

  static Command unwrap() {
    return Command.named("unwrap", "Unwrap a wrapped secret")
        .arguments("[TOKEN]", 0, 1)
        .help(
            "Gets what a wrapping token holds, which ends the token. Without TOKEN the token in"
                + " use is taken for one.",
            "  $ %s unwrap hvs.CAES...")
        .runs(
            call -> {
              // The wrapping token authenticates by itself, so that nobody need be logged in.
              if (!call.arguments().isEmpty()) {
                call.client().use(call.argument(0).strip());
              }
              ApiRequest request = ApiRequest.put("sys/wrapping/unwrap", JsonObject.EMPTY);
              Optional<Secret> secret =
                  Invocation.during("Error unwrapping", () -> call.client().secret(request));
              if (secret.isEmpty()) {
                call.out().note("Successfully unwrapped. There was no data in the wrapped secret.");
              } else {
                call.out().secret(secret.get(), call.field());
              }
              return 0;
            });
  }
}
