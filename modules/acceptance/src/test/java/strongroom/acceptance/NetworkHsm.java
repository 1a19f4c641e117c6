package strongroom.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** SoftHSM behind {@code p11-kit server}, as an HSM on the network that several nodes share. */
final class NetworkHsm implements AutoCloseable {
  private static final List<String> CLIENTS =
      List.of(
          "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so",
          "/usr/lib/aarch64-linux-gnu/pkcs11/p11-kit-client.so",
          "/usr/lib64/pkcs11/p11-kit-client.so");

  private final SoftHsm soft;
  private final Path socket;
  private Process server;

  private NetworkHsm(SoftHsm soft, Path socket) {
    this.soft = soft;
    this.socket = socket;
  }

  static NetworkHsm provision(Path folder, String label) throws IOException {
    NetworkHsm hsm = new NetworkHsm(SoftHsm.provision(folder, label), folder.resolve("hsm.sock"));
    hsm.start();
    return hsm;
  }

  /** Starts to answer, at first or again. */
  void start() throws IOException {
    Files.deleteIfExists(socket);
    ProcessBuilder builder =
        new ProcessBuilder(
                "p11-kit",
                "server",
                "--foreground",
                "--name",
                socket.toString(),
                "--provider",
                soft.library().toString(),
                "pkcs11:")
            .redirectErrorStream(true)
            .redirectOutput(soft.folder().resolve("p11-kit.log").toFile());
    builder.environment().putAll(soft.environment());
    server = builder.start();
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!Files.exists(socket)) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("p11-kit server does not listen at " + socket);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  String library() {
    return CLIENTS.stream()
        .filter(file -> Files.exists(Path.of(file)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("apt-get install p11-kit-modules"));
  }

  SoftHsm token() {
    return soft;
  }

  Map<String, String> environment() {
    return Map.of("P11_KIT_SERVER_ADDRESS", "unix:path=" + socket);
  }

  /** Is gone for all nodes at once, with every connection to it. */
  @Override
  public void close() {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }
}
