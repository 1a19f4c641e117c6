package strongroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;

/** {@code policy}: the rules that say who may do what. */
record PolicyCommands() implements CommandGroup {
  @Override
  public String path() {
    return "policy";
  }

  @Override
  public String summary() {
    return "Interact with policies";
  }

  @Override
  public List<String> names() {
    return List.of("delete", "fmt", "list", "read", "write");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "list" -> Optional.of(list());
      case "read" -> Optional.of(read());
      case "write" -> Optional.of(write());
      case "delete" -> Optional.of(delete());
      case "fmt" -> Optional.of(format());
      default -> Optional.empty();
    };
  }

  private static Command list() {
    return Command.named("policy list", "Lists the installed policies")
        .help("  $ %s policy list")
        .runs(
            call -> {
              Secret answer =
                  Invocation.during(
                          "Error listing policies",
                          () -> call.client().secret(ApiRequest.list("sys/policies/acl")))
                      .orElse(Secret.of(JsonObject.EMPTY));
              List<String> names = answer.keys().orElse(List.of());
              call.out().value(JsonArray.ofStrings(names));
              return 0;
            });
  }

  private static String name(Invocation call) {
    return Paths.sanitize(call.argument(0)).toLowerCase(Locale.ROOT);
  }

  private static Command read() {
    return Command.named("policy read", "Prints the contents of a policy")
        .arguments("NAME", 1, 1)
        .help("  $ %s policy read my-policy")
        .runs(
            call -> {
              String name = name(call);
              Secret answer =
                  Invocation.during(
                          "Error reading policy named " + name,
                          () -> call.client().secret(ApiRequest.get("sys/policies/acl/" + name)))
                      .orElseThrow(() -> Failure.remote("No policy named: " + name));
              String text = Secret.text(answer.data(), "policy");
              if (call.out().table()) {
                call.out().line(text.strip());
              } else {
                call.out().value(JsonObject.builder().put("policy", text).build());
              }
              return 0;
            });
  }

  private static Command write() {
    return Command.named("policy write", "Uploads a named policy from a file")
        .arguments("NAME FILE", 2, 2)
        .help(
            "FILE is HCL or JSON; - is standard input.",
            "  $ %s policy write my-policy ./my-policy.hcl")
        .runs(
            call -> {
              String name = name(call);
              String file = call.argument(1).strip();
              String text =
                  file.equals("-")
                      ? call.readInput()
                      : new String(DataArguments.readFile(Path.of(file)), StandardCharsets.UTF_8);
              ApiRequest request =
                  ApiRequest.put(
                      "sys/policies/acl/" + name, JsonObject.builder().put("policy", text).build());
              Invocation.during("Error uploading policy", () -> call.client().send(request));
              call.out().line("Success! Uploaded policy: " + name);
              return 0;
            });
  }

  private static Command delete() {
    return Command.named("policy delete", "Deletes a policy by name")
        .arguments("NAME", 1, 1)
        .help("Tokens keep the name but no longer the rules.", "  $ %s policy delete my-policy")
        .runs(
            call -> {
              String name = name(call);
              ApiRequest request = ApiRequest.delete("sys/policies/acl/" + name);
              Invocation.during("Error deleting " + name, () -> call.client().send(request));
              call.out().line("Success! Deleted policy: " + name);
              return 0;
            });
  }

  private static Command format() {
    return Command.named("policy fmt", "Formats a policy on disk")
        .arguments("FILE", 1, 1)
        .help("Writes the file anew in the usual layout.", "  $ %s policy fmt my-policy.hcl")
        .runs(
            call -> {
              Path file = Path.of(call.argument(0).strip());
              String text = new String(DataArguments.readFile(file), StandardCharsets.UTF_8);
              try {
                Files.writeString(file, HclLayout.format(text));
              } catch (IOException e) {
                throw Failure.usage("cannot write " + file);
              }
              call.out().line("Success! Formatted policy: " + file);
              return 0;
            });
  }
}
