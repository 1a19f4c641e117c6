package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything the program knows. */
record RootCommands(Program program) implements CommandGroup {
  private static final List<String> OWN =
      List.of(
          "read",
          "write",
          "patch",
          "delete",
          "list",
          "login",
          "status",
          "unwrap",
          "audit",
          "auth",
          "debug",
          "kv",
          "lease",
          "namespace",
          "operator",
          "path-help",
          "plugin",
          "policy",
          "print",
          "secrets",
          "token",
          "transit",
          "version",
          "version-history");

  @Override
  public String path() {
    return "";
  }

  @Override
  public String summary() {
    return "A secrets server and its command line";
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    program.extrasUnder("").forEach(extra -> names.add(extra.path()));
    names.addAll(OWN);
    return names;
  }

  @Override
  public Optional<CommandNode> child(String name) {
    for (CommandNode extra : program.extrasUnder("")) {
      if (extra.path().equals(name)) {
        return Optional.of(extra);
      }
    }
    return switch (name) {
      case "read" -> Optional.of(LogicalCommands.read());
      case "write" -> Optional.of(LogicalCommands.write());
      case "patch" -> Optional.of(LogicalCommands.patch());
      case "delete" -> Optional.of(LogicalCommands.delete());
      case "list" -> Optional.of(LogicalCommands.list());
      case "unwrap" -> Optional.of(LogicalCommands.unwrap());
      case "login" -> Optional.of(LoginCommand.command());
      case "status" -> Optional.of(StatusCommand.command());
      case "audit" -> Optional.of(new AuditCommands());
      case "auth" -> Optional.of(new AuthCommands());
      case "debug" -> Optional.of(DebugCommand.command());
      case "kv" -> Optional.of(new KvCommands());
      case "lease" -> Optional.of(new LeaseCommands());
      case "namespace" -> Optional.of(new NamespaceCommands());
      case "operator" -> Optional.of(new OperatorCommands(program));
      case "path-help" -> Optional.of(SmallCommands.pathHelp());
      case "plugin" -> Optional.of(new PluginCommands());
      case "policy" -> Optional.of(new PolicyCommands());
      case "print" -> Optional.of(new SmallCommands.Print());
      case "secrets" -> Optional.of(new SecretsCommands());
      case "token" -> Optional.of(new TokenCommands());
      case "transit" -> Optional.of(new TransitCommands());
      case "version" -> Optional.of(SmallCommands.version());
      case "version-history" -> Optional.of(SmallCommands.versionHistory());
      default -> Optional.empty();
    };
  }
}
