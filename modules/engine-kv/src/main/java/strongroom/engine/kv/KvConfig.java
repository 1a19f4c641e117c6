package strongroom.engine.kv;

import java.time.Duration;
import java.util.Optional;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.TimeText;

/**
 * A mount's settings of version 2.
 *
 * @param versionsMax how many versions a key keeps, 0 for {@link #VERSIONS_DEFAULT}
 * @param casRequired whether every write must name the version it follows
 * @param deleteAfter how long a version lasts; zero for ever where the key does not say otherwise,
 *     negative for ever whatever a key says
 */
record KvConfig(int versionsMax, boolean casRequired, Duration deleteAfter) {
  static final int VERSIONS_DEFAULT = 10;
  static final int VERSIONS_LIMIT = 10_000;

  private static final Duration NEVER = Duration.ofSeconds(-1);
  private static final KvConfig UNSET = new KvConfig(0, false, Duration.ZERO);

  static KvConfig of(EngineStorage storage) {
    return storage
        .get(KvPath.CONFIG)
        .map(bytes -> UNSET.with(new Fields(Stored.parse(bytes))))
        .orElse(UNSET);
  }

  KvConfig with(Fields fields) {
    return new KvConfig(
        fields.integer("max_versions", 0, VERSIONS_LIMIT).orElse(versionsMax),
        fields.bool("cas_required").orElse(casRequired),
        fields
            .signedDuration("delete_version_after")
            .map(duration -> duration.isNegative() ? NEVER : duration)
            .orElse(deleteAfter));
  }

  /** How many versions are kept of a key that asks for {@code ofKey}: the larger, as in Vault. */
  int versionsKept(int ofKey) {
    int asked = Math.max(ofKey, versionsMax);
    return asked > 0 ? asked : VERSIONS_DEFAULT;
  }

  /** How long a version lasts of a key that asks for {@code ofKey}: the shorter that is set. */
  Optional<Duration> lifetime(Duration ofKey) {
    if (deleteAfter.isNegative() || (deleteAfter.isZero() && ofKey.isZero())) {
      return Optional.empty();
    }
    boolean mountDecides =
        ofKey.isZero() || (!deleteAfter.isZero() && deleteAfter.compareTo(ofKey) < 0);
    return Optional.of(mountDecides ? deleteAfter : ofKey);
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("cas_required", casRequired)
        .put("delete_version_after", TimeText.formatDuration(deleteAfter))
        .put("max_versions", versionsMax)
        .build();
  }
}
