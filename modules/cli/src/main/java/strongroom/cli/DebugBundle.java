package strongroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.snapshot.TarGz;

/** What {@code debug} has collected: a file for each target, and an index of them. */
final class DebugBundle {
  private static final String SUFFIX = ".tar.gz";

  private final Invocation call;
  private final Instant start;
  private final DebugCommand.Schedule schedule;
  private final List<DebugTarget> targets;
  private final Map<String, List<JsonValue>> samples = new TreeMap<>();
  private final List<JsonValue> errors = new ArrayList<>();

  DebugBundle(
      Invocation call, Instant start, DebugCommand.Schedule schedule, List<DebugTarget> targets) {
    this.call = call;
    this.start = start;
    this.schedule = schedule;
    this.targets = List.copyOf(targets);
  }

  /** The name of the file or folder that {@code asked} stands for. */
  static String archiveName(String asked, boolean compress) {
    boolean named = asked.endsWith(SUFFIX) || asked.endsWith(".tgz");
    return compress && !named ? asked + SUFFIX : asked;
  }

  /** Asks the server once for all that {@code target} is. */
  void sample(DebugTarget target, Instant now) {
    if (target.paths().isEmpty()) {
      fault(target, now, "this command does not collect it");
      return;
    }
    JsonObject.Builder sample = JsonObject.builder().put("timestamp", now);
    boolean any = false;
    for (Map.Entry<String, String> path : target.paths().entrySet()) {
      try {
        ApiResponse answer = call.client().sendAny(ApiRequest.get(path.getValue()));
        JsonObject json = answer.tryJson().orElse(JsonObject.EMPTY);
        if (json.isEmpty() || json.member("errors").isPresent()) {
          fault(target, now, path.getValue() + " answered with " + answer.status());
        } else {
          sample.put(path.getKey(), Secret.object(json, "data").orElse(json));
          any = true;
        }
      } catch (Failure e) {
        fault(target, now, String.valueOf(e.getMessage()));
      }
    }
    if (any) {
      samples.computeIfAbsent(target.file(), file -> new ArrayList<>()).add(sample.build());
    }
  }

  private void fault(DebugTarget target, Instant now, String error) {
    errors.add(
        JsonObject.builder()
            .put("error", error)
            .put("target", target.name())
            .put("timestamp", now)
            .build());
  }

  private JsonObject index() {
    return JsonObject.builder()
        .put("version", 1)
        .put("vault_address", call.client().address().toString())
        .put("client_version", call.program().version().line(call.program().name()))
        .put("timestamp", start)
        .put("duration_seconds", schedule.length().toSeconds())
        .put("interval_seconds", schedule.interval().toSeconds())
        .put("metrics_interval_seconds", schedule.metricsInterval().toSeconds())
        .put("targets", targets.stream().map(DebugTarget::name).toList())
        .put("output", JsonObject.builder().put("files", List.copyOf(samples.keySet())).build())
        .put("errors", new JsonArray(errors))
        .build();
  }

  /** Writes everything to the archive or the new folder {@code output}. */
  void write(Path output, boolean compress) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("index.json", bytes(index()));
    samples.forEach((file, all) -> files.put(file, bytes(new JsonArray(all))));
    try {
      if (compress) {
        Files.createFile(
            output,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        TarGz.write(output, inFolder(output, files), start);
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

  /** An archive unpacks to a folder of its own name. */
  private static Map<String, byte[]> inFolder(Path output, Map<String, byte[]> files) {
    String folder = String.valueOf(output.getFileName()).replaceFirst("\\.(tar\\.gz|tgz)$", "");
    Map<String, byte[]> inside = new LinkedHashMap<>();
    files.forEach((name, content) -> inside.put(folder + "/" + name, content));
    return inside;
  }

  private static byte[] bytes(JsonValue value) {
    return (JsonText.indented(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
