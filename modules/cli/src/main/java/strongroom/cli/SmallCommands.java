package strongroom.cli;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;

/** {@code version}, {@code version-history}, {@code path-help} and {@code print}. */
final class SmallCommands {
  private SmallCommands() {}

  static Command version() {
    return Command.named("version", "Prints the version of this program")
        .runs(
            call -> {
              call.out().line(call.program().version().line(call.program().name()));
              return 0;
            });
  }

  static Command versionHistory() {
    return Command.named("version-history", "Prints the versions that the server has run")
        .runs(
            call -> {
              Secret answer =
                  Invocation.during(
                          "Error listing versions",
                          () -> call.client().secret(ApiRequest.list("sys/version-history")))
                      .orElse(Secret.of(JsonObject.EMPTY));
              if (!call.out().table()) {
                call.out().secret(answer);
                return 0;
              }
              JsonObject info = Secret.object(answer.data(), "key_info").orElse(JsonObject.EMPTY);
              Table table = Table.titled("Version", "Installation Time", "Build Date");
              for (String version : answer.keys().orElse(List.of())) {
                JsonObject one = Secret.object(info, version).orElse(JsonObject.EMPTY);
                table.row(
                    version,
                    Secret.text(one, "timestamp_installed"),
                    Secret.text(one, "build_date"));
              }
              call.out().line(table.render());
              return 0;
            });
  }

  static Command pathHelp() {
    return Command.named("path-help", "Retrieve API help for paths")
        .arguments("PATH", 1, 1)
        .help("  $ %s path-help sys/mounts", "  $ %s path-help secret/")
        .runs(
            call -> {
              String path = Paths.sanitize(call.argument(0));
              ApiRequest request = ApiRequest.get(path).with("help", "1");
              JsonObject answer =
                  Invocation.during("Error retrieving help", () -> call.client().json(request));
              if (call.out().table()) {
                call.out().line(Secret.text(answer, "help").strip());
              } else {
                call.out().value(JsonText.sorted(answer));
              }
              return 0;
            });
  }

  /** {@code print}: what is set here. */
  record Print() implements CommandGroup {
    @Override
    public String path() {
      return "print";
    }

    @Override
    public String summary() {
      return "Prints runtime configurations";
    }

    @Override
    public List<String> names() {
      return List.of("token");
    }

    @Override
    public Optional<CommandNode> child(String name) {
      return name.equals("token") ? Optional.of(token()) : Optional.empty();
    }

    private static Command token() {
      return Command.named("print token", "Prints the token currently in use")
          .runs(
              call -> {
                String token =
                    call.environment()
                        .find("TOKEN")
                        .or(() -> new TokenFile(call.environment()).read())
                        .orElse("");
                if (call.out().table()) {
                  call.out().line(token);
                } else {
                  call.out()
                      .value(
                          token.isEmpty()
                              ? JsonNull.NULL
                              : new strongroom.logical.JsonString(token));
                }
                return 0;
              });
    }
  }
}
