package strongroom.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/**
 * A group of entities.
 *
 * @param id a UUID
 * @param name its own among groups; upper and lower case do not count
 * @param external whether auth methods say who belongs to it, by its alias
 * @param profile what people have set
 * @param members who belongs to it, but for external groups
 * @param alias what an auth method calls it; of external groups only
 * @param modifyIndex how often it was written
 * @param times when it was made and changed
 */
record Group(
    String id,
    String name,
    boolean external,
    Profile profile,
    Members members,
    Optional<Alias> alias,
    long modifyIndex,
    Alias.Times times) {

  /** What people set of a group. */
  record Profile(List<String> policies, Map<String, String> metadata) {
    /** Of a group that is made for an alias. */
    static final Profile NONE = new Profile(List.of(), Map.of());

    Profile {
      policies = List.copyOf(policies);
      metadata = Map.copyOf(metadata);
    }
  }

  /** The ids of entities and of groups, each in order. */
  record Members(List<String> entityIds, List<String> groupIds) {
    static final Members NONE = new Members(List.of(), List.of());

    int size() {
      return entityIds.size() + groupIds.size();
    }

    Members {
      entityIds = entityIds.stream().distinct().sorted().toList();
      groupIds = groupIds.stream().distinct().sorted().toList();
    }
  }

  static Group fresh(String id, String name, boolean external, Instant now) {
    return new Group(
        id, name, external, Profile.NONE, Members.NONE, Optional.empty(), 0, Alias.Times.now(now));
  }

  Group with(String otherName, Profile other) {
    return new Group(id, otherName, external, other, members, alias, modifyIndex, times);
  }

  Group with(Members others) {
    return new Group(id, name, external, profile, others, alias, modifyIndex, times);
  }

  Group with(Optional<Alias> other) {
    return new Group(id, name, external, profile, members, other, modifyIndex, times);
  }

  /** As it is written next. */
  Group updated(Instant now) {
    Alias.Times written = modifyIndex == 0 ? times : times.updated(now);
    return new Group(id, name, external, profile, members, alias, modifyIndex + 1, written);
  }

  JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", id)
            .put("name", name)
            .put("external", external)
            .put("policies", profile.policies())
            .put("metadata", JsonObject.ofStrings(profile.metadata()))
            .put("member_entity_ids", members.entityIds())
            .put("member_group_ids", members.groupIds())
            .put("modify_index", modifyIndex);
    alias.ifPresent(a -> json.put("alias", a.toJson()));
    times.writeTo(json);
    return json.build();
  }

  static Group fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    return new Group(
        fields.string("id").orElseThrow(),
        fields.string("name").orElseThrow(),
        fields.bool("external").orElseThrow(),
        new Profile(
            fields.strings("policies").orElseThrow(), fields.stringMap("metadata").orElseThrow()),
        new Members(
            fields.strings("member_entity_ids").orElseThrow(),
            fields.strings("member_group_ids").orElseThrow()),
        fields.object("alias").map(Alias::fromJson),
        fields.integer("modify_index").orElseThrow(),
        Alias.Times.fromJson(fields));
  }

  /** Names the group by its id only. */
  @Override
  public String toString() {
    return "Group[" + id + "]";
  }
}
