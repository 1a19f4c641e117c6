package strongroom.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import strongroom.cli.Cli;
import strongroom.cli.CommandNode;
import strongroom.cli.ForwardedCommand;
import strongroom.cli.OperatorHsm;
import strongroom.cli.ProductVersion;
import strongroom.cli.Program;
import strongroom.cli.Streams;
import strongroom.hsm.HostLogs;

/** Where the process starts: server and command line in one. */
public final class Main {
  private Main() {}

  /** Runs the command that {@code arguments} name and ends with its exit code. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    if (arguments.length == 0 || !arguments[0].equals("server")) {
      // The result of a command is on standard output, and nothing else is.
      System.setProperty("slf4j.provider", HostLogs.class.getName());
      System.setProperty("slf4j.internal.verbosity", "WARN");
      System.setProperty(HostLogs.QUIET, "true");
    }
    List<CommandNode> extras = new ArrayList<>();
    extras.add(
        new ForwardedCommand(
            "server",
            "Start a server",
            (words, streams) -> new ServerCommand(environment, streams).run(words)));
    extras.add(
        new ForwardedCommand(
            "operator diagnose",
            "Says whether a configuration is good, as server -check does",
            (words, streams) -> new ServerCommand(environment, streams).check(words)));
    extras.add(new OperatorHsm());
    Program program =
        Program.called(
            System.getProperty(Program.ARGV0, "strongroom"),
            ProductVersion.ofBuild(),
            extras,
            new OfflineSeals(environment));
    int code = Cli.run(List.of(arguments), Streams.ofProcess(), environment, program);
    System.exit(code);
  }
}
