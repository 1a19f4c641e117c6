package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** {@code operator raft autopilot}: who is healthy, and what happens to those who are not. */
record RaftAutopilot() implements CommandGroup {
  private static final String CONFIGURATION = "sys/storage/raft/autopilot/configuration";

  /** Each setting's flag, as the server calls it with other dashes. */
  private static final List<Flag> SETTINGS =
      List.of(
          Flag.onOff("cleanup-dead-servers", "Remove nodes that are dead."),
          Flag.duration("last-contact-threshold", "How long a healthy node may be silent."),
          Flag.duration("dead-server-last-contact-threshold", "After how long it is dead."),
          Flag.number("max-trailing-logs", "How many entries a healthy node may be behind."),
          Flag.number("min-quorum", "How many nodes are never removed."),
          Flag.duration("server-stabilization-time", "How long a node must be healthy to vote."),
          Flag.onOff("disable-upgrade-migration", "Do not move to nodes of a newer version."));

  @Override
  public String path() {
    return "operator raft autopilot";
  }

  @Override
  public String summary() {
    return "Autopilot operations on Raft clusters";
  }

  @Override
  public List<String> names() {
    return List.of("get-config", "set-config", "state");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "state" -> Optional.of(state());
      case "get-config" -> Optional.of(getConfig());
      case "set-config" -> Optional.of(setConfig());
      default -> Optional.empty();
    };
  }

  private static Secret read(Invocation call, String path) {
    return Invocation.during(
            "Error reading " + path, () -> call.client().secret(ApiRequest.get(path)))
        .orElseThrow(() -> Failure.remote("No value found at " + path));
  }

  private static Command getConfig() {
    return Command.named(
            "operator raft autopilot get-config", "Returns the configuration of autopilot")
        .runs(
            call -> {
              Secret answer = read(call, CONFIGURATION);
              if (!call.out().table()) {
                call.out().value(JsonText.sorted(answer.data()));
                return 0;
              }
              Table table = Table.titled("Key", "Value");
              for (Flag setting : SETTINGS) {
                answer
                    .data()
                    .member(setting.name().replace('-', '_'))
                    .ifPresent(value -> table.row(title(setting.name()), GoText.value(value)));
              }
              call.out().line(table.render());
              return 0;
            });
  }

  private static String title(String flag) {
    List<String> words = new ArrayList<>();
    for (String word : flag.split("-", -1)) {
      words.add(Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return String.join(" ", words);
  }

  private static Command setConfig() {
    return Command.named(
            "operator raft autopilot set-config", "Modify the configuration of autopilot")
        .help("  $ %s operator raft autopilot set-config -cleanup-dead-servers=true")
        .flags(SETTINGS)
        .runs(
            call -> {
              JsonObject.Builder body = JsonObject.builder();
              for (Flag setting : SETTINGS) {
                if (call.flags().isSet(setting.name())) {
                  put(body, setting, call.flags());
                }
              }
              ApiRequest request = ApiRequest.post(CONFIGURATION, body.build());
              Invocation.during(
                  "Error writing " + CONFIGURATION, () -> call.client().send(request));
              call.out().line("Success! Updated autopilot configuration");
              return 0;
            });
  }

  private static void put(JsonObject.Builder body, Flag setting, Flags flags) {
    String name = setting.name().replace('-', '_');
    switch (setting.kind()) {
      case SWITCH -> body.put(name, flags.on(setting.name()));
      case NUMBER -> body.put(name, flags.number(setting.name(), 0));
      case TEXT, DURATION, LIST, MAP -> body.put(name, flags.text(setting.name()));
    }
  }

  private static Command state() {
    return Command.named("operator raft autopilot state", "Displays the state of the raft cluster")
        .flags(Flag.text("dr-token", "A disaster recovery operation token."))
        .runs(
            call -> {
              JsonObject data = read(call, "sys/storage/raft/autopilot/state").data();
              if (!call.out().table()) {
                call.out().value(JsonText.sorted(data));
                return 0;
              }
              print(call.out(), data);
              return 0;
            });
  }

  private static void print(Output out, JsonObject state) {
    row(out, "", 33, "Healthy", Boolean.toString(Secret.is(state, "healthy")));
    row(out, "", 33, "Failure Tolerance", Secret.text(state, "failure_tolerance"));
    row(out, "", 33, "Leader", Secret.text(state, "leader"));
    out.line("Voters:");
    Secret.strings(state, "voters").forEach(voter -> out.line("   " + voter));
    List<String> others = Secret.strings(state, "non_voters");
    if (!others.isEmpty()) {
      out.line("Non Voters:");
      others.forEach(other -> out.line("   " + other));
    }
    out.line("Servers:");
    JsonObject servers = Secret.object(state, "servers").orElse(JsonObject.EMPTY);
    for (Map.Entry<String, JsonValue> entry : new TreeMap<>(servers.members()).entrySet()) {
      if (entry.getValue() instanceof JsonObject server) {
        out.line("   " + entry.getKey());
        row(out, "      ", 19, "Name", Secret.text(server, "name"));
        row(out, "      ", 19, "Address", Secret.text(server, "address"));
        row(out, "      ", 19, "Status", Secret.text(server, "status"));
        row(out, "      ", 19, "Node Status", Secret.text(server, "node_status"));
        row(out, "      ", 19, "Healthy", Boolean.toString(Secret.is(server, "healthy")));
        row(out, "      ", 19, "Last Contact", Secret.text(server, "last_contact"));
        row(out, "      ", 19, "Last Term", Secret.text(server, "last_term"));
        row(out, "      ", 19, "Last Index", Secret.text(server, "last_index"));
        row(out, "      ", 19, "Version", Secret.text(server, "version"));
        row(out, "      ", 19, "Node Type", Secret.text(server, "node_type"));
      }
    }
  }

  private static void row(Output out, String indent, int width, String name, String value) {
    String label = name + ":";
    out.line(indent + label + " ".repeat(width - label.length()) + value);
  }
}
