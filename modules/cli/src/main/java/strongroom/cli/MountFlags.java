package strongroom.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.TimeText;

/** What enabling, tuning and listing secrets engines and auth methods have in common. */
final class MountFlags {
  private MountFlags() {}

  /** Flags whose values go into the mount's configuration under a name of their own. */
  private static final Map<String, String> LISTS =
      Map.of(
          "audit-non-hmac-request-keys", "audit_non_hmac_request_keys",
          "audit-non-hmac-response-keys", "audit_non_hmac_response_keys",
          "passthrough-request-headers", "passthrough_request_headers",
          "allowed-response-headers", "allowed_response_headers",
          "allowed-managed-keys", "allowed_managed_keys");

  private static final Map<String, String> TEXTS =
      Map.of(
          "listing-visibility", "listing_visibility",
          "plugin-version", "plugin_version",
          "token-type", "token_type",
          "identity-token-key", "identity_token_key",
          "trim-request-trailing-slashes", "trim_request_trailing_slashes");

  /** The flags of enabling and of tuning. */
  static final List<Flag> CONFIGURATION =
      List.of(
          Flag.text("description", "What it is for, for people."),
          Flag.duration("default-lease-ttl", "The default lifetime of leases and tokens."),
          Flag.duration("max-lease-ttl", "Their longest lifetime."),
          Flag.list("audit-non-hmac-request-keys", "A request field audited in the clear."),
          Flag.list("audit-non-hmac-response-keys", "A response field audited in the clear."),
          Flag.text("listing-visibility", "unauth: shown before logging in; hidden: not."),
          Flag.list("passthrough-request-headers", "A request header that it gets."),
          Flag.list("allowed-response-headers", "A response header that it may set."),
          Flag.list("allowed-managed-keys", "A managed key that it may use."),
          Flag.map("options", "An option of its type; may be repeated."),
          Flag.number("version", "The version of its type, for kv: 1 or 2."),
          Flag.text("plugin-version", "The version of its plugin."),
          Flag.text("identity-token-key", "The key that signs its identity tokens."),
          Flag.text("trim-request-trailing-slashes", "Whether paths lose slashes at their end."));

  /** The flags of enabling alone. */
  static final List<Flag> ENABLING =
      List.of(
          Flag.text("path", "Where it is mounted; by default at its type."),
          Flag.onOff("local", "Keep it out of replication."),
          Flag.onOff("seal-wrap", "Wrap its critical values by the seal too."),
          Flag.onOff("external-entropy-access", "Give it the external source of randomness."),
          Flag.onOff("force-no-cache", "Do not cache what it stores."),
          Flag.text("plugin-name", "The name of its plugin."));

  /** The body that mounts {@code type}. */
  static JsonObject enabling(Flags flags, String type) {
    JsonObject.Builder config = configuration(flags);
    flags.duration("default-lease-ttl").ifPresent(ttl -> config.put("default_lease_ttl", ttl(ttl)));
    flags.duration("max-lease-ttl").ifPresent(ttl -> config.put("max_lease_ttl", ttl(ttl)));
    if (flags.on("force-no-cache")) {
      config.put("force_no_cache", true);
    }
    JsonObject.Builder body =
        JsonObject.builder()
            .put("type", type)
            .put("description", flags.text("description"))
            .put("config", config.build())
            .put("local", flags.on("local"))
            .put("seal_wrap", flags.on("seal-wrap"))
            .put("external_entropy_access", flags.on("external-entropy-access"));
    options(flags).ifPresent(options -> body.put("options", options));
    return body.build();
  }

  /** The body that tunes a mount: what was given and nothing else. */
  static JsonObject tuning(Flags flags) {
    JsonObject.Builder body = configuration(flags);
    flags.find("description").ifPresent(text -> body.put("description", text));
    flags.duration("default-lease-ttl").ifPresent(ttl -> body.put("default_lease_ttl", ttl(ttl)));
    flags.duration("max-lease-ttl").ifPresent(ttl -> body.put("max_lease_ttl", ttl(ttl)));
    options(flags).ifPresent(options -> body.put("options", options));
    return body.build();
  }

  /** As the API reads it: a negative duration goes back to what the system has. */
  private static String ttl(java.time.Duration ttl) {
    return ttl.isNegative() ? "system" : TimeText.formatDuration(ttl);
  }

  private static JsonObject.Builder configuration(Flags flags) {
    JsonObject.Builder config = JsonObject.builder();
    new TreeMap<>(LISTS)
        .forEach(
            (flag, name) -> {
              if (flags.isSet(flag)) {
                config.put(name, flags.list(flag));
              }
            });
    new TreeMap<>(TEXTS)
        .forEach((flag, name) -> flags.find(flag).ifPresent(text -> config.put(name, text)));
    return config;
  }

  private static Optional<JsonObject> options(Flags flags) {
    JsonObject.Builder options =
        JsonObject.builder().putAll(JsonObject.ofStrings(flags.map("options")));
    if (flags.number("version", 0) > 0) {
      options.put("version", Long.toString(flags.number("version", 0)));
    }
    return Optional.of(options.build()).filter(all -> !all.isEmpty());
  }

  /** The mounts in the answer of {@code sys/mounts} or {@code sys/auth}, in order. */
  static Map<String, JsonObject> mounts(Secret answer) {
    Map<String, JsonObject> mounts = new TreeMap<>();
    answer
        .data()
        .members()
        .forEach(
            (path, value) -> {
              if (value instanceof JsonObject mount) {
                mounts.put(path, mount);
              }
            });
    return mounts;
  }

  /** The table of few columns. */
  static Table simple(Map<String, JsonObject> mounts, boolean withVersion) {
    Table table =
        withVersion
            ? Table.titled("Path", "Type", "Accessor", "Description", "Version")
            : Table.titled("Path", "Type", "Accessor", "Description");
    mounts.forEach(
        (path, mount) -> {
          List<String> row = new java.util.ArrayList<>();
          row.add(path);
          for (String name : List.of("type", "accessor", "description")) {
            row.add(Secret.text(mount, name));
          }
          if (withVersion) {
            row.add(Secret.text(mount, "plugin_version"));
          }
          table.row(row);
        });
    return table;
  }

  /** The table of all columns; {@code fourth} is the one that both kinds do not share. */
  static Table detailed(Map<String, JsonObject> mounts, String fourth, String fourthName) {
    Table table =
        Table.titled(
            "Path",
            "Plugin",
            "Accessor",
            "Default TTL",
            "Max TTL",
            fourth,
            "Replication",
            "Seal Wrap",
            "External Entropy Access",
            "Options",
            "Description",
            "UUID",
            "Version",
            "Running Version",
            "Running SHA256",
            "Deprecation Status");
    mounts.forEach(
        (path, mount) -> {
          JsonObject config = Secret.object(mount, "config").orElse(JsonObject.EMPTY);
          JsonValue options = mount.member("options").orElse(JsonNull.NULL);
          table.row(
              path,
              Secret.text(mount, "type"),
              Secret.text(mount, "accessor"),
              shownTtl(mount, config, "default_lease_ttl"),
              shownTtl(mount, config, "max_lease_ttl"),
              Secret.text(config, fourthName),
              Secret.is(mount, "local") ? "local" : "replicated",
              Boolean.toString(Secret.is(mount, "seal_wrap")),
              Boolean.toString(Secret.is(mount, "external_entropy_access")),
              options == JsonNull.NULL ? "map[]" : GoText.value(options),
              Secret.text(mount, "description"),
              Secret.text(mount, "uuid"),
              Secret.text(mount, "plugin_version"),
              Secret.text(mount, "running_plugin_version"),
              Secret.text(mount, "running_sha256"),
              Secret.text(mount, "deprecation_status"));
        });
    return table;
  }

  private static String shownTtl(JsonObject mount, JsonObject config, String name) {
    String type = Secret.text(mount, "type");
    if (type.equals("system") || type.equals("cubbyhole")) {
      return "";
    }
    long ttl = Secret.number(config, name).orElse(0);
    return ttl == 0 ? "system" : Long.toString(ttl);
  }

  /** Moves a mount and waits until it has arrived. */
  static int move(Invocation call, String kind, String from, String to) {
    String what = kind + " " + from + " to " + to;
    JsonObject body = JsonObject.builder().put("from", from).put("to", to).build();
    JsonObject answer =
        Invocation.during(
                "Error moving " + what,
                () -> call.client().secret(ApiRequest.post("sys/remount", body)))
            .map(Secret::data)
            .orElse(JsonObject.EMPTY);
    String id = Secret.text(answer, "migration_id");
    if (id.isEmpty()) {
      call.out().line("Success! Moved " + what);
      return 0;
    }
    call.out().line("Started moving " + what + ", with migration ID " + id);
    long waitMillis = 50;
    while (true) {
      JsonObject status =
          Invocation.during(
                  "Error checking migration status of " + what,
                  () -> call.client().secret(ApiRequest.get("sys/remount/status/" + id)))
              .map(Secret::data)
              .orElse(JsonObject.EMPTY);
      JsonObject info = Secret.object(status, "migration_info").orElse(JsonObject.EMPTY);
      switch (Secret.text(info, "status")) {
        case "success" -> {
          call.out().line("Success! Finished moving " + what + ", with migration ID " + id);
          return 0;
        }
        case "failure" ->
            throw Failure.remote(
                "Failure! Error encountered moving " + what + ", with migration ID " + id);
        default -> pause(waitMillis);
      }
      waitMillis = Math.min(waitMillis * 2, 5_000);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.remote("interrupted");
    }
  }
}
