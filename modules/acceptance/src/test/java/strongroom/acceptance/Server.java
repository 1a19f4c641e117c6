package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The real server in a process of its own, in a folder of its own. */
final class Server implements AutoCloseable {
  private static final int PORT_MIN = 12_000;
  private static final int PORT_MAX = 32_000;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX - 4_000));

  private final Path folder;
  private final Path configuration;
  private final int port;
  private final Map<String, String> environment = new HashMap<>();
  private Process process;

  private Server(Path folder, int port) {
    this.folder = folder;
    this.port = port;
    configuration = folder.resolve("vault_config.hcl");
  }

  /** A server whose file is {@code text} with {@code DATA} and {@code ADDRESS} filled in. */
  static Server with(Path folder, String text, Map<String, String> environment) throws IOException {
    Server server = new Server(folder, freePort());
    server.environment.putAll(environment);
    server.configure(text);
    return server;
  }

  /** The file of the integration plan, its paths and addresses adapted. */
  static Server seed(Path folder, SoftHsm hsm, String more) throws IOException {
    Map<String, String> environment = new HashMap<>(hsm.environment());
    environment.put("VAULT_HSM_PIN", hsm.pin());
    return with(
        folder,
        """
        storage "raft" {
          path    = "DATA"
          node_id = "node1"
        }
        listener "tcp" {
          address     = "ADDRESS"
          tls_disable = "true"
        }
        seal "pkcs11" {
          lib            = "%s"
          slot           = "0"
          pin            = "SECRET_HSM_PIN"          # or VAULT_HSM_PIN in the environment, which wins
          key_label      = "vault-hsm-master-key"
          # hmac_key_label = "vault-hsm-hmac-key"
          %s
        }
        # api_addr = "http://HOST:8200"
        # cluster_addr = "http://HOST:8201"
        """
            .formatted(hsm.library(), more),
        environment);
  }

  void configure(String text) throws IOException {
    Files.createDirectories(data());
    Files.writeString(
        configuration,
        text.replace("DATA", data().toString()).replace("ADDRESS", "127.0.0.1:" + port));
  }

  Map<String, String> environment() {
    return environment;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path configuration() {
    return configuration;
  }

  /** Has its metrics answered without a token, sealed or not, from the next start on. */
  void openMetrics() throws IOException {
    Files.writeString(
        configuration,
        Files.readString(configuration)
            .replace(
                "tls_disable = \"true\"",
                "tls_disable = \"true\"\ntelemetry {\n unauthenticated_metrics_access = true\n}"));
  }

  Path logFile() {
    return folder.resolve("server.log");
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Api api() {
    return Api.at(address());
  }

  long pid() {
    return process.pid();
  }

  /** Starts the process and waits until it answers sys/health, whatever it answers. */
  Server start(String... flags) throws IOException {
    List<String> command = new ArrayList<>(List.of(Command.STRONGROOM, "server"));
    command.add("-config=" + configuration);
    command.addAll(List.of(flags));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    builder.environment().putAll(environment);
    process = builder.start();
    await("answers sys/health", Duration.ofSeconds(60), () -> health() > 0);
    return this;
  }

  /** Starts where the server may also refuse to run. */
  void startAndAwaitEndOrHealth() throws IOException {
    try {
      start();
    } catch (AssertionError e) {
      if (process.isAlive()) {
        throw e;
      }
    }
  }

  /** Whether, if it runs at all, it does not call a damaged installation a new one. */
  boolean neverSaidNotInitialized() {
    if (!process.isAlive()) {
      return true;
    }
    int init = api().put("sys/init", "{'recovery_shares':1,'recovery_threshold':1}").status();
    return health() != 501 && init != 200;
  }

  /** The status of sys/health, or -1 where nothing answers. */
  int health() {
    if (!process.isAlive()) {
      throw new AssertionError("the server ended with " + process.exitValue() + "\n" + log());
    }
    try {
      return api().get("sys/health").status();
    } catch (Api.Unreachable e) {
      return -1;
    }
  }

  Server awaitHealth(int status) {
    await("health is " + status, Duration.ofSeconds(60), () -> health() == status);
    return this;
  }

  void await(String what, Duration bound, BooleanSupplier test) {
    Instant end = Instant.now().plus(bound);
    while (!test.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(what + ": not within " + bound + "\n" + log());
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** Initializes against the HSM and answers the root token. */
  String initialize() {
    Api.Answer answer =
        api().put("sys/init", "{'recovery_shares':3,'recovery_threshold':2}").expect(200);
    awaitHealth(200);
    return answer.string("root_token");
  }

  void signal(String name) {
    Command.run(Map.of(), "kill", "-" + name, Long.toString(process.pid())).expectSuccess();
  }

  /** As a loss of power to the process: no handler runs. */
  void kill() {
    signal("KILL");
    awaitEnd();
  }

  /** Asks the process to end and answers its exit code. */
  int terminate() {
    signal("TERM");
    return awaitEnd();
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the server did not end\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  boolean isRunning() {
    return process != null && process.isAlive();
  }

  Process process() {
    return process;
  }

  String log() {
    try {
      return Files.readString(logFile(), UTF_8);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    end();
  }

  /** Ends the process if it runs. */
  void end() {
    if (process != null && process.isAlive()) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  /**
   * A port that nobody listens at, below those that the kernel gives to outgoing connections: one
   * of these may not have it while a server that is to be started there again is down.
   */
  static int freePort() throws IOException {
    while (true) {
      int port = NEXT_PORT.getAndIncrement();
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        if (port > PORT_MAX) {
          throw e;
        }
      }
    }
  }
}
