package strongroom.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.TimeText;

/**
 * What an auth method calls an entity, or a group.
 *
 * @param id a UUID
 * @param canonicalId the id of whom it stands for
 * @param mountAccessor of the auth method
 * @param name as the auth method has it
 * @param metadata what the auth method told at the last login
 * @param customMetadata what people have noted
 * @param mergedFrom the ids of the entities that it belonged to before they were merged
 * @param local whether its auth method is local
 * @param times when it was made and changed
 */
record Alias(
    String id,
    String canonicalId,
    String mountAccessor,
    String name,
    Map<String, String> metadata,
    Map<String, String> customMetadata,
    List<String> mergedFrom,
    boolean local,
    Times times) {

  /** When something was made and last changed. */
  record Times(Instant created, Instant updated) {
    static Times now(Instant now) {
      return new Times(now, now);
    }

    Times updated(Instant now) {
      return new Times(created, now);
    }

    void writeTo(JsonObject.Builder json) {
      json.put("creation_time", created).put("last_update_time", updated);
    }

    static Times fromJson(Fields fields) {
      return new Times(
          fields.string("creation_time").flatMap(TimeText::parseTime).orElseThrow(),
          fields.string("last_update_time").flatMap(TimeText::parseTime).orElseThrow());
    }
  }

  /** One that is yet to be {@link #named}; {@code canonicalId} is the id of whom it stands for. */
  static Alias fresh(String id, String canonicalId, Instant now) {
    return new Alias(id, canonicalId, "", "", Map.of(), Map.of(), List.of(), false, Times.now(now));
  }

  AliasKey key() {
    return new AliasKey(mountAccessor, name);
  }

  Alias named(String otherAccessor, String otherName, boolean otherLocal) {
    return new Alias(
        id,
        canonicalId,
        otherAccessor,
        otherName,
        metadata,
        customMetadata,
        mergedFrom,
        otherLocal,
        times);
  }

  Alias with(Map<String, String> otherMetadata, Map<String, String> otherCustom) {
    return new Alias(
        id,
        canonicalId,
        mountAccessor,
        name,
        Map.copyOf(otherMetadata),
        Map.copyOf(otherCustom),
        mergedFrom,
        local,
        times);
  }

  Alias of(String otherCanonicalId) {
    return new Alias(
        id,
        otherCanonicalId,
        mountAccessor,
        name,
        metadata,
        customMetadata,
        mergedFrom,
        local,
        times);
  }

  /** As it goes over to {@code entityId} when its own entity is merged into that one. */
  Alias mergedInto(String entityId) {
    List<String> from = new ArrayList<>(mergedFrom);
    from.add(canonicalId);
    return new Alias(
        id,
        entityId,
        mountAccessor,
        name,
        metadata,
        customMetadata,
        List.copyOf(from),
        local,
        times);
  }

  Alias updated(Instant now) {
    return new Alias(
        id,
        canonicalId,
        mountAccessor,
        name,
        metadata,
        customMetadata,
        mergedFrom,
        local,
        times.updated(now));
  }

  JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", id)
            .put("canonical_id", canonicalId)
            .put("mount_accessor", mountAccessor)
            .put("name", name)
            .put("metadata", JsonObject.ofStrings(metadata))
            .put("custom_metadata", JsonObject.ofStrings(customMetadata))
            .put("merged_from", mergedFrom)
            .put("local", local);
    times.writeTo(json);
    return json.build();
  }

  static Alias fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    return new Alias(
        fields.string("id").orElseThrow(),
        fields.string("canonical_id").orElseThrow(),
        fields.string("mount_accessor").orElseThrow(),
        fields.string("name").orElseThrow(),
        Map.copyOf(fields.stringMap("metadata").orElseThrow()),
        Map.copyOf(fields.stringMap("custom_metadata").orElseThrow()),
        fields.strings("merged_from").orElseThrow(),
        fields.bool("local").orElseThrow(),
        Times.fromJson(fields));
  }
}
