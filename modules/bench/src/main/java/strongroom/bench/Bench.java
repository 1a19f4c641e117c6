package strongroom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures a server on Raft and an HSM, prints what came out beside what it is to be, and adds it
 * to the history. Load and server share the machine, so shares and CPU times say more than rates.
 */
final class Bench {
  private static final int KEYS = 100_000;
  private static final String VALUE = "x".repeat(1024);

  /** So many keys fit into the store's cache. */
  private static final int KEYS_IN_CACHE = 50_000;

  private static final int CONNECTIONS = 64;
  private static final int TURNS = 5;
  private static final long WARM_UP = 240_000;
  private static final long WARM_UP_KEYS = 10_000;

  private final Path root;
  private final Path folder;
  private final FigureSheet figures;
  private long written;

  private Bench(Path root, Path folder) {
    this.root = root;
    this.folder = folder;
    this.figures = new FigureSheet(root);
  }

  /** {@code arguments}: the checkout, an empty folder, SoftHSM's library, its slot and its PIN. */
  public static void main(String[] arguments) throws IOException {
    Bench bench = new Bench(Path.of(arguments[0]), Path.of(arguments[1]));
    bench.run(arguments[2], arguments[3], arguments[4]);
  }

  private void run(String library, String label, String pin) throws IOException {
    double hello = hello();
    FigureSheet.say("bare hello: %.1f us of CPU a request".formatted(hello));

    Path config = configuration(library, label);
    Map<String, String> environment = Map.of("VAULT_HSM_PIN", pin);
    String token;
    try (ServerProcess server = strongroom(config, environment)) {
      server.await("sys/health", List.of(501));
      Connection.Answer init =
          server
              .call("PUT", "sys/init", "", "{\"recovery_shares\":1,\"recovery_threshold\":1}")
              .expect(200);
      token = member(init.text(), "root_token");
      server.await("sys/health", List.of(200));
      figures.add("RSS at start", (double) server.residentMebibytes(), "MiB", "", "OpenBao 97");
      server
          .call(
              "POST",
              "sys/mounts/secret",
              token,
              "{\"type\":\"kv\",\"options\":{\"version\":\"2\"}}")
          .expect(204);
      measure(server, token, hello);
    }
    restart(config, environment);
    figures.print();
    figures.keep();
  }

  private double hello() {
    int port = ServerProcess.freePort();
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Dlogback.configurationFile=bench-logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            Hello.class.getName(),
            Integer.toString(port));
    try (ServerProcess server =
        ServerProcess.start(
            command, Map.of(), ServerProcess.loopback(port), folder.resolve("hello.log"))) {
      server.await("hello", List.of(200));
      byte[] request = Connection.request("GET", "hello", "", "");
      Load.run(server, CONNECTIONS, 150_000, 200, number -> request);
      return Load.run(server, CONNECTIONS, 150_000, 200, number -> request).cpuMicrosPerRequest();
    }
  }

  private Path configuration(String library, String label) throws IOException {
    return Files.writeString(
        folder.resolve("config.hcl"),
        """
        storage "raft" {
          path    = "%s"
          node_id = "bench"
        }
        listener "tcp" {
          address     = "127.0.0.1:%d"
          tls_disable = "true"
        }
        seal "pkcs11" {
          lib          = "%s"
          token_label  = "%s"
          pin          = "in VAULT_HSM_PIN"
          key_label    = "bench"
          generate_key = "true"
        }
        """
            .formatted(folder.resolve("data"), ServerProcess.freePort(), library, label));
  }

  private ServerProcess strongroom(Path config, Map<String, String> environment)
      throws IOException {
    Matcher port = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(Files.readString(config));
    if (!port.find()) {
      throw new IllegalStateException("the configuration has no port");
    }
    return ServerProcess.start(
        List.of(root.resolve("strongroom").toString(), "server", "-config=" + config),
        environment,
        ServerProcess.loopback(Integer.parseInt(port.group(1))),
        folder.resolve("server.log"));
  }

  private void measure(ServerProcess server, String token, double hello) throws IOException {
    LongFunction<byte[]> write = number -> write("bench/" + number, token);
    FigureSheet.say("warming up");
    // Keys of its own, with a few versions each: what is measured after it is a store that grows.
    Load.run(server, CONNECTIONS, WARM_UP, 200, n -> write("warm-up/" + n % WARM_UP_KEYS, token));
    double at16 = writes(server, 16, 12_000, write).perSecond();
    figures.add("KV write 1 KiB, 16 connections", at16, "/s", "", "OpenBao 1,600");
    besideRatis(server, write);
    double at256 = writes(server, 256, 20_000, write).perSecond();
    figures.add("KV write 1 KiB, 256 connections", at256, "/s", "", "OpenBao 1,010");
    figures.add("KV writes at 256 over 16", at256 / at16, "x", ">= 1", "OpenBao 0.64");
    new TransitFigures(server, token, figures).measure();
    reads(server, token, hello);
  }

  /** Writes and bare entries by turns: disk and neighbours change from minute to minute. */
  private void besideRatis(ServerProcess server, LongFunction<byte[]> write) throws IOException {
    List<Double> writes = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> entries = new ArrayList<>();
    try (BareRatis bare = BareRatis.start(folder.resolve("bare"))) {
      bare.perSecond(CONNECTIONS, 100_000, VALUE.length());
      for (int turn = 0; turn < TURNS; turn++) {
        Load.Result result = writes(server, CONNECTIONS, 12_000, write);
        writes.add(result.perSecond());
        cpu.add(result.cpuMicrosPerRequest());
        entries.add(bare.perSecond(CONNECTIONS, 20_000, VALUE.length()));
        FigureSheet.say(
            "at %d: %,.0f writes/s, bare Ratis %,.0f entries/s"
                .formatted(CONNECTIONS, writes.getLast(), entries.getLast()));
      }
    }
    figures.add(
        "KV write 1 KiB, 64 connections", FigureSheet.median(writes), "/s", "", "OpenBao 1,160");
    figures.add("KV write 1 KiB, CPU", FigureSheet.median(cpu), "us", "", "OpenBao 750");
    figures.add(
        "KV write over bare Ratis, both at 64",
        FigureSheet.median(writes) / FigureSheet.median(entries),
        "x",
        ">= 0.7",
        "bare Ratis %,.0f/s".formatted(FigureSheet.median(entries)));
  }

  private void reads(ServerProcess server, String token, double hello) {
    LongFunction<byte[]> read = read(KEYS_IN_CACHE, token);
    Load.run(server, CONNECTIONS, 150_000, 200, read);
    Load.Result reads = Load.run(server, CONNECTIONS, 150_000, 200, read);
    figures.add("KV read, 64 connections", reads.perSecond(), "/s", "", "OpenBao 10,300");
    figures.add("KV read, CPU", reads.cpuMicrosPerRequest(), "us", "", "OpenBao 170");
    figures.add(
        "KV read, CPU over a bare hello",
        reads.cpuMicrosPerRequest() / hello,
        "x",
        "<= 4",
        "hello %.1f us".formatted(hello));

    byte[] health = Connection.request("GET", "sys/health", "", "");
    Load.run(server, CONNECTIONS, 50_000, 200, number -> health);
    figures.add(
        "sys/health, CPU",
        Load.run(server, CONNECTIONS, 100_000, 200, number -> health).cpuMicrosPerRequest(),
        "us",
        "",
        "OpenBao 26");
    byte[] create =
        Connection.request("POST", "auth/token/create", token, "{\"policies\":[\"default\"]}");
    Load.run(server, CONNECTIONS, 5_000, 200, number -> create);
    Load.Result tokens = Load.run(server, CONNECTIONS, 10_000, 200, number -> create);
    figures.add("token create, 64 connections", tokens.perSecond(), "/s", "", "OpenBao 850");
    figures.add("token create, CPU", tokens.cpuMicrosPerRequest(), "us", "", "OpenBao 1,316");

    FigureSheet.say("filling up to %,d keys".formatted(KEYS));
    writes(server, CONNECTIONS, KEYS - written, n -> write("bench/" + n, token));
    figures.add(
        "KV read of 100,000 keys, more than the cache holds, CPU",
        Load.run(server, CONNECTIONS, 100_000, 200, read(KEYS, token)).cpuMicrosPerRequest(),
        "us",
        "",
        "");
    figures.add(
        "RSS with 100,000 keys",
        (double) server.residentMebibytes(),
        "MiB",
        "<= 512",
        "OpenBao 931");
    long start = System.nanoTime();
    int listed =
        server
            .call("LIST", "secret/metadata/bench", token, "")
            .expect(200)
            .text()
            .split(",", -1)
            .length;
    if (listed < KEYS) {
      throw new IllegalStateException("LIST shows " + listed + " of " + KEYS + " keys");
    }
    figures.add("LIST of 100,000 keys", (System.nanoTime() - start) / 1e9, "s", "", "OpenBao 0.65");
  }

  private Load.Result writes(
      ServerProcess server, int connections, long total, LongFunction<byte[]> write) {
    long from = written;
    Load.Result result = Load.run(server, connections, total, 200, n -> write.apply(from + n));
    written += total;
    return result;
  }

  /** Reads of the first {@code keys} keys, in no order that a cache could foresee. */
  private static LongFunction<byte[]> read(long keys, String token) {
    return number ->
        Connection.request("GET", "secret/data/bench/" + (number * 7919) % keys, token, "");
  }

  private static byte[] write(String key, String token) {
    return Connection.request(
        "POST", "secret/data/" + key, token, "{\"data\":{\"value\":\"" + VALUE + "\"}}");
  }

  private void restart(Path config, Map<String, String> environment) throws IOException {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      try (ServerProcess server = strongroom(config, environment)) {
        server.await("sys/health", List.of(200));
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    figures.add(
        "start to active, 100,000 keys (median of 3)",
        FigureSheet.median(seconds),
        "s",
        "<= 1",
        "OpenBao 0.26");
  }

  static String member(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
    if (!matcher.find()) {
      throw new IllegalStateException("the answer has no " + name);
    }
    return matcher.group(1);
  }
}
