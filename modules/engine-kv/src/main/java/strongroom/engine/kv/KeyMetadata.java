package strongroom.engine.kv;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
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

  private static final byte FORMAT = 1;
  private static final int TIME_LENGTH = Long.BYTES + Integer.BYTES;
  private static final int FIXED_LENGTH = 2 + 2 * TIME_LENGTH + 2 * Long.BYTES + 3 * Integer.BYTES;
  private static final int VERSION_LENGTH_MAX = Long.BYTES + 2 * TIME_LENGTH + 1;
  private static final int DESTROYED = 1;
  private static final int DELETED = 2;

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
    return storage.get(KvPath.METADATA + key).map(KeyMetadata::fromBytes);
  }

  void save(EngineStorage storage, String key) {
    storage.put(KvPath.METADATA + key, toBytes());
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

  /**
   * The stored form: format (1 byte), created, updated, current version (8), max_versions (4),
   * cas_required (1), delete_version_after in milliseconds (8), how many entries of custom metadata
   * (4) and each one's key and value (length in 4 bytes, UTF-8), how many versions (4) and each
   * one's number (8), created, state (1), and deleted where the state says so. A time is its second
   * of the epoch (8) and its nanosecond (4). Big-endian.
   */
  private byte[] toBytes() {
    List<byte[]> texts = new ArrayList<>(2 * custom.size());
    int length = FIXED_LENGTH;
    for (Map.Entry<String, String> entry : custom.entrySet()) {
      texts.add(entry.getKey().getBytes(StandardCharsets.UTF_8));
      texts.add(entry.getValue().getBytes(StandardCharsets.UTF_8));
    }
    for (byte[] text : texts) {
      length += Integer.BYTES + text.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length + versions.size() * VERSION_LENGTH_MAX);
    put(out.put(FORMAT), createdAt);
    put(out, updatedAt);
    out.putLong(currentVersion).putInt(versionsMax).put((byte) (casRequired ? 1 : 0));
    out.putLong(deleteAfter.toMillis()).putInt(custom.size());
    texts.forEach(text -> out.putInt(text.length).put(text));
    out.putInt(versions.size());
    versions.forEach((number, version) -> put(out, number, version));
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, long number, Version version) {
    int state =
        (version.destroyed() ? DESTROYED : 0) | (version.deletedAt().isPresent() ? DELETED : 0);
    put(out.putLong(number), version.createdAt());
    out.put((byte) state);
    version.deletedAt().ifPresent(time -> put(out, time));
  }

  private static void put(ByteBuffer out, Instant time) {
    out.putLong(time.getEpochSecond()).putInt(time.getNano());
  }

  private static KeyMetadata fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int format = in.get();
    if (format != FORMAT) {
      throw new IllegalStateException("a key's metadata is of format " + format);
    }
    KeyMetadata metadata = new KeyMetadata(time(in));
    metadata.updatedAt = time(in);
    metadata.currentVersion = in.getLong();
    metadata.versionsMax = in.getInt();
    metadata.casRequired = in.get() != 0;
    metadata.deleteAfter = Duration.ofMillis(in.getLong());
    metadata.custom = custom(in);
    for (int left = in.getInt(); left > 0; left--) {
      long number = in.getLong();
      Instant created = time(in);
      int state = in.get();
      Optional<Instant> deleted = (state & DELETED) != 0 ? Optional.of(time(in)) : Optional.empty();
      metadata.versions.put(number, new Version(created, deleted, (state & DESTROYED) != 0));
    }
    return metadata;
  }

  private static Map<String, String> custom(ByteBuffer in) {
    int entries = in.getInt();
    if (entries == 0) {
      return Map.of();
    }
    Map<String, String> custom = new LinkedHashMap<>();
    for (int left = entries; left > 0; left--) {
      custom.put(text(in), text(in));
    }
    return Collections.unmodifiableMap(custom);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Instant time(ByteBuffer in) {
    return Instant.ofEpochSecond(in.getLong(), in.getInt());
  }
}
