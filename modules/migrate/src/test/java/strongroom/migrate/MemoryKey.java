package strongroom.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.logical.JsonObject;
import strongroom.logical.TimeText;

/** A key of KV version 2 in memory. */
final class MemoryKey {
  private record Version(JsonObject data, Optional<Instant> deletion, boolean destroyed) {
    boolean readable(Instant now) {
      return !destroyed && deletion.filter(time -> !time.isAfter(now)).isEmpty();
    }
  }

  private static final long KEPT = 10;

  private final NavigableMap<Long, Version> versions = new TreeMap<>();
  private KeySettings settings = new KeySettings(0, false, Duration.ZERO, Map.of());
  private long current;

  long current() {
    return current;
  }

  KeySettings settings() {
    return settings;
  }

  MemoryKey configure(KeySettings now) {
    settings = now;
    return this;
  }

  void add(JsonObject data, Instant now, long keptByMount) {
    Optional<Instant> end =
        Optional.of(settings.deleteAfter()).filter(Duration::isPositive).map(now::plus);
    versions.put(++current, new Version(data, end, false));
    long kept = Math.max(settings.maxVersions(), keptByMount);
    while (versions.size() > (kept > 0 ? kept : KEPT)) {
      versions.pollFirstEntry();
    }
  }

  void delete(long number, Instant now) {
    versions.computeIfPresent(
        number, (any, v) -> new Version(v.data(), Optional.of(now), v.destroyed()));
  }

  void destroy(long number) {
    versions.computeIfPresent(
        number, (any, v) -> new Version(JsonObject.EMPTY, v.deletion(), true));
  }

  Optional<JsonObject> read(long number, Instant now) {
    return Optional.ofNullable(versions.get(number == 0 ? current : number))
        .filter(version -> version.readable(now))
        .map(Version::data);
  }

  Optional<Instant> deletion(long number) {
    return Optional.ofNullable(versions.get(number)).flatMap(Version::deletion);
  }

  JsonObject metadata() {
    JsonObject.Builder all = JsonObject.builder();
    versions.forEach(
        (number, version) ->
            all.put(
                Long.toString(number),
                JsonObject.builder()
                    .put("deletion_time", version.deletion().map(TimeText::format).orElse(""))
                    .put("destroyed", version.destroyed())
                    .build()));
    return JsonObject.builder()
        .putAll(settings.toJson())
        .put("current_version", current)
        .put("versions", all.build())
        .build();
  }

  /** All that can be seen, but for times; what is deleted and what is destroyed look alike. */
  String seen(Instant now) {
    StringBuilder seen = new StringBuilder(current + " " + settings);
    versions.forEach(
        (number, version) ->
            seen.append(' ')
                .append(number)
                .append('=')
                .append(read(number, now).map(data -> Shapes.text(data, "value")).orElse("gone"))
                .append(version.deletion().isPresent() && version.readable(now) ? "…" : ""));
    return seen.toString();
  }
}
