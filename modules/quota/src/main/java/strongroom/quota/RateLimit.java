package strongroom.quota;

import java.time.Duration;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/**
 * How many requests each client may make in an interval, and where.
 *
 * @param mountUuid the mount it is for, which may move; empty text for all of them
 * @param suffix the path within the mount without a slash at its end, with {@code *} there for all
 *     that begin so; empty text for the whole mount
 * @param role whose logins it is for; empty text for all requests
 * @param rate how many requests, more than 0
 * @param interval in which time
 * @param blockInterval how long a client that has made too many is refused everything; zero for
 *     until its interval ends
 * @param inheritable kept for clients; there are no namespaces below this one
 */
public record RateLimit(
    String name,
    String mountUuid,
    String suffix,
    String role,
    double rate,
    Duration interval,
    Duration blockInterval,
    boolean inheritable) {

  /** Whether both are for the same requests. */
  public boolean sameRequestsAs(RateLimit other) {
    return mountUuid.equals(other.mountUuid)
        && suffix.equals(other.suffix)
        && role.equals(other.role);
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("version", 1)
        .put("mount_uuid", mountUuid)
        .put("suffix", suffix)
        .put("role", role)
        .put("rate", Double.toString(rate))
        .put("interval", interval)
        .put("block_interval", blockInterval)
        .put("inheritable", inheritable)
        .build();
  }

  static RateLimit of(String name, JsonObject json) {
    Fields fields = new Fields(json);
    return new RateLimit(
        name,
        fields.string("mount_uuid").orElse(""),
        fields.string("suffix").orElse(""),
        fields.string("role").orElse(""),
        Double.parseDouble(fields.requiredString("rate")),
        fields.duration("interval").orElse(Duration.ofSeconds(1)),
        fields.duration("block_interval").orElse(Duration.ZERO),
        fields.bool("inheritable").orElse(false));
  }
}
