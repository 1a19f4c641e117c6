package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** {@code operator}: what those who run the server do. */
record OperatorCommands(Program program) implements CommandGroup {
  private static final List<String> OWN =
      List.of(
          "audit",
          "ceremony",
          "generate-root",
          "init",
          "key-status",
          "members",
          "migrate",
          "raft",
          "recovery",
          "rekey",
          "rotate",
          "rotate-keys",
          "seal",
          "step-down",
          "unseal",
          "usage",
          "verify");

  @Override
  public String path() {
    return "operator";
  }

  @Override
  public String summary() {
    return "Perform operator-specific tasks";
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>(OWN);
    for (CommandNode extra : program.extrasUnder("operator")) {
      names.add(extra.path().substring("operator ".length()));
    }
    names.sort(null);
    return names;
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "ceremony" -> Optional.of(new OperatorCeremony());
      case "init" -> Optional.of(OperatorInit.command());
      case "unseal" -> Optional.of(OperatorUnseal.command());
      case "generate-root" -> Optional.of(OperatorGenerateRoot.command());
      case "migrate" -> Optional.of(OperatorMigrate.command());
      case "rekey" -> Optional.of(OperatorRekey.rekey());
      case "rotate-keys" -> Optional.of(OperatorRekey.rotateKeys());
      case "recovery" -> Optional.of(new OperatorRecovery());
      case "audit" -> Optional.of(new OperatorAudit());
      case "raft" -> Optional.of(new RaftCommands());
      case "seal" -> Optional.of(new OperatorSeal());
      case "step-down" -> Optional.of(stepDown());
      case "rotate" -> Optional.of(rotate());
      case "key-status" -> Optional.of(keyStatus());
      case "members" -> Optional.of(members());
      case "usage" -> Optional.of(usage());
      case "verify" -> Optional.of(Verification.folder());
      default ->
          program.extrasUnder("operator").stream()
              .filter(extra -> extra.path().equals("operator " + name))
              .findFirst();
    };
  }

  private static Command stepDown() {
    return Command.named("operator step-down", "Forces the active node to step down")
        .help("Another node becomes active, if there is one.", "  $ %s operator step-down")
        .runs(
            call -> {
              ApiRequest request = ApiRequest.put("sys/step-down", JsonObject.EMPTY);
              Invocation.during("Error stepping down", () -> call.client().send(request));
              call.out().line("Success! Stepped down: " + call.client().address());
              return 0;
            });
  }

  private static Command rotate() {
    return Command.named("operator rotate", "Rotates the underlying encryption key")
        .help(
            "From now on values are encrypted by a new key; old ones stay readable.",
            "  $ %s operator rotate")
        .runs(
            call -> {
              ApiRequest request = ApiRequest.put("sys/rotate", JsonObject.EMPTY);
              Invocation.during("Error rotating key", () -> call.client().send(request));
              call.out().note("Success! Rotated key\n");
              return printKeyStatus(call);
            });
  }

  private static Command keyStatus() {
    return Command.named("operator key-status", "Provides information about the active key")
        .help("  $ %s operator key-status")
        .runs(OperatorCommands::printKeyStatus);
  }

  private static int printKeyStatus(Invocation call) {
    JsonObject answer =
        Invocation.during(
            "Error reading key status", () -> call.client().json(ApiRequest.get("sys/key-status")));
    JsonObject status = Secret.object(answer, "data").orElse(answer);
    if (!call.out().table()) {
      call.out().value(status);
      return 0;
    }
    call.out()
        .line(
            Table.plain()
                .row("Key Term", Secret.text(status, "term"))
                .row("Install Time", GoText.rfc822(Secret.text(status, "install_time")))
                .row("Encryption Count", Secret.text(status, "encryptions"))
                .render());
    return 0;
  }

  private static Command members() {
    return Command.named("operator members", "Returns the list of nodes in the cluster")
        .help("  $ %s operator members")
        .runs(
            call -> {
              JsonObject answer =
                  Invocation.during(
                      "Error reading the cluster's members",
                      () -> call.client().json(ApiRequest.get("sys/ha-status")));
              JsonObject status = Secret.object(answer, "data").orElse(answer);
              if (!call.out().table()) {
                call.out().value(JsonObject.builder().put("nodes", nodes(status)).build());
                return 0;
              }
              Table table =
                  Table.titled(
                      "Host Name",
                      "API Address",
                      "Cluster Address",
                      "Active Node",
                      "Version",
                      "Upgrade Version",
                      "Redundancy Zone",
                      "Last Echo");
              for (JsonValue item : nodes(status).items()) {
                if (item instanceof JsonObject node) {
                  table.row(
                      Secret.text(node, "hostname"),
                      Secret.text(node, "api_address"),
                      Secret.text(node, "cluster_address"),
                      Boolean.toString(Secret.is(node, "active_node")),
                      Secret.text(node, "version"),
                      Secret.text(node, "upgrade_version"),
                      Secret.text(node, "redundancy_zone"),
                      Secret.text(node, "last_echo"));
                }
              }
              call.out().line(table.render());
              return 0;
            });
  }

  private static JsonArray nodes(JsonObject status) {
    JsonValue nodes = status.member("nodes").or(() -> status.member("Nodes")).orElse(JsonNull.NULL);
    return nodes instanceof JsonArray array ? array : new JsonArray(List.of());
  }

  private static Command usage() {
    return Command.named("operator usage", "Lists historical client counts")
        .help("  $ %s operator usage -start-time=2026-01-01T00:00:00Z")
        .flags(
            Flag.text("start-time", "From when, RFC 3339."),
            Flag.text("end-time", "Until when, RFC 3339."))
        .runs(
            call -> {
              ApiRequest request =
                  ApiRequest.get("sys/internal/counters/activity")
                      .with("start_time", call.flags().find("start-time"))
                      .with("end_time", call.flags().find("end-time"));
              Secret answer =
                  Invocation.during(
                          "Error retrieving client counts", () -> call.client().secret(request))
                      .orElseThrow(() -> Failure.remote("No data is available for this period."));
              if (!call.out().table()) {
                call.out().secret(answer);
                return 0;
              }
              JsonObject total = Secret.object(answer.data(), "total").orElse(JsonObject.EMPTY);
              call.out().line("Period start: " + Secret.text(answer.data(), "start_time"));
              call.out().line("Period end: " + Secret.text(answer.data(), "end_time") + "\n");
              call.out().value(total);
              return 0;
            });
  }
}
