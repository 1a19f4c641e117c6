package strongroom.quota;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All rate limits, to be found by what a request is for. The most special one counts: that of a
 * role, of a path, of all that begins as a path does (the longest), of a mount, of everything.
 * Immutable.
 */
final class RateTable {
  static final RateTable EMPTY = new RateTable(Map.of());

  private final Map<String, Limiter> byName;
  private final Map<String, OfMount> byMount = new HashMap<>();
  private final @Nullable Limiter global;

  private static final class OfMount {
    private final Map<String, Limiter> roles = new HashMap<>();
    private final Map<String, Limiter> paths = new HashMap<>();
    private final TreeMap<String, Limiter> beginnings = new TreeMap<>();
    private @Nullable Limiter whole;

    private void add(Limiter limiter) {
      RateLimit limit = limiter.limit();
      if (!limit.role().isEmpty()) {
        roles.put(limit.role(), limiter);
      } else if (limit.suffix().endsWith("*")) {
        beginnings.put(limit.suffix().substring(0, limit.suffix().length() - 1), limiter);
      } else if (limit.suffix().isEmpty()) {
        whole = limiter;
      } else {
        paths.put(limit.suffix(), limiter);
      }
    }

    private @Nullable Limiter of(String path, Supplier<Optional<String>> role) {
      if (!roles.isEmpty()) {
        Limiter ofRole = role.get().map(roles::get).orElse(null);
        if (ofRole != null) {
          return ofRole;
        }
      }
      Limiter exact = paths.get(path);
      if (exact != null) {
        return exact;
      }
      // Of two beginnings of a path the longer one comes later, and others may stand between.
      for (Map.Entry<String, Limiter> one :
          beginnings.headMap(path, true).descendingMap().entrySet()) {
        if (path.startsWith(one.getKey())) {
          return one.getValue();
        }
      }
      return whole;
    }
  }

  private RateTable(Map<String, Limiter> byName) {
    this.byName = byName;
    Limiter everything = null;
    for (Limiter limiter : byName.values()) {
      String mount = limiter.limit().mountUuid();
      if (mount.isEmpty()) {
        everything = limiter;
      } else {
        byMount.computeIfAbsent(mount, _ -> new OfMount()).add(limiter);
      }
    }
    global = everything;
  }

  RateTable with(Limiter limiter) {
    Map<String, Limiter> more = new TreeMap<>(byName);
    more.put(limiter.limit().name(), limiter);
    return new RateTable(more);
  }

  RateTable without(String name) {
    Map<String, Limiter> fewer = new TreeMap<>(byName);
    fewer.remove(name);
    return new RateTable(fewer);
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  Collection<Limiter> all() {
    return byName.values();
  }

  @Nullable Limiter named(String name) {
    return byName.get(name);
  }

  /** The limit that counts; null for none. */
  @Nullable Limiter of(Subject subject) {
    OfMount mount = byMount.get(subject.mountUuid());
    Limiter found = mount == null ? null : mount.of(subject.path(), subject.role());
    return found == null ? global : found;
  }

  /**
   * What a request is for.
   *
   * @param mountUuid empty text where there is no mount
   * @param path within the mount, without a slash at its end
   * @param role who logs in; asked for only where a limit is for a role
   */
  record Subject(String mountUuid, String path, Supplier<Optional<String>> role) {}
}
