package strongroom.engine.kv;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Refusal;
import strongroom.logical.TimeText;

/**
 * What is known of a key of version 2, but for the data itself. Changed by one request at a time,
 * which holds the key's lock.
 */
final class KeyMetadata {
  private static final List<String> SETTINGS =
      List.of("max_versions", "cas_required", "delete_version_after", "custom_metadata");
  private static final int CUSTOM_MAX = 64;
  private static final int CUSTOM_KEY_LENGTH_MAX = 128;
  private static final int CUSTOM_VALUE_LENGTH_MAX = 512;

  private final Instant createdAt;
  private Instant updatedAt;
  private long currentVersion;
  private int versionsMax;
  private boolean casRequired;
  private Duration deleteAfter = Duration.ZERO;
  private Map<String, String> custom = Map.of();
  private final NavigableMap<Long, Version> versions = new TreeMap<>();

  /**
   * One version.
   *
   * @param createdAt when it was written
   * @param deletedAt when it was or will be deleted
   * @param destroyed whether its data is gone for good
   */
  record Version(Instant createdAt, Optional<Instant> deletedAt, boolean destroyed) {
    boolean deleted(Instant now) {
      return deletedAt.map(time -> !now.isBefore(time)).orElse(false);
    }

    boolean readable(Instant now) {
      return !destroyed && !deleted(now);
    }

    Version deletedFrom(Instant time) {
      return new Version(createdAt, Optional.of(time), destroyed);
    }

    Version undeleted() {
      return new Version(createdAt, Optional.empty(), destroyed);
    }

    Version destroy() {
      return new Version(createdAt, deletedAt, true);
    }
  }

  private KeyMetadata(Instant createdAt) {
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  static KeyMetadata fresh(Instant now) {
    return new KeyMetadata(now);
  }

  static Optional<KeyMetadata> find(EngineStorage storage, String key) {
    return storage.get(KvPath.METADATA + key).map(bytes -> fromJson(Stored.parse(bytes)));
  }

  void save(EngineStorage storage, String key) {
    storage.put(KvPath.METADATA + key, Json.toBytes(toJson()));
  }

  long currentVersion() {
    return currentVersion;
  }

  Optional<Version> version(long number) {
    return Optional.ofNullable(versions.get(number));
  }

  boolean casRequired() {
    return casRequired;
  }

  Map<String, String> custom() {
    return custom;
  }

  /** Adds the next version, and says which are too old to be kept. */
  List<Long> add(Instant now, KvConfig config) {
    currentVersion++;
    Optional<Instant> deletion = config.lifetime(deleteAfter).map(now::plus);
    versions.put(currentVersion, new Version(now, deletion, false));
    updatedAt = now;
    return tooOld(config);
  }

  private List<Long> tooOld(KvConfig config) {
    int kept = config.versionsKept(versionsMax);
    List<Long> old = new ArrayList<>();
    while (versions.size() > kept) {
      old.add(versions.pollFirstEntry().getKey());
    }
    return old;
  }

  void replace(long number, Version version, Instant now) {
    versions.put(number, version);
    updatedAt = now;
  }

  NavigableMap<Long, Version> versions() {
    return versions;
  }

  /** Whether {@code fields} have any setting of a key. */
  static boolean hasSettings(Fields fields) {
    return SETTINGS.stream().anyMatch(fields::has);
  }

  /** Takes the settings that {@code fields} have. */
  void configure(Fields fields, Instant now) {
    versionsMax = fields.integer("max_versions", 0, KvConfig.VERSIONS_LIMIT).orElse(versionsMax);
    casRequired = fields.bool("cas_required").orElse(casRequired);
    deleteAfter = fields.duration("delete_version_after").orElse(deleteAfter);
    fields.stringMap("custom_metadata").ifPresent(map -> custom = checked(map));
    updatedAt = now;
  }

  /** Merges the settings of {@code patch}: a null resets one, in custom metadata it removes one. */
  void patch(Fields patch, Instant now) {
    JsonObject body = patch.body();
    if (body.member("max_versions").filter(JsonNull.class::isInstance).isPresent()) {
      versionsMax = 0;
    }
    if (body.member("cas_required").filter(JsonNull.class::isInstance).isPresent()) {
      casRequired = false;
    }
    if (body.member("delete_version_after").filter(JsonNull.class::isInstance).isPresent()) {
      deleteAfter = Duration.ZERO;
    }
    Optional<JsonValue> customPatch = body.member("custom_metadata");
    versionsMax = patch.integer("max_versions", 0, KvConfig.VERSIONS_LIMIT).orElse(versionsMax);
    casRequired = patch.bool("cas_required").orElse(casRequired);
    deleteAfter = patch.duration("delete_version_after").orElse(deleteAfter);
    if (customPatch.isPresent()) {
      JsonValue merged =
          MergePatch.apply(Optional.of(JsonObject.ofStrings(custom)), customPatch.get());
      custom =
          merged instanceof JsonNull
              ? Map.of()
              : checked(
                  new Fields(JsonObject.builder().put("custom_metadata", merged).build())
                      .stringMap("custom_metadata")
                      .orElse(Map.of()));
    }
    updatedAt = now;
  }

  private static Map<String, String> checked(Map<String, String> map) {
    boolean fits =
        map.size() <= CUSTOM_MAX
            && map.entrySet().stream()
                .allMatch(
                    e ->
                        !e.getKey().isEmpty()
                            && !e.getValue().isEmpty()
                            && e.getKey().length() <= CUSTOM_KEY_LENGTH_MAX
                            && e.getValue().length() <= CUSTOM_VALUE_LENGTH_MAX
                            && e.getKey().chars().noneMatch(Character::isISOControl)
                            && e.getValue().chars().noneMatch(Character::isISOControl));
    if (!fits) {
      throw Refusal.invalid(
          "custom_metadata validation failed: it has at most "
              + CUSTOM_MAX
              + " entries of printable text, keys of 1 to "
              + CUSTOM_KEY_LENGTH_MAX
              + " and values of 1 to "
              + CUSTOM_VALUE_LENGTH_MAX
              + " characters");
    }
    return Map.copyOf(map);
  }

  /** The key's metadata as clients read it. */
  JsonObject toAnswer() {
    JsonObject.Builder all = JsonObject.builder();
    versions.forEach(
        (number, version) ->
            all.put(
                Long.toString(number),
                JsonObject.builder()
                    .put("created_time", version.createdAt())
                    .put("deletion_time", version.deletedAt().map(TimeText::format).orElse(""))
                    .put("destroyed", version.destroyed())
                    .build()));
    JsonObject.Builder answer =
        JsonObject.builder()
            .put("cas_required", casRequired)
            .put("created_time", createdAt)
            .put("current_version", currentVersion);
    putCustom(answer);
    return answer
        .put("delete_version_after", TimeText.formatDuration(deleteAfter))
        .put("max_versions", versionsMax)
        .put("oldest_version", oldestVersion())
        .put("updated_time", updatedAt)
        .put("versions", all.build())
        .build();
  }

  /** 0 until a version has been dropped for being too old. */
  private long oldestVersion() {
    return versions.isEmpty() || versions.firstKey() == 1 ? 0 : versions.firstKey();
  }

  void putCustom(JsonObject.Builder answer) {
    if (custom.isEmpty()) {
      answer.putNull("custom_metadata");
    } else {
      answer.put("custom_metadata", JsonObject.ofStrings(custom));
    }
  }

  /** What answers to reads and writes say of version {@code number}. */
  JsonObject versionAnswer(long number) {
    Version version = version(number).orElseThrow();
    JsonObject.Builder answer = JsonObject.builder().put("created_time", version.createdAt());
    putCustom(answer);
    return answer
        .put("deletion_time", version.deletedAt().map(TimeText::format).orElse(""))
        .put("destroyed", version.destroyed())
        .put("version", number)
        .build();
  }

  private JsonObject toJson() {
    JsonObject.Builder all = JsonObject.builder();
    versions.forEach(
        (number, version) -> {
          JsonObject.Builder one =
              JsonObject.builder()
                  .put("created", version.createdAt())
                  .put("destroyed", version.destroyed());
          version.deletedAt().ifPresent(time -> one.put("deleted", time));
          all.put(Long.toString(number), one.build());
        });
    return JsonObject.builder()
        .put("created", createdAt)
        .put("updated", updatedAt)
        .put("current", currentVersion)
        .put("max_versions", versionsMax)
        .put("cas_required", casRequired)
        .put("delete_after_millis", deleteAfter.toMillis())
        .put("custom", JsonObject.ofStrings(custom))
        .put("versions", all.build())
        .build();
  }

  private static KeyMetadata fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    KeyMetadata metadata = new KeyMetadata(time(fields, "created"));
    metadata.updatedAt = time(fields, "updated");
    metadata.currentVersion = fields.integer("current").orElseThrow();
    metadata.versionsMax = fields.integer("max_versions", 0, Integer.MAX_VALUE).orElseThrow();
    metadata.casRequired = fields.bool("cas_required").orElseThrow();
    metadata.deleteAfter = Duration.ofMillis(fields.integer("delete_after_millis").orElseThrow());
    metadata.custom = fields.stringMap("custom").orElseThrow();
    fields
        .object("versions")
        .orElseThrow()
        .members()
        .forEach(
            (number, value) -> {
              Fields version = new Fields((JsonObject) value);
              metadata.versions.put(
                  Long.parseLong(number),
                  new Version(
                      time(version, "created"),
                      version.string("deleted").flatMap(TimeText::parseTime),
                      version.bool("destroyed").orElseThrow()));
            });
    return metadata;
  }

  private static Instant time(Fields fields, String name) {
    return fields.string(name).flatMap(TimeText::parseTime).orElseThrow();
  }
}
