package strongroom.system;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.mount.MountEntry;
import strongroom.mount.Route;
import strongroom.quota.QuotaSettings;
import strongroom.quota.RateLimit;

/** {@code sys/quotas}: rate limits, and what holds for all of them. */
final class QuotaPaths {
  private static final int NAME_LENGTH_MAX = 256;
  private static final int PATH_LENGTH_MAX = 4096;

  private final SystemEngine.Parts parts;

  QuotaPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("quotas/config", "What holds for all rate limits.")
            .field("rate_limit_exempt_paths", "array", "The paths that no limit is for.")
            .field(
                "enable_rate_limit_audit_logging",
                "boolean",
                "Whether what a limit refuses is recorded by audit devices.")
            .field(
                "enable_rate_limit_response_headers",
                "boolean",
                "Whether answers tell how many requests are left.")
            .on(Operation.READ, call -> Response.of(parts.quotas().settings().toJson()))
            .onWrite(this::configure)
            .build(),
        Endpoint.at("quotas/rate-limit", "The names of all rate limits.")
            .on(Operation.LIST, call -> list())
            .build(),
        Endpoint.at("quotas/rate-limit/{name}", "How many requests each client may make.")
            .field("path", "string", "A mount, a path in it, or the beginning of one with *; all.")
            .field("role", "string", "Whose logins it is for, where the path is an auth method.")
            .field("rate", "number", "How many requests in an interval.")
            .field("interval", "duration", "In which time; 1s by default.")
            .field("block_interval", "duration", "How long one that asked too often is refused.")
            .field("inheritable", "boolean", "Kept for clients; true where path is empty.")
            .on(Operation.READ, this::read)
            .onWrite(this::write)
            .on(Operation.DELETE, this::delete)
            .build());
  }

  /** Lets one request after the other change limits. */
  static void lock(Call call) {
    call.storage().lock("quotas");
  }

  private Response configure(Call call) {
    QuotaSettings settings = QuotaSettings.of(call.fields());
    lock(call);
    parts.quotas().set(SystemEngine.transaction(call), settings);
    return Response.done();
  }

  private Response list() {
    List<String> names =
        parts.quotas().all().stream()
            .filter(limit -> path(limit).isPresent())
            .map(RateLimit::name)
            .toList();
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  private Response read(Call call) {
    RateLimit limit = parts.quotas().find(call.parameter("name")).orElseThrow(Refusal::notFound);
    return Response.of(
        JsonObject.builder()
            .put("block_interval", limit.blockInterval())
            .put("inheritable", limit.inheritable())
            .put("interval", limit.interval())
            .put("name", limit.name())
            .put("path", path(limit).orElseThrow(Refusal::notFound))
            .put("rate", number(limit.rate()))
            .put("role", limit.role())
            .put("type", "rate-limit")
            .build());
  }

  private static JsonNumber number(double rate) {
    return rate == Math.rint(rate) && rate < 1e15
        ? JsonNumber.of((long) rate)
        : new JsonNumber(Double.toString(rate));
  }

  /** Where it is now; empty where its mount is gone. */
  private Optional<String> path(RateLimit limit) {
    return limit.mountUuid().isEmpty()
        ? Optional.of("")
        : Stream.concat(
                parts.mounts().secretMounts().stream(), parts.mounts().authMounts().stream())
            .filter(entry -> entry.uuid().equals(limit.mountUuid()))
            .map(MountEntry::path)
            .map(path -> path + limit.suffix())
            .findFirst();
  }

  private Response write(Call call) {
    RateLimit limit = limit(name(call), call.fields());
    lock(call);
    parts.quotas().put(SystemEngine.transaction(call), limit);
    return Response.done();
  }

  private Response delete(Call call) {
    lock(call);
    parts.quotas().delete(SystemEngine.transaction(call), call.parameter("name"));
    return Response.done();
  }

  private static String name(Call call) {
    String name = call.parameter("name");
    if (!name.matches("\\w([\\w.-]*\\w)?") || name.length() > NAME_LENGTH_MAX) {
      throw Refusal.invalid(
          "a quota's name has up to "
              + NAME_LENGTH_MAX
              + " letters, digits, _ and, but for its ends, - and .");
    }
    return name;
  }

  private RateLimit limit(String name, Fields fields) {
    Duration interval = fields.duration("interval").orElse(Duration.ZERO);
    String path = slashed(fields.string("path").orElse(""));
    String role = fields.string("role").orElse("");
    boolean all = path.isEmpty();
    String mountUuid = "";
    String suffix = "";
    if (!all) {
      Route route =
          parts
              .mounts()
              .route(path)
              .orElseThrow(() -> Refusal.invalid("invalid mount path \"" + path + "\""));
      mountUuid = route.entry().uuid();
      suffix = route.relative(path);
      suffix = suffix.endsWith("/") ? suffix.substring(0, suffix.length() - 1) : suffix;
      checkRole(role, suffix, route);
    } else if (!role.isEmpty()) {
      throw Refusal.invalid("a quota with a role needs the path of an auth method");
    }
    boolean inheritable = fields.bool("inheritable").orElse(all);
    if (inheritable && !all) {
      throw Refusal.invalid("inheritable is for quotas of a namespace only: leave path empty");
    }
    return new RateLimit(
        name,
        mountUuid,
        suffix,
        role,
        rate(fields),
        interval.isZero() ? Duration.ofSeconds(1) : whole("interval", interval),
        whole("block_interval", fields.duration("block_interval").orElse(Duration.ZERO)),
        inheritable);
  }

  private static String slashed(String path) {
    String bare = path.startsWith("/") ? path.substring(1) : path;
    if (bare.length() > PATH_LENGTH_MAX) {
      throw Refusal.invalid("path has more than " + PATH_LENGTH_MAX + " characters");
    }
    return bare.isEmpty() || bare.endsWith("/") ? bare : bare + "/";
  }

  private static void checkRole(String role, String suffix, Route route) {
    if (role.isEmpty()) {
      return;
    }
    if (!suffix.isEmpty()) {
      throw Refusal.invalid("a quota has a role, or a path within a mount, not both");
    }
    String mount = "the mount \"" + route.entry().path() + "\"";
    if (!route.entry().isAuth()) {
      throw Refusal.invalid(mount + " is no auth method, which a quota with a role needs");
    }
    if (!route.hasRoles()) {
      throw Refusal.invalid(mount + " is of a type whose logins name no role");
    }
  }

  private static double rate(Fields fields) {
    try {
      double rate = Double.parseDouble(fields.string("rate").orElse("0").strip());
      if (rate > 0 && Double.isFinite(rate)) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that cannot be.
    }
    throw Refusal.invalid("'rate' is invalid: it is a number above 0");
  }

  private static Duration whole(String name, Duration duration) {
    if (duration.toNanosPart() != 0) {
      throw Refusal.invalid(name + " is in whole seconds");
    }
    return duration;
  }
}
