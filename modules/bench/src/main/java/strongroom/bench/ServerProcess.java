package strongroom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, and what the system says of it. */
final class ServerProcess implements AutoCloseable {
  private static final double TICKS_A_SECOND = 100;
  private static final long START_SECONDS_MAX = 120;

  private final Process process;
  private final InetSocketAddress address;
  private final Path log;

  private ServerProcess(Process process, InetSocketAddress address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  static ServerProcess start(
      List<String> command, Map<String, String> environment, InetSocketAddress address, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      return new ServerProcess(builder.start(), address, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  InetSocketAddress address() {
    return address;
  }

  /** Ends it as kill -9 does. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits until {@code path} is answered with one of {@code statuses}. */
  ServerProcess await(String path, List<Integer> statuses) {
    byte[] request = Connection.request("GET", path, "", "");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (System.nanoTime() - end < 0) {
      if (!process.isAlive()) {
        throw new IllegalStateException("the server ended; see " + log);
      }
      try (Connection connection = new Connection(address)) {
        if (statuses.contains(connection.send(request).status())) {
          return this;
        }
      } catch (UncheckedIOException e) {
        // Not there yet.
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("the server does not answer as expected; see " + log);
  }

  /** CPU time used so far, all threads, user and system (proc(5), stat, fields 14 and 15). */
  double cpuSeconds() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
  }

  /** Resident memory in MiB. */
  long residentMebibytes() {
    return read("status")
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .sum()
        / 1024;
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one request on a connection of its own. */
  Connection.Answer call(String method, String path, String token, String body) {
    try (Connection connection = new Connection(address)) {
      return connection.send(Connection.request(method, path, token, body));
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
