package strongroom.system.node;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Response;

/** {@code sys/host-info}: the machine under the node, as far as Linux's {@code /proc} tells. */
final class HostInfoEndpoint {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern MEMORY_LINE = Pattern.compile("(\\w+): +(\\d+) kB");
  private final NodeFacts facts;

  HostInfoEndpoint(NodeFacts facts) {
    this.facts = facts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("host-info", "Tells the machine's processors, memory, disks and uptime.")
            .on(Operation.READ, this::read)
            .blocking()
            .build());
  }

  private Response read(Call call) {
    return Response.of(
        JsonObject.builder()
            .put("timestamp", call.now())
            .put("host", host(call))
            .put("cpu", cpus())
            .put("memory", memory())
            .put("disk", disks())
            .build());
  }

  private JsonObject host(Call call) {
    long uptime =
        first("uptime")
            .map(line -> (long) Double.parseDouble(line.substring(0, line.indexOf(' '))))
            .orElse(0L);
    return JsonObject.builder()
        .put("hostname", facts.hostname())
        .put("os", System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT))
        .put("kernelVersion", System.getProperty("os.version", ""))
        .put("kernelArch", System.getProperty("os.arch", ""))
        .put("uptime", uptime)
        .put("bootTime", call.now().getEpochSecond() - uptime)
        .build();
  }

  private static JsonArray cpus() {
    List<JsonValue> cpus = new ArrayList<>();
    Map<String, String> cpu = new LinkedHashMap<>();
    for (String line : lines("cpuinfo")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        cpu.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      } else if (!cpu.isEmpty()) {
        cpus.add(cpu(cpus.size(), cpu));
        cpu.clear();
      }
    }
    return new JsonArray(cpus);
  }

  private static JsonObject cpu(int number, Map<String, String> known) {
    return JsonObject.builder()
        .put("cpu", number)
        .put("vendorId", known.getOrDefault("vendor_id", ""))
        .put("family", known.getOrDefault("cpu family", ""))
        .put("model", known.getOrDefault("model", ""))
        .put("modelName", known.getOrDefault("model name", ""))
        .put("cores", 1)
        .build();
  }

  private static JsonObject memory() {
    Map<String, Long> known = new LinkedHashMap<>();
    for (String line : lines("meminfo")) {
      Matcher matcher = MEMORY_LINE.matcher(line);
      if (matcher.matches()) {
        known.put(matcher.group(1), Long.parseLong(matcher.group(2)) * 1024);
      }
    }
    long total = known.getOrDefault("MemTotal", 0L);
    long available = known.getOrDefault("MemAvailable", 0L);
    return JsonObject.builder()
        .put("total", total)
        .put("available", available)
        .put("used", total - available)
        .put("usedPercent", percent(total - available, total))
        .put("free", known.getOrDefault("MemFree", 0L))
        .build();
  }

  private static JsonArray disks() {
    List<JsonValue> disks = new ArrayList<>();
    for (FileStore store : FileSystems.getDefault().getFileStores()) {
      if (store.name().startsWith("/dev/")) {
        disk(store).ifPresent(disks::add);
      }
    }
    return new JsonArray(disks);
  }

  /** Empty for a file system that does not answer: the others are of use all the same. */
  private static Optional<JsonObject> disk(FileStore store) {
    try {
      long total = store.getTotalSpace();
      long free = store.getUsableSpace();
      return Optional.of(
          JsonObject.builder()
              .put("path", store.name())
              .put("fstype", store.type())
              .put("total", total)
              .put("free", free)
              .put("used", total - free)
              .put("usedPercent", percent(total - free, total))
              .build());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static JsonNumber percent(long part, long whole) {
    return new JsonNumber(
        whole == 0 ? "0" : Double.toString(Math.round(part * 10_000.0 / whole) / 100.0));
  }

  private static Optional<String> first(String file) {
    return lines(file).stream().findFirst();
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(PROC.resolve(file));
    } catch (IOException e) {
      return List.of();
    }
  }
}
