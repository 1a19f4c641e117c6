package strongroom.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/**
 * Somebody, or something, that logs in, by whatever auth methods.
 *
 * @param id a UUID
 * @param name its own among entities; upper and lower case do not count
 * @param profile what people have set
 * @param aliases what auth methods call it, one a mount
 * @param external the names by which auth methods counted it among groups, at the last login by
 *     each; a group whose alias is known by one of them has it for a member
 * @param mergedIds the ids of entities that were merged into it
 * @param times when it was made and changed
 */
record Entity(
    String id,
    String name,
    Profile profile,
    List<Alias> aliases,
    List<AliasKey> external,
    List<String> mergedIds,
    Alias.Times times) {

  Entity {
    aliases = List.copyOf(aliases);
    external = List.copyOf(external);
    mergedIds = List.copyOf(mergedIds);
  }

  /**
   * What people set of an entity.
   *
   * @param policies what its tokens may do besides, in order
   * @param metadata for people and for templates
   * @param disabled whether its tokens are refused
   */
  record Profile(List<String> policies, Map<String, String> metadata, boolean disabled) {
    /** Of an entity that a login makes. */
    static final Profile NONE = new Profile(List.of(), Map.of(), false);

    Profile {
      policies = List.copyOf(policies);
      metadata = Map.copyOf(metadata);
    }
  }

  static Entity fresh(String id, String name, Profile profile, Instant now) {
    return new Entity(id, name, profile, List.of(), List.of(), List.of(), Alias.Times.now(now));
  }

  Entity with(String otherName, Profile other) {
    return new Entity(id, otherName, other, aliases, external, mergedIds, times);
  }

  Entity withAliases(List<Alias> others) {
    return new Entity(id, name, profile, others, external, mergedIds, times);
  }

  Entity withExternal(List<AliasKey> others) {
    return new Entity(id, name, profile, aliases, others, mergedIds, times);
  }

  Entity withMergedIds(List<String> others) {
    return new Entity(id, name, profile, aliases, external, others, times);
  }

  Entity updated(Instant now) {
    return new Entity(id, name, profile, aliases, external, mergedIds, times.updated(now));
  }

  Entity plus(Alias alias) {
    List<Alias> more = new ArrayList<>(aliases);
    more.add(alias);
    return withAliases(more);
  }

  Entity without(String aliasId) {
    return withAliases(aliases.stream().filter(a -> !a.id().equals(aliasId)).toList());
  }

  Entity changing(String aliasId, UnaryOperator<Alias> change) {
    return withAliases(
        aliases.stream().map(a -> a.id().equals(aliasId) ? change.apply(a) : a).toList());
  }

  Optional<Alias> alias(String aliasId) {
    return aliases.stream().filter(a -> a.id().equals(aliasId)).findFirst();
  }

  /** What the auth method with {@code accessor} calls it. */
  Optional<Alias> aliasAt(String accessor) {
    return aliases.stream().filter(a -> a.mountAccessor().equals(accessor)).findFirst();
  }

  JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", id)
            .put("name", name)
            .put("policies", profile.policies())
            .put("metadata", JsonObject.ofStrings(profile.metadata()))
            .put("disabled", profile.disabled())
            .put("aliases", array(aliases.stream().map(Alias::toJson).toList()))
            .put("external", array(external.stream().map(AliasKey::toJson).toList()))
            .put("merged_ids", mergedIds);
    times.writeTo(json);
    return json.build();
  }

  private static JsonArray array(List<JsonObject> items) {
    return new JsonArray(List.<JsonValue>copyOf(items));
  }

  static Entity fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    return new Entity(
        fields.string("id").orElseThrow(),
        fields.string("name").orElseThrow(),
        new Profile(
            fields.strings("policies").orElseThrow(),
            fields.stringMap("metadata").orElseThrow(),
            fields.bool("disabled").orElseThrow()),
        objects(fields, "aliases").stream().map(Alias::fromJson).toList(),
        objects(fields, "external").stream().map(AliasKey::fromJson).toList(),
        fields.strings("merged_ids").orElseThrow(),
        Alias.Times.fromJson(fields));
  }

  private static List<JsonObject> objects(Fields fields, String name) {
    JsonArray array = (JsonArray) fields.value(name).orElseThrow();
    return array.items().stream().map(item -> (JsonObject) item).toList();
  }

  /** Names the entity by its id only. */
  @Override
  public String toString() {
    return "Entity[" + id + "]";
  }
}
