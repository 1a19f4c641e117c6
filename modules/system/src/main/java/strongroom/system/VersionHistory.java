package strongroom.system;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;
import strongroom.storage.Batch;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * Which versions have opened this installation, and when each did so first: {@code core/versions/}
 * on the barrier, an entry a version.
 */
public final class VersionHistory {
  private static final String FOLDER = "core/versions/";

  /** More than anybody upgrades; what is above is not shown. */
  private static final int VERSIONS_MAX = 1_000;

  private VersionHistory() {}

  private record Installed(String version, Instant at, String buildDate) {
    private static Installed read(ReadableStorage from, String version) {
      String key = FOLDER + version;
      try {
        Fields fields = new Fields(Json.parseObject(from.get(key).orElseThrow()));
        return new Installed(
            version,
            Instant.parse(fields.string("installed").orElseThrow()),
            fields.string("built").orElseThrow());
      } catch (Json.MalformedJson
          | RefusedException
          | NoSuchElementException
          | DateTimeException e) {
        throw new StorageFault.Damaged("a version's entry cannot be read: " + key, e);
      }
    }
  }

  /**
   * Notes that {@code version}, built at {@code buildDate}, opened {@code barrier}, if it is new.
   */
  public static void note(Storage barrier, String version, String buildDate, Instant now) {
    String key = FOLDER + version;
    if (barrier.get(key).isEmpty()) {
      JsonObject entry =
          JsonObject.builder()
              .put("installed", now.truncatedTo(ChronoUnit.SECONDS).toString())
              .put("built", buildDate)
              .build();
      barrier.commit(new Batch().put(key, Json.toBytes(entry)));
    }
  }

  static Endpoint endpoint() {
    return Endpoint.at("version-history", "Which versions this installation has run.")
        .on(Operation.LIST, VersionHistory::answer)
        .build();
  }

  private static Response answer(Call call) {
    List<String> keys = new ArrayList<>();
    JsonObject.Builder info = JsonObject.builder();
    Optional<String> previous = Optional.empty();
    for (Installed installed : all(SystemEngine.transaction(call))) {
      JsonObject.Builder told =
          JsonObject.builder()
              .put("build_date", installed.buildDate())
              .put("timestamp_installed", installed.at().toString());
      previous.ifPresentOrElse(
          before -> told.put("previous_version", before), () -> told.putNull("previous_version"));
      info.put(installed.version(), told.build());
      keys.add(installed.version());
      previous = Optional.of(installed.version());
    }
    if (keys.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.of(
        JsonObject.builder().put("keys", keys).put("key_info", info.build()).build());
  }

  /** Of two within a second the names tell which is shown first. */
  private static List<Installed> all(ReadableStorage from) {
    return from.list(FOLDER, "", VERSIONS_MAX).names().stream()
        .map(version -> Installed.read(from, version))
        .sorted(Comparator.comparing(Installed::at).thenComparing(Installed::version))
        .toList();
  }
}
