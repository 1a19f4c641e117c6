package strongroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.TimeText;

/**
 * {@code debug}: collects what helps to find a fault, for somebody else to read. All of it comes
 * from endpoints that show no secret; tokens and keys are in none of it.
 */
final class DebugCommand {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** What can be collected, and where it is. */
  private static final Map<String, List<String>> TARGETS = targets();

  private DebugCommand() {}

  private static Map<String, List<String>> targets() {
    Map<String, List<String>> targets = new LinkedHashMap<>();
    targets.put(
        "server-status", List.of("sys/health", "sys/seal-status", "sys/leader", "sys/ha-status"));
    targets.put("seal", List.of("sys/seal-backend-status", "sys/key-status"));
    targets.put("host", List.of("sys/host-info"));
    targets.put("config", List.of("sys/config/state/sanitized"));
    targets.put("metrics", List.of("sys/metrics"));
    targets.put("replication-status", List.of("sys/replication/status"));
    targets.put(
        "raft", List.of("sys/storage/raft/configuration", "sys/storage/raft/autopilot/state"));
    targets.put("requests", List.of("sys/in-flight-req"));
    return targets;
  }

  static Command command() {
    return Command.named("debug", "Collects what helps to find a fault")
        .help(
            "Asks the server how it is, once or every -interval for -duration, and writes the"
                + " answers to files. There are no secrets among them. Targets: "
                + String.join(", ", TARGETS.keySet())
                + ".",
            "  $ %s debug",
            "  $ %s debug -duration=1m -interval=10s -target=metrics -target=server-status")
        .flags(
            Flag.text("output", "The folder or archive to write; by default vault-debug-<time>."),
            Flag.onOff("compress", "Write a .tar.gz instead of a folder; by default it does."),
            Flag.duration("duration", "How long to go on; by default once."),
            Flag.duration("interval", "How long to wait in between; by default 30s."),
            Flag.duration("metrics-interval", "Has no effect."),
            Flag.list("target", "What to collect; may be repeated; by default everything."))
        .runs(call -> run(call, Clock.systemUTC()));
  }

  private static int run(Invocation call, Clock clock) {
    Flags flags = call.flags();
    Instant start = clock.instant();
    boolean compress = !flags.isSet("compress") || flags.on("compress");
    String name = flags.find("output").orElse("vault-debug-" + STAMP.format(start));
    String suffix =
        compress && !name.endsWith(".tar.gz") && !name.endsWith(".tgz") ? ".tar.gz" : "";
    Path output = Path.of(name + suffix);
    if (Files.exists(output)) {
      throw Failure.usage(output + " exists already: name another with -output");
    }
    List<String> wanted =
        flags.list("target").isEmpty() ? List.copyOf(TARGETS.keySet()) : flags.list("target");
    for (String target : wanted) {
      if (!TARGETS.containsKey(target)) {
        throw Failure.usage(
            "there is no target " + target + ": " + String.join(", ", TARGETS.keySet()));
      }
    }
    Duration length = flags.duration("duration").orElse(Duration.ZERO);
    Duration pause = flags.duration("interval").orElse(Duration.ofSeconds(30));
    if (pause.toMillis() < 100) {
      throw Failure.usage("-interval must be at least 100ms");
    }
    Map<String, List<JsonValue>> samples = new LinkedHashMap<>();
    for (Instant now = start; ; now = clock.instant()) {
      for (String target : wanted) {
        for (String path : TARGETS.get(target) == null ? List.<String>of() : TARGETS.get(target)) {
          samples.computeIfAbsent(path, any -> new ArrayList<>()).add(sample(call, path, now));
        }
      }
      call.out().line("Collected " + String.join(", ", wanted) + " at " + TimeText.format(now));
      call.streams().out().flush();
      if (now.plus(pause).isAfter(start.plus(length))) {
        break;
      }
      sleep(pause);
    }
    write(output, compress, files(call, start, samples), start);
    call.out().line("Success! Bundle written to: " + output);
    return 0;
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.remote("interrupted");
    }
  }

  private static JsonValue sample(Invocation call, String path, Instant now) {
    JsonObject.Builder sample = JsonObject.builder().put("timestamp", now);
    try {
      ApiResponse answer = call.client().sendAny(ApiRequest.get(path));
      sample.put("status", answer.status());
      answer.tryJson().ifPresent(json -> sample.put("answer", json));
    } catch (Failure e) {
      sample.put("error", e.getMessage() == null ? "" : e.getMessage());
    }
    return sample.build();
  }

  private static Map<String, byte[]> files(
      Invocation call, Instant start, Map<String, List<JsonValue>> samples) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    JsonObject index =
        JsonObject.builder()
            .put("version", 1)
            .put("client", call.program().version().line("strongroom"))
            .put("vault_address", call.client().address().toString())
            .put("timestamp", start)
            .put(
                "files",
                new JsonArray(samples.keySet().stream().<JsonValue>map(JsonString::new).toList()))
            .build();
    files.put("index.json", bytes(index));
    samples.forEach(
        (path, all) ->
            files.put(
                path.substring("sys/".length()).replace('/', '_') + ".json",
                bytes(new JsonArray(all))));
    return files;
  }

  private static byte[] bytes(JsonValue value) {
    return (JsonText.indented(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void write(
      Path output, boolean compress, Map<String, byte[]> files, Instant time) {
    try {
      if (compress) {
        Files.createFile(
            output,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        TarGz.write(output, files, time.getEpochSecond());
        return;
      }
      Files.createDirectory(
          output,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(output.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw Failure.usage("cannot write " + output + ": " + e.getClass().getSimpleName());
    }
  }
}
