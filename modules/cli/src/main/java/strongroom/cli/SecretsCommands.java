package strongroom.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** {@code secrets}: the secrets engines that are mounted. */
record SecretsCommands() implements CommandGroup {
  @Override
  public String path() {
    return "secrets";
  }

  @Override
  public String summary() {
    return "Interact with secrets engines";
  }

  @Override
  public List<String> names() {
    return List.of("disable", "enable", "list", "move", "tune");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "enable" -> Optional.of(enable());
      case "disable" -> Optional.of(disable());
      case "list" -> Optional.of(list());
      case "move" -> Optional.of(move());
      case "tune" -> Optional.of(tune());
      default -> Optional.empty();
    };
  }

  private static Command enable() {
    return Command.named("secrets enable", "Enable a secrets engine")
        .arguments("TYPE", 1, 1)
        .help(
            "  $ %s secrets enable -path=secret -version=2 kv",
            "  $ %s secrets enable -max-lease-ttl=30m database")
        .flags(MountFlags.ENABLING)
        .flags(MountFlags.CONFIGURATION)
        .runs(
            call -> {
              String type = call.argument(0).strip();
              type = type.equals("plugin") ? call.flags().text("plugin-name") : type;
              String mount = Paths.mount(call.flags().find("path").orElse(type));
              ApiRequest request =
                  ApiRequest.post(
                      "sys/mounts/" + Paths.sanitize(mount),
                      MountFlags.enabling(call.flags(), type));
              Invocation.during("Error enabling", () -> call.client().send(request));
              call.out().line("Success! Enabled the " + type + " secrets engine at: " + mount);
              return 0;
            });
  }

  private static Command disable() {
    return Command.named("secrets disable", "Disable a secrets engine")
        .arguments("PATH", 1, 1)
        .help(
            "Everything the engine stored is deleted, and what it issued is revoked.",
            "  $ %s secrets disable aws/")
        .runs(
            call -> {
              String mount = Paths.mount(call.argument(0));
              ApiRequest request = ApiRequest.delete("sys/mounts/" + Paths.sanitize(mount));
              Invocation.during(
                  "Error disabling secrets engine at " + mount, () -> call.client().send(request));
              call.out().line("Success! Disabled the secrets engine (if it existed) at: " + mount);
              return 0;
            });
  }

  private static Command list() {
    return Command.named("secrets list", "List enabled secrets engines")
        .help("  $ %s secrets list -detailed")
        .runs(
            call -> {
              Secret answer =
                  Invocation.during(
                          "Error listing secrets engines",
                          () -> call.client().secret(ApiRequest.get("sys/mounts")))
                      .orElse(Secret.of(JsonObject.EMPTY));
              Map<String, JsonObject> mounts = MountFlags.mounts(answer);
              if (!call.out().table()) {
                call.out().value(JsonObject.of(mounts));
              } else if (call.flags().on("detailed")) {
                call.out()
                    .line(MountFlags.detailed(mounts, "Force No Cache", "force_no_cache").render());
              } else {
                call.out().line(MountFlags.simple(mounts, false).render());
              }
              return 0;
            });
  }

  private static Command move() {
    return Command.named("secrets move", "Move a secrets engine to a new path")
        .arguments("SOURCE DESTINATION", 2, 2)
        .help(
            "What the engine issued is revoked; what it stores moves with it.",
            "  $ %s secrets move secret/ generic/")
        .runs(
            call ->
                MountFlags.move(
                    call,
                    "secrets engine",
                    Paths.mount(call.argument(0)),
                    Paths.mount(call.argument(1))));
  }

  private static Command tune() {
    return Command.named("secrets tune", "Tune a secrets engine configuration")
        .arguments("PATH", 1, 1)
        .help("  $ %s secrets tune -default-lease-ttl=72h pki/")
        .flags(MountFlags.CONFIGURATION)
        .runs(
            call -> {
              String mount = Paths.mount(call.argument(0));
              ApiRequest request =
                  ApiRequest.post("sys/mounts/" + mount + "tune", MountFlags.tuning(call.flags()));
              Invocation.during(
                  "Error tuning secrets engine " + mount, () -> call.client().send(request));
              call.out().line("Success! Tuned the secrets engine at: " + mount);
              return 0;
            });
  }
}
