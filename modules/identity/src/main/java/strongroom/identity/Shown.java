package strongroom.identity;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Entities, groups and aliases as clients are told of them (Vault's API, secret/identity). */
final class Shown {
  private static final String NAMESPACE = "root";

  private final AuthMounts mounts;

  /** Of one answer, which may name the same mount many times. */
  private final Map<String, Optional<AuthMounts.AuthMount>> known = new HashMap<>();

  Shown(AuthMounts mounts) {
    this.mounts = mounts;
  }

  JsonObject entity(Entity entity, Groups.Membership membership) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("aliases", array(entity.aliases().stream().map(this::aliasOfEntity).toList()))
            .put("direct_group_ids", ids(membership.direct()))
            .put("disabled", entity.profile().disabled())
            .put("group_ids", ids(membership.all()))
            .put("id", entity.id())
            .put("inherited_group_ids", ids(membership.inherited()))
            .put("merged_entity_ids", orNull(entity.mergedIds()))
            .put("metadata", orNull(entity.profile().metadata()))
            .put("name", entity.name())
            .put("namespace_id", NAMESPACE)
            .put("policies", entity.profile().policies());
    entity.times().writeTo(json);
    return json.build();
  }

  private JsonObject aliasOfEntity(Alias alias) {
    return aliasOfGroup(alias)
        .put("custom_metadata", orNull(alias.customMetadata()))
        .put("local", alias.local())
        .build();
  }

  private JsonObject.Builder aliasOfGroup(Alias alias) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("canonical_id", alias.canonicalId())
            .put("id", alias.id())
            .put("merged_from_canonical_ids", orNull(alias.mergedFrom()))
            .put("metadata", orNull(alias.metadata()))
            .put("mount_accessor", alias.mountAccessor())
            .put("name", alias.name());
    alias.times().writeTo(json);
    putMount(json, alias.mountAccessor());
    return json;
  }

  /** An alias by itself, of an entity or a group. */
  JsonObject alias(Alias alias) {
    return aliasOfGroup(alias)
        .put("custom_metadata", orNull(alias.customMetadata()))
        .put("local", alias.local())
        .put("namespace_id", NAMESPACE)
        .build();
  }

  JsonObject group(Group group, List<String> parentIds) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("alias", group.alias().map(a -> aliasOfGroup(a).build()).orElse(JsonObject.EMPTY))
            .put("id", group.id())
            .put("member_entity_ids", group.members().entityIds())
            .put("member_group_ids", orNull(group.members().groupIds()))
            .put("metadata", orNull(group.profile().metadata()))
            .put("modify_index", group.modifyIndex())
            .put("name", group.name())
            .put("namespace_id", NAMESPACE)
            .put("parent_group_ids", orNull(parentIds))
            .put("policies", orNull(group.profile().policies()))
            .put("type", group.external() ? "external" : "internal");
    group.times().writeTo(json);
    return json.build();
  }

  /** What a list of entities tells of one. */
  JsonObject entityInList(Entity entity) {
    JsonObject.Builder json = JsonObject.builder().put("name", entity.name());
    if (!entity.aliases().isEmpty()) {
      json.put("aliases", array(entity.aliases().stream().map(a -> briefly(a).build()).toList()));
    }
    return json.build();
  }

  /** What a list of groups tells of one. */
  JsonObject groupInList(Group group, int parents, int members) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("name", group.name())
            .put("num_member_entities", members)
            .put("num_parent_groups", parents);
    group.alias().ifPresent(alias -> json.put("alias", briefly(alias).build()));
    return json.build();
  }

  /** What a list of aliases tells of one. */
  JsonObject aliasInList(Alias alias) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("canonical_id", alias.canonicalId())
            .put("custom_metadata", orNull(alias.customMetadata()))
            .put("local", alias.local())
            .put("metadata", orNull(alias.metadata()))
            .put("mount_accessor", alias.mountAccessor())
            .put("name", alias.name());
    putMount(json, alias.mountAccessor());
    return json.build();
  }

  private JsonObject.Builder briefly(Alias alias) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", alias.id())
            .put("mount_accessor", alias.mountAccessor())
            .put("name", alias.name());
    putMount(json, alias.mountAccessor());
    return json;
  }

  private void putMount(JsonObject.Builder json, String accessor) {
    known
        .computeIfAbsent(accessor, mounts::byAccessor)
        .ifPresent(mount -> json.put("mount_path", mount.path()).put("mount_type", mount.type()));
  }

  /** {@code keys} in order, with {@code details} by id; 404 for none. */
  static Response list(Collection<String> keys, JsonObject details) {
    if (keys.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.of(JsonObject.builder().put("keys", keys).put("key_info", details).build());
  }

  private static List<String> ids(List<Group> groups) {
    return groups.stream().map(Group::id).toList();
  }

  private static JsonArray array(List<JsonObject> items) {
    return new JsonArray(List.<JsonValue>copyOf(items));
  }

  private static JsonValue orNull(List<String> strings) {
    return strings.isEmpty() ? JsonNull.NULL : JsonArray.ofStrings(strings);
  }

  private static JsonValue orNull(Map<String, String> strings) {
    return strings.isEmpty() ? JsonNull.NULL : JsonObject.ofStrings(strings);
  }
}
