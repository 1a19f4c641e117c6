package strongroom.system;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.mount.MountEntry;
import strongroom.mount.MountSettings;

/** {@code sys/mounts} and, with the same answers, {@code sys/auth}. */
final class MountPaths {
  private final SystemEngine.Parts parts;
  private final boolean auth;
  private final String base;

  MountPaths(SystemEngine.Parts parts, boolean auth) {
    this.parts = parts;
    this.auth = auth;
    this.base = auth ? "auth" : "mounts";
  }

  List<Endpoint> endpoints() {
    String what = auth ? "auth method" : "secrets engine";
    return List.of(
        Endpoint.at(base, "All mounts of this kind.").on(Operation.READ, call -> list()).build(),
        tunable(Endpoint.at(base + "/{name}/tune", "The settings of the " + what + ".")).build(),
        tunable(Endpoint.at(base + "/{a}/{b}/tune", "The settings of the " + what + ".")).build(),
        tunable(Endpoint.at(base + "/{a}/{b}/{c}/tune", "The settings of the " + what + "."))
            .build(),
        Endpoint.at(base + "/{path...}", "One " + what + ".")
            .field("type", "string", "Which engine: kv.")
            .field("description", "string", "For people.")
            .field("config", "object", "The settings, as in tune.")
            .field("options", "object", "The engine's options: version for KV.")
            .field("local", "boolean", "Kept for clients; there is no replication.")
            .field("seal_wrap", "boolean", "Whether its entries are sealed twice.")
            .on(Operation.READ, call -> Response.of(shown(require(path(call)))))
            .onWrite(this::enable)
            .on(Operation.DELETE, this::disable)
            .sudoIf(auth)
            .build());
  }

  private Endpoint.Builder tunable(Endpoint.Builder builder) {
    return builder
        .field("default_lease_ttl", "duration", "What leases get; 0 for the system's.")
        .field("max_lease_ttl", "duration", "What leases never exceed; 0 for the system's.")
        .field("description", "string", "For people.")
        .field("options", "object", "The engine's options: version for KV.")
        .field("listing_visibility", "string", "unauth or hidden.")
        .field("allowed_managed_keys", "array", "The managed keys that the engine may use.")
        .on(Operation.READ, this::readTune)
        .onWrite(this::tune)
        .sudoIf(auth);
  }

  private Response list() {
    JsonObject.Builder all = JsonObject.builder();
    List<MountEntry> entries = auth ? parts.mounts().authMounts() : parts.mounts().secretMounts();
    for (MountEntry entry : entries) {
      all.put(auth ? entry.path().substring("auth/".length()) : entry.path(), shown(entry));
    }
    return Response.of(200, Response.Shape.MIRRORED, all.build());
  }

  /** A mount as clients read it. */
  static JsonObject shown(MountEntry entry) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("accessor", entry.accessor())
            .put("config", config(entry.settings(), entry.isAuth()))
            .put("deprecation_status", "supported")
            .put("description", entry.description())
            .put("external_entropy_access", false)
            .put("local", entry.local());
    if (entry.options().isEmpty()) {
      json.putNull("options");
    } else {
      json.put("options", JsonObject.ofStrings(entry.options()));
    }
    return json.put("plugin_version", "")
        .put("running_plugin_version", "builtin")
        .put("running_sha256", "")
        .put("seal_wrap", entry.sealWrap())
        .put("type", entry.type())
        .put("uuid", entry.uuid())
        .build();
  }

  private static JsonObject config(MountSettings settings, boolean auth) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("default_lease_ttl", settings.defaultLeaseTtl())
            .put("force_no_cache", settings.forceNoCache())
            .put("max_lease_ttl", settings.maxLeaseTtl());
    putShared(json, settings);
    if (auth) {
      json.put(
          "token_type", settings.tokenType().isEmpty() ? "default-service" : settings.tokenType());
    }
    return json.build();
  }

  private static void putShared(JsonObject.Builder json, MountSettings settings) {
    if (!settings.auditNonHmacRequestKeys().isEmpty()) {
      json.put("audit_non_hmac_request_keys", settings.auditNonHmacRequestKeys());
    }
    if (!settings.auditNonHmacResponseKeys().isEmpty()) {
      json.put("audit_non_hmac_response_keys", settings.auditNonHmacResponseKeys());
    }
    if (!settings.listingVisibility().isEmpty()) {
      json.put("listing_visibility", settings.listingVisibility());
    }
    if (!settings.passthroughRequestHeaders().isEmpty()) {
      json.put("passthrough_request_headers", settings.passthroughRequestHeaders());
    }
    if (!settings.allowedResponseHeaders().isEmpty()) {
      json.put("allowed_response_headers", settings.allowedResponseHeaders());
    }
    if (!settings.allowedManagedKeys().isEmpty()) {
      json.put("allowed_managed_keys", settings.allowedManagedKeys());
    }
  }

  private String path(Call call) {
    String path = call.parameters().containsKey("path") ? call.parameter("path") : joined(call);
    String withSlash = path.endsWith("/") ? path : path + "/";
    if (!auth && withSlash.startsWith("auth/")) {
      // Auth methods need sudo, which this way around would not ask for.
      throw Refusal.invalid("auth methods are below sys/auth, not sys/mounts/auth");
    }
    return auth ? "auth/" + withSlash : withSlash;
  }

  private static String joined(Call call) {
    Map<String, String> parameters = call.parameters();
    StringBuilder path = new StringBuilder();
    for (String name : List.of("name", "a", "b", "c")) {
      if (parameters.containsKey(name)) {
        path.append(parameters.get(name)).append('/');
      }
    }
    return path.toString();
  }

  private MountEntry require(String path) {
    return parts
        .mounts()
        .find(path)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    auth
                        ? "No auth engine at " + path.substring("auth/".length())
                        : "No secret engine mount at " + path));
  }

  private Response enable(Call call) {
    Fields fields = call.fields();
    String type = fields.requiredString("type").toLowerCase(Locale.ROOT);
    Map<String, String> options = new HashMap<>(fields.stringMap("options").orElse(Map.of()));
    if (type.equals("kv-v1") || type.equals("kv-v2")) {
      options.put("version", type.substring("kv-v".length()));
      type = "kv";
    }
    // The alias that old clients use.
    if (type.equals("generic")) {
      type = "kv";
    }
    checkKv(type, options);
    Fields config = new Fields(fields.object("config").orElse(JsonObject.EMPTY));
    MountSettings settings = settings(MountSettings.UNSET, config);
    MountEntry entry =
        MountEntry.fresh(
                path(call), type, fields.string("description").orElse(""), options, parts.random())
            .with(
                settings,
                fields.bool("local").orElse(false),
                fields.bool("seal_wrap").orElse(false));
    parts.mounts().enable(entry);
    return Response.done();
  }

  private static void checkKv(String type, Map<String, String> options) {
    String version = options.getOrDefault("version", "");
    if (type.equals("kv") && !version.isEmpty() && !version.equals("1") && !version.equals("2")) {
      throw Refusal.invalid("the option version of KV is \"1\" or \"2\"");
    }
  }

  private Response disable(Call call) {
    String path = path(call);
    parts
        .mounts()
        .find(path)
        .ifPresent(
            entry -> {
              parts.mounts().disable(path);
              QuotaPaths.lock(call);
              parts.quotas().deleteOf(SystemEngine.transaction(call), entry.uuid());
            });
    return Response.done();
  }

  private Response readTune(Call call) {
    MountEntry entry = require(path(call));
    MountSettings settings = entry.settings();
    Call.Mount effective = parts.mounts().asMount(entry);
    JsonObject.Builder json =
        JsonObject.builder()
            .put("default_lease_ttl", effective.defaultLeaseTtl())
            .put("description", entry.description())
            .put("force_no_cache", settings.forceNoCache())
            .put("max_lease_ttl", effective.maxLeaseTtl());
    putShared(json, settings);
    if (auth) {
      json.put(
          "token_type", settings.tokenType().isEmpty() ? "default-service" : settings.tokenType());
    }
    if (!entry.options().isEmpty()) {
      json.put("options", JsonObject.ofStrings(entry.options()));
    }
    return Response.of(200, Response.Shape.MIRRORED, json.build());
  }

  private Response tune(Call call) {
    String path = require(path(call)).path();
    AtomicBoolean upgraded = new AtomicBoolean();
    parts
        .mounts()
        .tune(
            path,
            entry -> {
              MountEntry tuned = tuned(entry, call.fields());
              upgraded.set(isVersioned(tuned) && !isVersioned(entry));
              return tuned;
            });
    return upgraded.get()
        ? Response.done()
            .warning(
                List.of(
                    "Upgrading mount from version 1 to version 2. This mount will be unavailable"
                        + " for a brief period and will resume service shortly."))
        : Response.done();
  }

  private MountEntry tuned(MountEntry entry, Fields fields) {
    MountSettings settings = settings(entry.settings(), fields);
    Map<String, String> options = new HashMap<>(entry.options());
    options.putAll(fields.stringMap("options").orElse(Map.of()));
    checkKv(entry.type(), options);
    MountEntry tuned =
        entry.tuned(fields.string("description").orElse(entry.description()), options, settings);
    if (isVersioned(entry) && !isVersioned(tuned)) {
      throw Refusal.invalid("a KV mount of version 2 cannot go back to version 1");
    }
    return tuned;
  }

  private static boolean isVersioned(MountEntry entry) {
    return entry.type().equals("kv") && "2".equals(entry.options().get("version"));
  }

  private MountSettings settings(MountSettings before, Fields fields) {
    Duration defaultTtl = ttl(fields, "default_lease_ttl", before.defaultLeaseTtl());
    Duration maxTtl = ttl(fields, "max_lease_ttl", before.maxLeaseTtl());
    Duration effectiveMax = maxTtl.isZero() ? parts.mounts().systemTtl().maxTtl() : maxTtl;
    if (defaultTtl.compareTo(effectiveMax) > 0) {
      throw Refusal.invalid(
          "default_lease_ttl is longer than max_lease_ttl (" + effectiveMax.toSeconds() + " s)");
    }
    String visibility = fields.string("listing_visibility").orElse(before.listingVisibility());
    if (!List.of("", "hidden", "unauth").contains(visibility)) {
      throw Refusal.invalid("listing_visibility is unauth or hidden");
    }
    return new MountSettings(
        defaultTtl,
        maxTtl,
        fields.bool("force_no_cache").orElse(before.forceNoCache()),
        visibility,
        fields.strings("audit_non_hmac_request_keys").orElse(before.auditNonHmacRequestKeys()),
        fields.strings("audit_non_hmac_response_keys").orElse(before.auditNonHmacResponseKeys()),
        fields.strings("passthrough_request_headers").orElse(before.passthroughRequestHeaders()),
        fields.strings("allowed_response_headers").orElse(before.allowedResponseHeaders()),
        fields.strings("allowed_managed_keys").orElse(before.allowedManagedKeys()),
        fields.string("token_type").orElse(before.tokenType()));
  }

  /** A duration, or the word for the system's own. */
  private static Duration ttl(Fields fields, String name, Duration before) {
    return fields.string(name).filter("system"::equals).isPresent()
        ? Duration.ZERO
        : fields.duration(name).orElse(before);
  }
}
