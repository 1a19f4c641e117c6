package strongroom.migrate;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonObject;

/**
 * A mount as {@code sys/mounts} and {@code sys/auth} show it.
 *
 * @param path with a slash at its end
 * @param type the engine
 * @param description for people
 * @param options the engine's options
 * @param config its tuning, without what nobody has set
 * @param local whether it is kept from replication
 * @param sealWrap whether it is wrapped by the seal too
 */
record Mount(
    String path,
    String type,
    String description,
    Map<String, String> options,
    JsonObject config,
    boolean local,
    boolean sealWrap) {

  /** The settings of a mount that this program knows how to move. */
  private static final List<String> TUNABLE =
      List.of(
          "default_lease_ttl",
          "max_lease_ttl",
          "force_no_cache",
          "listing_visibility",
          "audit_non_hmac_request_keys",
          "audit_non_hmac_response_keys",
          "passthrough_request_headers",
          "allowed_response_headers",
          "token_type");

  /** The mounts in the answer of {@code sys/mounts} or {@code sys/auth}, by path. */
  static List<Mount> all(Answer answer) {
    // Old servers have the mounts at the top only.
    JsonObject in = answer.data().isEmpty() ? answer.body() : answer.data();
    return in.members().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("/"))
        .filter(entry -> entry.getValue() instanceof JsonObject)
        .map(entry -> of(entry.getKey(), (JsonObject) entry.getValue()))
        .sorted(Comparator.comparing(Mount::path))
        .toList();
  }

  private static Mount of(String path, JsonObject json) {
    return new Mount(
        path,
        Shapes.text(json, "type"),
        Shapes.text(json, "description"),
        Shapes.stringMap(json, "options"),
        Shapes.withoutZeros(Shapes.object(json, "config")),
        Shapes.flag(json, "local"),
        Shapes.flag(json, "seal_wrap"));
  }

  /** {@code generic} is what the oldest servers called KV. */
  boolean kv() {
    return type.equals("kv") || type.equals("generic");
  }

  /** Whether it is KV of version 2; one without the option is of version 1. */
  boolean versioned() {
    return kv() && "2".equals(options.get("version"));
  }

  /** What can be moved of its tuning. */
  JsonObject tuning() {
    JsonObject.Builder tuning = JsonObject.builder();
    for (String name : TUNABLE) {
      config.member(name).ifPresent(value -> tuning.put(name, value));
    }
    return tuning.build();
  }

  /** The settings that nobody here knows. */
  List<String> untunable() {
    return config.members().keySet().stream().filter(name -> !TUNABLE.contains(name)).toList();
  }
}
