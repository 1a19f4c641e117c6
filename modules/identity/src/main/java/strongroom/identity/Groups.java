package strongroom.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All groups at one moment, and what follows from them. Never changes: where a group does, other
 * groups take their place as a whole, so that no reader sees half of a change.
 */
final class Groups {
  static final Groups NONE = new Groups(Map.of());

  private final Map<String, Group> byId;
  private final Map<String, Group> byName = new HashMap<>();
  private final Map<AliasKey, Group> byAlias = new HashMap<>();
  private final Map<String, Group> byAliasId = new HashMap<>();
  private final Map<String, List<Group>> byMember = new HashMap<>();
  private final Map<String, List<Group>> parents = new HashMap<>();
  private final long memberships;

  private Groups(Map<String, Group> byId) {
    this.byId = byId;
    long count = 0;
    for (Group group : byId.values()) {
      byName.put(AliasKey.canonical(group.name()), group);
      group.alias().ifPresent(alias -> byAlias.put(alias.key(), group));
      group.alias().ifPresent(alias -> byAliasId.put(alias.id(), group));
      for (String entity : group.members().entityIds()) {
        byMember.computeIfAbsent(entity, key -> new ArrayList<>(1)).add(group);
      }
      for (String member : group.members().groupIds()) {
        parents.computeIfAbsent(member, key -> new ArrayList<>(1)).add(group);
      }
      count += group.members().size();
    }
    memberships = count;
  }

  /** These with {@code changes}: a group by its id, or nothing where it is gone. */
  Groups with(Map<String, Optional<Group>> changes) {
    Map<String, Group> next = new HashMap<>(byId);
    changes.forEach(
        (id, group) -> group.ifPresentOrElse(g -> next.put(id, g), () -> next.remove(id)));
    return new Groups(next);
  }

  Collection<Group> all() {
    return byId.values().stream().sorted(Comparator.comparing(Group::id)).toList();
  }

  int size() {
    return byId.size();
  }

  /** How many members all have together. */
  long memberships() {
    return memberships;
  }

  Optional<Group> byId(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<Group> byName(String name) {
    return Optional.ofNullable(byName.get(AliasKey.canonical(name)));
  }

  Optional<Group> byAlias(AliasKey key) {
    return Optional.ofNullable(byAlias.get(key));
  }

  Optional<Group> byAliasId(String aliasId) {
    return Optional.ofNullable(byAliasId.get(aliasId));
  }

  /** The groups that have the group {@code id} for a member, in the order of their ids. */
  List<String> parentIds(String id) {
    return parents.getOrDefault(id, List.of()).stream().map(Group::id).sorted().toList();
  }

  /** The internal groups that have the entity {@code id} for a member. */
  List<Group> withMember(String id) {
    return byMember.getOrDefault(id, List.of());
  }

  /**
   * The groups that an entity belongs to, in the order of their ids.
   *
   * @param direct those that have it for a member
   * @param inherited those that have one of these for a member, and so on, but for direct ones
   */
  record Membership(List<Group> direct, List<Group> inherited) {
    List<Group> all() {
      List<Group> all = new ArrayList<>(direct);
      all.addAll(inherited);
      return all;
    }
  }

  Membership of(Entity entity) {
    Map<String, Group> direct = new LinkedHashMap<>();
    withMember(entity.id()).forEach(group -> direct.put(group.id(), group));
    entity.external().stream()
        .flatMap(key -> byAlias(key).stream())
        .forEach(group -> direct.put(group.id(), group));
    Map<String, Group> inherited = new LinkedHashMap<>();
    List<Group> open = new ArrayList<>(direct.values());
    while (!open.isEmpty()) {
      Group group = open.removeLast();
      for (Group parent : parents.getOrDefault(group.id(), List.of())) {
        if (!direct.containsKey(parent.id()) && inherited.put(parent.id(), parent) == null) {
          open.add(parent);
        }
      }
    }
    return new Membership(byIdOrder(direct), byIdOrder(inherited));
  }

  private static List<Group> byIdOrder(Map<String, Group> groups) {
    return groups.values().stream().sorted(Comparator.comparing(Group::id)).toList();
  }

  /** Whether {@code group} would belong to itself with {@code memberIds} for members. */
  boolean makesCycle(String group, Collection<String> memberIds) {
    Set<String> seen = new TreeSet<>();
    List<String> open = new ArrayList<>(memberIds);
    while (!open.isEmpty()) {
      String id = open.removeLast();
      if (id.equals(group)) {
        return true;
      }
      if (seen.add(id)) {
        byId(id).ifPresent(member -> open.addAll(member.members().groupIds()));
      }
    }
    return false;
  }
}
