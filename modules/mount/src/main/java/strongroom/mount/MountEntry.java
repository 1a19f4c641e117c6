package strongroom.mount;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/**
 * A mount.
 *
 * @param path with a slash behind; auth methods' with {@code auth/} before
 * @param uuid names its part of storage, and stays when the mount is moved
 * @param accessor a name that can be shown: {@code kv_0123abcd}
 * @param type which engine
 * @param description for people
 * @param options of the engine: {@code version} of KV
 * @param settings what can be tuned
 * @param local kept for clients; replication does not exist here
 * @param sealWrap whether its part of storage is sealed twice
 * @param tainted whether it is being disabled and answers nothing any more
 */
public record MountEntry(
    String path,
    String uuid,
    String accessor,
    String type,
    String description,
    Map<String, String> options,
    MountSettings settings,
    boolean local,
    boolean sealWrap,
    boolean tainted) {

  /** A mount that does not exist yet, with nothing tuned. */
  public static MountEntry fresh(
      String path,
      String type,
      String description,
      Map<String, String> options,
      SecureRandom random) {
    byte[] suffix = new byte[4];
    random.nextBytes(suffix);
    String accessor =
        (path.startsWith("auth/") ? "auth_" : "") + type + "_" + HexFormat.of().formatHex(suffix);
    return new MountEntry(
        path,
        UUID.randomUUID().toString(),
        accessor,
        type,
        description,
        options,
        MountSettings.UNSET,
        type.equals("cubbyhole"),
        type.equals("system"),
        false);
  }

  /** Whether it is an auth method. */
  public boolean isAuth() {
    return path.startsWith("auth/");
  }

  /** Its part of storage, with a slash behind. */
  public String storagePrefix() {
    return (isAuth() ? "auth/" : "logical/") + uuid + "/";
  }

  /** The same mount at another path. */
  public MountEntry at(String otherPath) {
    return new MountEntry(
        otherPath, uuid, accessor, type, description, options, settings, local, sealWrap, tainted);
  }

  /** The same mount, tuned. */
  public MountEntry tuned(
      String newDescription, Map<String, String> newOptions, MountSettings newSettings) {
    return new MountEntry(
        path,
        uuid,
        accessor,
        type,
        newDescription,
        Map.copyOf(newOptions),
        newSettings,
        local,
        sealWrap,
        tainted);
  }

  /** The same mount, as it is enabled. */
  public MountEntry with(MountSettings newSettings, boolean isLocal, boolean isSealWrapped) {
    return new MountEntry(
        path,
        uuid,
        accessor,
        type,
        description,
        options,
        newSettings,
        isLocal,
        isSealWrapped,
        tainted);
  }

  MountEntry taint() {
    return new MountEntry(
        path, uuid, accessor, type, description, options, settings, local, sealWrap, true);
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("path", path)
        .put("uuid", uuid)
        .put("accessor", accessor)
        .put("type", type)
        .put("description", description)
        .put("options", JsonObject.ofStrings(options))
        .put("default_lease_ttl", settings.defaultLeaseTtl())
        .put("max_lease_ttl", settings.maxLeaseTtl())
        .put("force_no_cache", settings.forceNoCache())
        .put("listing_visibility", settings.listingVisibility())
        .put("audit_non_hmac_request_keys", settings.auditNonHmacRequestKeys())
        .put("audit_non_hmac_response_keys", settings.auditNonHmacResponseKeys())
        .put("passthrough_request_headers", settings.passthroughRequestHeaders())
        .put("allowed_response_headers", settings.allowedResponseHeaders())
        .put("allowed_managed_keys", settings.allowedManagedKeys())
        .put("token_type", settings.tokenType())
        .put("local", local)
        .put("seal_wrap", sealWrap)
        .put("tainted", tainted)
        .build();
  }

  static MountEntry fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    MountSettings settings =
        new MountSettings(
            fields.duration("default_lease_ttl").orElseThrow(),
            fields.duration("max_lease_ttl").orElseThrow(),
            fields.bool("force_no_cache").orElseThrow(),
            fields.string("listing_visibility").orElseThrow(),
            fields.strings("audit_non_hmac_request_keys").orElse(List.of()),
            fields.strings("audit_non_hmac_response_keys").orElse(List.of()),
            fields.strings("passthrough_request_headers").orElse(List.of()),
            fields.strings("allowed_response_headers").orElse(List.of()),
            fields.strings("allowed_managed_keys").orElse(List.of()),
            fields.string("token_type").orElseThrow());
    return new MountEntry(
        fields.string("path").orElseThrow(),
        fields.string("uuid").orElseThrow(),
        fields.string("accessor").orElseThrow(),
        fields.string("type").orElseThrow(),
        fields.string("description").orElseThrow(),
        fields.stringMap("options").orElseThrow(),
        settings,
        fields.bool("local").orElseThrow(),
        fields.bool("seal_wrap").orElseThrow(),
        fields.bool("tainted").orElseThrow());
  }
}
