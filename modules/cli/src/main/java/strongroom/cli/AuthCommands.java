package strongroom.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** {@code auth}: the auth methods that are mounted. */
record AuthCommands() implements CommandGroup {
  @Override
  public String path() {
    return "auth";
  }

  @Override
  public String summary() {
    return "Interact with auth methods";
  }

  @Override
  public List<String> names() {
    return List.of("disable", "enable", "help", "list", "move", "tune");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "enable" -> Optional.of(enable());
      case "disable" -> Optional.of(disable());
      case "help" -> Optional.of(methodHelp());
      case "list" -> Optional.of(list());
      case "move" -> Optional.of(move());
      case "tune" -> Optional.of(tune());
      default -> Optional.empty();
    };
  }

  private static final Flag TOKEN_TYPE =
      Flag.text("token-type", "The tokens it issues: service, batch, default-service…");

  private static Command enable() {
    return Command.named("auth enable", "Enable a new auth method")
        .arguments("TYPE", 1, 1)
        .help("  $ %s auth enable userpass", "  $ %s auth enable -path=prod approle")
        .flags(MountFlags.ENABLING)
        .flags(MountFlags.CONFIGURATION)
        .flags(TOKEN_TYPE)
        .runs(
            call -> {
              String type = call.argument(0).strip();
              type = type.equals("plugin") ? call.flags().text("plugin-name") : type;
              String mount = Paths.mount(call.flags().find("path").orElse(type));
              ApiRequest request =
                  ApiRequest.post(
                      "sys/auth/" + Paths.sanitize(mount), MountFlags.enabling(call.flags(), type));
              Invocation.during(
                  "Error enabling " + type + " auth", () -> call.client().send(request));
              call.out().line("Success! Enabled " + type + " auth method at: " + mount);
              return 0;
            });
  }

  private static Command disable() {
    return Command.named("auth disable", "Disable an auth method")
        .arguments("PATH", 1, 1)
        .help("All tokens that the method issued are revoked.", "  $ %s auth disable userpass/")
        .runs(
            call -> {
              String mount = Paths.mount(call.argument(0));
              ApiRequest request = ApiRequest.delete("sys/auth/" + Paths.sanitize(mount));
              Invocation.during(
                  "Error disabling auth method at " + mount, () -> call.client().send(request));
              call.out().line("Success! Disabled the auth method (if it existed) at: " + mount);
              return 0;
            });
  }

  private static Command methodHelp() {
    return Command.named("auth help", "Print usage for an auth method")
        .arguments("TYPE", 1, 1)
        .help("  $ %s auth help userpass")
        .runs(
            call -> {
              String type = Paths.sanitize(call.argument(0));
              String text =
                  switch (type) {
                    case "token" -> "login TOKEN, or login - to read it from standard input.";
                    case "userpass", "ldap", "okta", "radius" ->
                        "login -method=" + type + " username=NAME [password=-]";
                    case "approle" -> "login -method=approle role_id=ID secret_id=-";
                    case "cert" ->
                        "login -method=cert -client-cert=FILE -client-key=FILE [name=ROLE]";
                    case "github" -> "login -method=github token=-";
                    case "jwt" -> "login -method=jwt role=ROLE jwt=@FILE";
                    default ->
                        "login -method="
                            + type
                            + " K=V...: the pairs go to auth/"
                            + type
                            + "/login.";
                  };
              call.out().line("Usage: " + call.program().name() + " " + text);
              call.out().line("If it is mounted elsewhere than at " + type + "/, add -path=PATH.");
              return 0;
            });
  }

  private static Command list() {
    return Command.named("auth list", "Lists enabled auth methods")
        .help("  $ %s auth list -detailed")
        .runs(
            call -> {
              Secret answer =
                  Invocation.during(
                          "Error listing enabled authentications",
                          () -> call.client().secret(ApiRequest.get("sys/auth")))
                      .orElse(Secret.of(JsonObject.EMPTY));
              Map<String, JsonObject> mounts = MountFlags.mounts(answer);
              if (!call.out().table()) {
                call.out().value(JsonObject.of(mounts));
              } else if (call.flags().on("detailed")) {
                call.out().line(MountFlags.detailed(mounts, "Token Type", "token_type").render());
              } else {
                call.out().line(MountFlags.simple(mounts, true).render());
              }
              return 0;
            });
  }

  private static Command move() {
    return Command.named("auth move", "Move an auth method to a new path")
        .arguments("SOURCE DESTINATION", 2, 2)
        .help("  $ %s auth move approle/ apps/")
        .runs(call -> MountFlags.move(call, "auth method", path(call, 0), path(call, 1)));
  }

  private static String path(Invocation call, int index) {
    String mount = Paths.mount(call.argument(index));
    return mount.startsWith("auth/") ? mount : "auth/" + mount;
  }

  private static Command tune() {
    return Command.named("auth tune", "Tunes an auth method configuration")
        .arguments("PATH", 1, 1)
        .help("  $ %s auth tune -default-lease-ttl=72h github/")
        .flags(MountFlags.CONFIGURATION)
        .flags(TOKEN_TYPE)
        .runs(
            call -> {
              String mount = Paths.mount(call.argument(0));
              ApiRequest request =
                  ApiRequest.post("sys/auth/" + mount + "tune", MountFlags.tuning(call.flags()));
              Invocation.during(
                  "Error tuning auth method " + mount, () -> call.client().send(request));
              call.out().line("Success! Tuned the auth method at: " + mount);
              return 0;
            });
  }
}
