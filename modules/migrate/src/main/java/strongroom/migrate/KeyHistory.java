package strongroom.migrate;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.logical.JsonObject;
import strongroom.logical.TimeText;

/**
 * What a server says of a key of KV version 2: {@code GET :mount/metadata/:key}.
 *
 * @param current the number of the newest version, 0 where there is none yet
 * @param versions the versions that are kept, by number
 * @param settings the key's settings
 */
record KeyHistory(long current, NavigableMap<Long, Version> versions, KeySettings settings) {
  /** Whether, and until when, a version can be read. */
  enum State {
    LIVE,
    EXPIRING,
    DELETED,
    DESTROYED
  }

  /**
   * One version.
   *
   * @param state whether it can be read
   * @param deletion when it was or will be deleted
   */
  record Version(State state, Optional<Instant> deletion) {
    boolean readable() {
      return state == State.LIVE || state == State.EXPIRING;
    }
  }

  KeyHistory {
    versions = Collections.unmodifiableNavigableMap(versions);
  }

  static KeyHistory of(JsonObject data, Instant now) {
    NavigableMap<Long, Version> versions = new TreeMap<>();
    for (Map.Entry<String, strongroom.logical.JsonValue> entry :
        Shapes.object(data, "versions").members().entrySet()) {
      if (entry.getValue() instanceof JsonObject version && isNumber(entry.getKey())) {
        versions.put(Long.parseLong(entry.getKey()), version(version, now));
      }
    }
    return new KeyHistory(Shapes.number(data, "current_version"), versions, KeySettings.of(data));
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() < 18 && text.chars().allMatch(Character::isDigit);
  }

  private static Version version(JsonObject version, Instant now) {
    Optional<Instant> deletion = TimeText.parseTime(Shapes.text(version, "deletion_time"));
    State state =
        Shapes.flag(version, "destroyed")
            ? State.DESTROYED
            : deletion.isEmpty()
                ? State.LIVE
                : deletion.get().isAfter(now) ? State.EXPIRING : State.DELETED;
    return new Version(state, deletion);
  }

  Optional<Version> version(long number) {
    return Optional.ofNullable(versions.get(number));
  }

  /** The oldest version kept; the one after the newest where none is. */
  long oldest() {
    return versions.isEmpty() ? current + 1 : versions.firstKey();
  }
}
