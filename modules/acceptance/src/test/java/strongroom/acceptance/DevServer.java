package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code server -dev} in a process of its own; its root token is {@code root}. */
record DevServer(Process process, Path logFile, int port) implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(60);

  static DevServer start(Path folder, Map<String, String> environment, String... flags)
      throws Exception {
    int port = Server.freePort();
    List<String> command = new ArrayList<>(List.of(Command.STRONGROOM, "server"));
    command.addAll(List.of(flags));
    command.add("-dev-root-token-id=root");
    command.add("-dev-listen-address=127.0.0.1:" + port);
    Path log = folder.resolve("dev-server.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    DevServer server = new DevServer(builder.start(), log, port);
    Instant end = Instant.now().plus(READY_MAX);
    while (!server.log().contains("Root Token: root")) {
      if (!server.process.isAlive() || Instant.now().isAfter(end)) {
        server.close();
        throw new AssertionError("the server is not ready\n" + server.log());
      }
      Thread.sleep(10);
    }
    return server;
  }

  String log() throws IOException {
    return Files.readString(logFile, UTF_8);
  }

  /** What the server says to export as {@code name}. */
  String exported(String name) throws IOException {
    String start = "export " + name + "='";
    return log()
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length(), line.length() - 1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing exports " + name));
  }

  /** Ends it as SIGTERM does, so that it takes its folder with it. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
