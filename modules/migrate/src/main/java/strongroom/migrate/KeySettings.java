package strongroom.migrate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonObject;
import strongroom.logical.TimeText;

/**
 * The settings of a key of KV version 2.
 *
 * @param maxVersions how many versions are kept, 0 for the mount's number
 * @param casRequired whether each write names the version it follows
 * @param deleteAfter how long a version lasts, zero for as the mount says
 * @param custom custom metadata
 */
record KeySettings(
    long maxVersions, boolean casRequired, Duration deleteAfter, Map<String, String> custom) {
  /** Custom metadata of a key that a run has begun to write and not finished. */
  static final Map<String, String> MARK = Map.of("strongroom-migrate", "unfinished");

  private static final KeySettings UNSET = new KeySettings(0, false, Duration.ZERO, Map.of());

  KeySettings {
    custom = Map.copyOf(custom);
  }

  static KeySettings of(JsonObject data) {
    return new KeySettings(
        Shapes.number(data, "max_versions"),
        Shapes.flag(data, "cas_required"),
        TimeText.parseDuration(Shapes.text(data, "delete_version_after")).orElse(Duration.ZERO),
        Shapes.stringMap(data, "custom_metadata"));
  }

  boolean unset() {
    return equals(UNSET);
  }

  boolean marked() {
    return custom.equals(MARK);
  }

  /** While a key is written: all its versions are kept, none expires, and it is marked. */
  static KeySettings whileWriting(long versions) {
    return new KeySettings(Math.max(1, versions), false, Duration.ZERO, MARK);
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("max_versions", maxVersions)
        .put("cas_required", casRequired)
        .put("delete_version_after", TimeText.formatDuration(deleteAfter))
        .put("custom_metadata", JsonObject.ofStrings(custom))
        .build();
  }

  /** The names of the settings in which this and {@code other} differ. */
  List<String> differences(KeySettings other) {
    List<String> names = new ArrayList<>();
    if (maxVersions != other.maxVersions) {
      names.add("max_versions");
    }
    if (casRequired != other.casRequired) {
      names.add("cas_required");
    }
    if (!deleteAfter.equals(other.deleteAfter)) {
      names.add("delete_version_after");
    }
    if (!custom.equals(other.custom)) {
      names.add("custom_metadata");
    }
    return names;
  }
}
