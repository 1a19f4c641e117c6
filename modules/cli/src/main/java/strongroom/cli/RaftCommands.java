package strongroom.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.snapshot.SnapshotFault;
import strongroom.snapshot.SnapshotFile;

/** {@code operator raft}: the nodes of the cluster and its snapshots. */
record RaftCommands() implements CommandGroup {
  @Override
  public String path() {
    return "operator raft";
  }

  @Override
  public String summary() {
    return "Interact with Raft storage";
  }

  @Override
  public List<String> names() {
    return List.of(
        "autopilot",
        "demote",
        "join",
        "list-peers",
        "promote",
        "remove-peer",
        "snapshot",
        "transfer-leadership");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "list-peers" -> Optional.of(listPeers());
      case "remove-peer" -> Optional.of(removePeer());
      case "promote" -> Optional.of(vote("promote", "Gives a node a vote"));
      case "demote" -> Optional.of(vote("demote", "Takes a node's vote"));
      case "transfer-leadership" -> Optional.of(transfer());
      case "join" -> Optional.of(join());
      case "snapshot" -> Optional.of(new Snapshot());
      case "autopilot" -> Optional.of(new RaftAutopilot());
      default -> Optional.empty();
    };
  }

  private static Command listPeers() {
    return Command.named("operator raft list-peers", "Returns the Raft peer set")
        .help("  $ %s operator raft list-peers")
        .runs(
            call -> {
              Secret answer =
                  Invocation.during(
                          "Error reading the raft cluster configuration",
                          () ->
                              call.client()
                                  .secret(ApiRequest.get("sys/storage/raft/configuration")))
                      .orElseThrow(() -> Failure.remote("No raft cluster configuration found"));
              if (!call.out().table()) {
                call.out().secret(answer);
                return 0;
              }
              JsonObject config = Secret.object(answer.data(), "config").orElse(JsonObject.EMPTY);
              Table table = Table.titled("Node", "Address", "State", "Voter");
              if (config.member("servers").orElse(JsonNull.NULL) instanceof JsonArray servers) {
                for (JsonValue item : servers.items()) {
                  if (item instanceof JsonObject server) {
                    table.row(
                        Secret.text(server, "node_id"),
                        Secret.text(server, "address"),
                        Secret.is(server, "leader") ? "leader" : "follower",
                        Boolean.toString(Secret.is(server, "voter")));
                  }
                }
              }
              call.out().line(table.render());
              return 0;
            });
  }

  private static Command removePeer() {
    return Command.named("operator raft remove-peer", "Removes a node from the Raft cluster")
        .arguments("NODE_ID", 1, 1)
        .help("  $ %s operator raft remove-peer node1")
        .flags(Flag.text("dr-token", "A disaster recovery operation token."))
        .runs(
            call -> {
              JsonObject.Builder body =
                  JsonObject.builder().put("server_id", call.argument(0).strip());
              call.flags()
                  .find("dr-token")
                  .ifPresent(token -> body.put("dr_operation_token", token));
              ApiRequest request = ApiRequest.post("sys/storage/raft/remove-peer", body.build());
              Invocation.during(
                  "Error removing the peer from raft cluster", () -> call.client().send(request));
              call.out().line("Peer removed successfully!");
              return 0;
            });
  }

  private static Command vote(String name, String summary) {
    return Command.named("operator raft " + name, summary)
        .arguments("NODE_ID", 1, 1)
        .help("  $ %s operator raft " + name + " node1")
        .runs(
            call -> {
              send(call, name, call.argument(0));
              call.out().line("Success! Node " + call.argument(0).strip() + ": " + name + "d");
              return 0;
            });
  }

  private static Command transfer() {
    return Command.named("operator raft transfer-leadership", "Has another node lead")
        .arguments("[NODE_ID]", 0, 1)
        .help(
            "Without NODE_ID, the one that was heard of last.",
            "  $ %s operator raft transfer-leadership node2")
        .runs(
            call -> {
              send(call, "transfer-leadership", call.arguments().isEmpty() ? "" : call.argument(0));
              call.out().line("Success! Another node leads");
              return 0;
            });
  }

  private static void send(Invocation call, String name, String node) {
    JsonObject body = JsonObject.builder().put("server_id", node.strip()).build();
    ApiRequest request = ApiRequest.post("sys/storage/raft/" + name, body);
    Invocation.during("Error changing the Raft cluster", () -> call.client().send(request));
  }

  private static Command join() {
    return Command.named("operator raft join", "Joins a node to the Raft cluster")
        .arguments("[LEADER_API_ADDR]", 0, 1)
        .help("  $ %s operator raft join http://127.0.0.2:8200")
        .flags(
            Flag.text("auto-join", "How the cloud tells the leader's address."),
            Flag.text("auto-join-scheme", "http or https."),
            Flag.number("auto-join-port", "The leader's port."),
            Flag.text("leader-ca-cert", "The CA of the leader's certificate, PEM or @file."),
            Flag.text("leader-client-cert", "The certificate to show it, PEM or @file."),
            Flag.text("leader-client-key", "That certificate's key, PEM or @file."),
            Flag.onOff("retry", "Go on trying."),
            Flag.onOff("non-voter", "Do not vote."))
        .runs(
            call -> {
              ApiRequest request = ApiRequest.post("sys/storage/raft/join", leader(call));
              JsonObject answer =
                  Invocation.during(
                      "Error joining the node to the Raft cluster",
                      () -> call.client().json(request));
              if (call.out().table()) {
                call.out()
                    .line(
                        Table.titled("Key", "Value")
                            .row("Joined", Boolean.toString(Secret.is(answer, "joined")))
                            .render());
              } else {
                call.out().value(answer);
              }
              return 0;
            });
  }

  /** Who leads, as the flags and the argument say. */
  private static JsonObject leader(Invocation call) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("retry", call.flags().on("retry"))
            .put("non_voter", call.flags().on("non-voter"));
    if (!call.arguments().isEmpty()) {
      body.put("leader_api_addr", call.argument(0).strip());
    }
    for (String name :
        List.of(
            "auto-join",
            "auto-join-scheme",
            "leader-ca-cert",
            "leader-client-cert",
            "leader-client-key")) {
      call.flags().find(name).ifPresent(value -> body.put(name.replace('-', '_'), fileOr(value)));
    }
    if (call.flags().isSet("auto-join-port")) {
      body.put("auto_join_port", call.flags().number("auto-join-port", 0));
    }
    return body.build();
  }

  private static String fileOr(String value) {
    return value.startsWith("@")
        ? new String(
            DataArguments.readFile(Path.of(value.substring(1))),
            java.nio.charset.StandardCharsets.UTF_8)
        : value;
  }

  /** {@code operator raft snapshot}: copies of all that is stored, as encrypted as it is. */
  record Snapshot() implements CommandGroup {
    @Override
    public String path() {
      return "operator raft snapshot";
    }

    @Override
    public String summary() {
      return "Restores and saves snapshots from the Raft cluster";
    }

    @Override
    public List<String> names() {
      return List.of("inspect", "restore", "save", "verify");
    }

    @Override
    public Optional<CommandNode> child(String name) {
      return switch (name) {
        case "save" -> Optional.of(save());
        case "restore" -> Optional.of(restore());
        case "inspect" -> Optional.of(SnapshotInspection.command());
        case "verify" -> Optional.of(Verification.snapshot());
        default -> Optional.empty();
      };
    }

    private static Command save() {
      return Command.named("operator raft snapshot save", "Saves a snapshot of the current state")
          .arguments("FILE", 1, 1)
          .help("FILE is there once it is whole.", "  $ %s operator raft snapshot save raft.snap")
          .runs(
              call -> {
                Path file = Path.of(call.argument(0).strip()).toAbsolutePath();
                Invocation.during("Error taking the snapshot", () -> download(call, file));
                return 0;
              });
    }

    private static ApiResponse download(Invocation call, Path file) {
      try {
        Path part =
            Files.createTempFile(
                file.getParent(),
                "." + file.getFileName(),
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
          ApiResponse answer;
          try (OutputStream out = Files.newOutputStream(part)) {
            answer = call.client().download(ApiRequest.get("sys/storage/raft/snapshot"), out);
          }
          requireWhole(part);
          Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
          return answer;
        } finally {
          Files.deleteIfExists(part);
        }
      } catch (IOException e) {
        throw Failure.usage("cannot write " + file + ": " + e.getClass().getSimpleName());
      }
    }

    private static void requireWhole(Path part) throws IOException {
      try (InputStream in = Files.newInputStream(part)) {
        var _ = SnapshotFile.read(in, (key, value) -> {});
      } catch (SnapshotFault e) {
        throw Failure.remote("the server answered with no whole snapshot: " + e.getMessage());
      }
    }

    private static Command restore() {
      return Command.named("operator raft snapshot restore", "Installs the provided snapshot")
          .arguments("FILE", 1, 1)
          .help("  $ %s operator raft snapshot restore raft.snap")
          .flags(Flag.onOff("force", "Even if the snapshot is of another cluster."))
          .runs(
              call -> {
                Path file = Path.of(call.argument(0).strip());
                if (!Files.isReadable(file)) {
                  throw Failure.usage("cannot read " + file);
                }
                String path =
                    call.flags().on("force")
                        ? "sys/storage/raft/snapshot-force"
                        : "sys/storage/raft/snapshot";
                Invocation.during(
                    "Error installing the snapshot",
                    () -> call.client().send(ApiRequest.upload(path, file)));
                return 0;
              });
    }
  }
}
