package strongroom.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three nodes of bare Ratis, each in a process and a place of its own. */
final class BareCluster implements AutoCloseable {
  private static final int TRIES_MAX = 300;

  private final List<Node> nodes = new ArrayList<>();

  private record Node(Process process, Path log, BufferedReader in, Writer out) {
    String ask(String line) throws IOException {
      out.write(line + "\n");
      out.flush();
      String answer = in.readLine();
      if (answer == null) {
        throw new IllegalStateException("a node of bare Ratis has ended: " + Files.readString(log));
      }
      return answer;
    }
  }

  /** Starts one in each of {@code places}. */
  BareCluster(List<Place> places, Path folder) throws IOException {
    List<String> addresses = places.stream().map(place -> place.address().toString()).toList();
    for (int i = 0; i < places.size(); i++) {
      List<String> command = new ArrayList<>(places.get(i).prefix());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-XX:+UseSerialGC",
              "-Xmx512m",
              "--sun-misc-unsafe-memory-access=allow",
              "-Dlogback.configurationFile=bench-logback.xml",
              "-cp",
              System.getProperty("java.class.path"),
              BareNode.class.getName(),
              folder.resolve("bare" + i).toString(),
              Integer.toString(i)));
      command.addAll(addresses.stream().map(address -> address.replaceFirst(".*/", "")).toList());
      Process process =
          new ProcessBuilder(command)
              .redirectError(folder.resolve("bare" + i + ".log").toFile())
              .start();
      nodes.add(
          new Node(
              process,
              folder.resolve("bare" + i + ".log"),
              process.inputReader(StandardCharsets.UTF_8),
              process.outputWriter(StandardCharsets.UTF_8)));
    }
  }

  /** Entries a second, of {@code bytes} each, from {@code submitters} at the node that leads. */
  double perSecond(int submitters, int total, int bytes) throws IOException {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      for (Node node : nodes) {
        String answer = node.ask(submitters + " " + total + " " + bytes);
        if (!answer.equals(BareNode.FOLLOWS)) {
          return Double.parseDouble(answer);
        }
      }
      Pause.millis(100);
    }
    throw new IllegalStateException("no node of bare Ratis leads");
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.process().destroyForcibly());
  }
}
