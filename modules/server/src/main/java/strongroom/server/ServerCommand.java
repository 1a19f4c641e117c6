package strongroom.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import strongroom.cli.Streams;
import strongroom.config.Configuration;
import strongroom.config.ConfigurationFault;
import strongroom.config.ServerSettings;
import strongroom.http.HttpFault;
import strongroom.seal.SealFault;
import strongroom.storage.StorageFault;

/** {@code strongroom server}: reads its flags and files, and runs until it is told to end. */
final class ServerCommand {
  private static final int USAGE = 1;

  private final Map<String, String> environment;
  private final Streams streams;

  ServerCommand(Map<String, String> environment, Streams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  /** Runs with {@code -check} beside {@code words}. */
  int check(List<String> words) {
    List<String> all = new ArrayList<>(words);
    all.add("-check");
    return run(all);
  }

  int run(List<String> words) {
    if (words.contains("-help") || words.contains("--help") || words.contains("-h")) {
      streams.out().println(ServerOptions.USAGE);
      return 0;
    }
    try {
      ServerOptions options = ServerOptions.parse(words, environment);
      if (options.files().isEmpty() && !options.dev()) {
        streams.err().println("server needs -config=FILE, or -dev to try things out");
        return USAGE;
      }
      if (options.recovery() && options.dev()) {
        streams
            .err()
            .println("-recovery mends a server's storage, and -dev has none: use -config=FILE");
        return USAGE;
      }
      return run(options);
    } catch (ServerOptions.Unknown e) {
      streams.err().println(e.getMessage());
      return USAGE;
    } catch (ConfigurationFault e) {
      streams.err().println("The configuration cannot be used:");
      String.valueOf(e.getMessage()).lines().forEach(line -> streams.err().println("  " + line));
      return USAGE;
    } catch (ServerFault | HttpFault | StorageFault | SealFault e) {
      streams.err().println("The server cannot start: " + e.getMessage());
      return USAGE;
    }
  }

  private int run(ServerOptions options) {
    try (DevMode dev = DevMode.of(options);
        Configuration configuration =
            options.dev()
                ? dev.configuration(environment)
                : Configuration.load(options.files(), environment, options.flags())) {
      ServerSettings settings = configuration.settings();
      if (options.check()) {
        return new Check(configuration, streams.out()).run() ? 0 : 1;
      }
      Logs.start(settings.log());
      try (RunningServer server = new RunningServer(settings, options.recovery())) {
        server.start();
        Banner.print(streams.out(), configuration, server.addresses());
        if (options.dev()) {
          dev.initialize(server, streams.out(), environment);
        }
        streams.out().flush();
        return server.awaitEnd(options, environment);
      }
    }
  }
}
