package strongroom.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;

/** {@code audit}: the devices that record every request. */
record AuditCommands() implements CommandGroup {
  @Override
  public String path() {
    return "audit";
  }

  @Override
  public String summary() {
    return "Interact with audit devices";
  }

  @Override
  public List<String> names() {
    return List.of("disable", "enable", "list");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "enable" -> Optional.of(enable());
      case "disable" -> Optional.of(disable());
      case "list" -> Optional.of(list());
      default -> Optional.empty();
    };
  }

  private static Command enable() {
    return Command.named("audit enable", "Enables an audit device")
        .arguments("TYPE [CONFIG K=V...]", 1, Integer.MAX_VALUE)
        .help("  $ %s audit enable file file_path=/var/log/audit.log")
        .flags(
            Flag.text("description", "What it is for, for people."),
            Flag.text("path", "What it is called; by default its type."),
            Flag.onOff("local", "Keep it out of replication."))
        .runs(
            call -> {
              String type = call.argument(0).strip();
              String path = Paths.mount(call.flags().find("path").orElse(type));
              JsonObject.Builder options = JsonObject.builder();
              DataArguments.parse(call, 1)
                  .members()
                  .forEach((name, value) -> options.put(name, GoText.value(value)));
              ApiRequest request =
                  ApiRequest.put(
                      "sys/audit/" + Paths.sanitize(path),
                      JsonObject.builder()
                          .put("type", type)
                          .put("description", call.flags().text("description"))
                          .put("options", options.build())
                          .put("local", call.flags().on("local"))
                          .build());
              Invocation.during("Error enabling audit device", () -> call.client().send(request));
              call.out().line("Success! Enabled the " + type + " audit device at: " + path);
              return 0;
            });
  }

  private static Command disable() {
    return Command.named("audit disable", "Disables an audit device")
        .arguments("PATH", 1, 1)
        .help("  $ %s audit disable file/")
        .runs(
            call -> {
              String path = Paths.mount(call.argument(0));
              ApiRequest request = ApiRequest.delete("sys/audit/" + Paths.sanitize(path));
              Invocation.during("Error disabling audit device", () -> call.client().send(request));
              call.out().line("Success! Disabled audit device (if it was enabled) at: " + path);
              return 0;
            });
  }

  private static Command list() {
    return Command.named("audit list", "Lists enabled audit devices")
        .help("  $ %s audit list -detailed")
        .runs(AuditCommands::list);
  }

  private static int list(Invocation call) {
    Secret answer =
        Invocation.during(
                "Error listing audits", () -> call.client().secret(ApiRequest.get("sys/audit")))
            .orElse(Secret.of(JsonObject.EMPTY));
    Map<String, JsonObject> devices = MountFlags.mounts(answer);
    if (devices.isEmpty()) {
      if (!call.out().table()) {
        call.out().value(JsonObject.EMPTY);
        return 0;
      }
      throw Failure.remote("No audit devices are enabled.");
    }
    if (!call.out().table()) {
      call.out().value(JsonObject.of(devices));
      return 0;
    }
    boolean detailed = call.flags().on("detailed");
    Table table =
        detailed
            ? Table.titled("Path", "Type", "Description", "Replication", "Options")
            : Table.titled("Path", "Type", "Description");
    devices.forEach(
        (path, device) -> {
          String type = Secret.text(device, "type");
          String description = Secret.text(device, "description");
          if (detailed) {
            String options = GoText.value(device.member("options").orElse(JsonNull.NULL));
            String replication = Secret.is(device, "local") ? "local" : "replicated";
            table.row(path, type, description, replication, options);
          } else {
            table.row(path, type, description);
          }
        });
    call.out().line(table.render());
    return 0;
  }
}
