package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * An answer in Vault's envelope: data, and beside it perhaps a lease, a token, a wrapping token.
 *
 * @param body the whole answer
 * @param raw the same as it came, for {@code -format=raw}
 */
record Secret(JsonObject body, byte[] raw) {

  /** A secret that no server sent. */
  static Secret of(JsonObject body) {
    return new Secret(body, new byte[0]);
  }

  /** A secret of nothing but {@code data}. */
  static Secret ofData(JsonObject data) {
    return of(JsonObject.builder().put("data", data).build());
  }

  JsonObject data() {
    return object("data").orElse(JsonObject.EMPTY);
  }

  /** Whether there is a data object, be it empty. */
  boolean hasData() {
    return object("data").isPresent();
  }

  Optional<JsonObject> auth() {
    return object("auth");
  }

  Optional<JsonObject> wrapInfo() {
    return object("wrap_info");
  }

  /** Whether the answer was wrapped, so that there is nothing but a wrapping token. */
  boolean wrapped() {
    return wrapInfo().isPresent();
  }

  String leaseId() {
    return text(body, "lease_id");
  }

  long leaseDuration() {
    return number(body, "lease_duration").orElse(0);
  }

  boolean renewable() {
    return is(body, "renewable");
  }

  List<String> warnings() {
    return strings(body, "warnings");
  }

  boolean hasWarnings() {
    return !warnings().isEmpty();
  }

  /** The names in a list's answer, where it is one. */
  Optional<List<String>> keys() {
    return data().member("keys").orElse(JsonNull.NULL) instanceof JsonArray
        ? Optional.of(strings(data(), "keys"))
        : Optional.empty();
  }

  private Optional<JsonObject> object(String name) {
    return object(body, name);
  }

  /** All of it in the order that Vault's command line prints. */
  JsonObject toJson() {
    JsonObject.Builder all =
        JsonObject.builder()
            .put("request_id", text(body, "request_id"))
            .put("lease_id", leaseId())
            .put("lease_duration", leaseDuration())
            .put("renewable", renewable())
            .put("data", JsonText.sorted(body.member("data").orElse(JsonNull.NULL)))
            .put("warnings", body.member("warnings").orElse(JsonNull.NULL));
    auth().ifPresent(value -> all.put("auth", value));
    wrapInfo().ifPresent(value -> all.put("wrap_info", value));
    body.member("mount_type").ifPresent(value -> all.put("mount_type", value));
    return all.build();
  }

  /** The object under {@code name}, where there is one. */
  static Optional<JsonObject> object(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonObject value
        ? Optional.of(value)
        : Optional.empty();
  }

  /** The text under {@code name}; empty where there is none. */
  static String text(JsonObject in, String name) {
    return switch (in.member(name).orElse(JsonNull.NULL)) {
      case JsonString(String value) -> value;
      case JsonNull none -> "";
      case JsonValue other -> GoText.value(other);
    };
  }

  /** The whole number under {@code name}, where there is one. */
  static OptionalLong number(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonNumber number
        ? number.toLong()
        : OptionalLong.empty();
  }

  /** Whether {@code name} is true. */
  static boolean is(JsonObject in, String name) {
    return in.member(name).orElse(JsonNull.NULL) instanceof JsonBoolean(boolean value) && value;
  }

  /** The strings under {@code name}; none where there is no array. */
  static List<String> strings(JsonObject in, String name) {
    List<String> all = new ArrayList<>();
    if (in.member(name).orElse(JsonNull.NULL) instanceof JsonArray array) {
      for (JsonValue item : array.items()) {
        all.add(GoText.value(item));
      }
    }
    return all;
  }

  /** The value that {@code -field=name} prints, where there is one. */
  Optional<JsonValue> field(String name) {
    Optional<JsonValue> special = Optional.empty();
    if (auth().isPresent()) {
      special = named(auth().get(), AUTH_FIELDS, name);
    } else if (wrapInfo().isPresent()) {
      special = named(wrapInfo().get(), WRAP_FIELDS, name);
    } else {
      special =
          switch (name) {
            case "lease_duration", "refresh_interval" ->
                Optional.of(JsonNumber.of(leaseDuration()));
            case "lease_id" -> Optional.of(new JsonString(leaseId()));
            case "request_id" -> Optional.of(new JsonString(text(body, "request_id")));
            case "renewable" -> Optional.of(new JsonBoolean(renewable()));
            case "data" -> data().member("data").or(() -> Optional.of(data()));
            default -> Optional.empty();
          };
    }
    return special.or(() -> data().member(name)).filter(value -> value != JsonNull.NULL);
  }

  private static Optional<JsonValue> named(JsonObject in, Map<String, String> names, String field) {
    String name = names.get(field);
    return name == null ? Optional.empty() : in.member(name);
  }

  private static final Map<String, String> AUTH_FIELDS =
      Map.of(
          "token", "client_token",
          "token_accessor", "accessor",
          "token_duration", "lease_duration",
          "token_renewable", "renewable",
          "token_policies", "token_policies",
          "identity_policies", "identity_policies",
          "policies", "policies");

  private static final Map<String, String> WRAP_FIELDS =
      Map.of(
          "wrapping_token", "token",
          "wrapping_accessor", "accessor",
          "wrapping_token_ttl", "ttl",
          "wrapping_token_creation_time", "creation_time",
          "wrapping_token_creation_path", "creation_path",
          "wrapped_accessor", "wrapped_accessor");

  /** Names nothing of the content. */
  @Override
  public String toString() {
    return "Secret";
  }
}
