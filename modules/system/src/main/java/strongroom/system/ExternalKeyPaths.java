package strongroom.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.managed.keys.ExternalKeys;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.KeyUsage;
import strongroom.managed.keys.ManagedKey;
import strongroom.secret.SecretBytes;
import strongroom.storage.Transaction;

/**
 * {@code sys/external-keys}: managed keys as OpenBao arranges them (its API pages "external keys"
 * and "PKCS#11"). A config is written whole by a write and changed by a patch, a key likewise.
 */
final class ExternalKeyPaths {
  private static final String LOCK = "external-keys/";
  private static final String PLUGIN = "pkcs11";

  private final ExternalKeys keys;
  private final ManagedKeyNames names;

  ExternalKeyPaths(ExternalKeys keys, ManagedKeyNames names) {
    this.keys = keys;
    this.names = names;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("external-keys/configs", "The HSM tokens that external keys are in.")
            .on(Operation.LIST, call -> Response.ofKeys(listed(keys.configs(transaction(call)))))
            .build(),
        config(),
        Endpoint.at("external-keys/configs/{config}/keys", "The keys of a config.")
            .on(
                Operation.LIST,
                call -> Response.ofKeys(listed(keys.keys(transaction(call), config(call)))))
            .build(),
        key(),
        Endpoint.at("external-keys/configs/{config}/keys/{key}/grants", "Who may use a key.")
            .on(Operation.LIST, call -> Response.ofKeys(listed(granted(call))))
            .build(),
        Endpoint.at(
                "external-keys/configs/{config}/keys/{key}/grants/{mount...}",
                "Whether a mount may use a key.")
            .onWrite(call -> grant(call, true))
            .on(Operation.DELETE, call -> grant(call, false))
            .build());
  }

  private Endpoint config() {
    return Endpoint.at("external-keys/configs/{config}", "An HSM token that external keys are in.")
        .field("plugin", "string", "pkcs11.")
        .field("lib", "string", "The name of a kms_library stanza.")
        .field("slot", "string", "The slot's number; this or token_label.")
        .field("token_label", "string", "The HSM token's label.")
        .field("pin", "string", "The user PIN. It is never shown.")
        .field("max_parallel", "integer", "Most calls at once.")
        .field("verify", "boolean", "Kept for clients: what needs no HSM is always checked.")
        .on(Operation.READ, call -> Response.of(shown(place(call))))
        .onWrite(call -> writeConfig(call, Optional.empty()))
        .on(Operation.PATCH, call -> writeConfig(call, Optional.of(place(call))))
        .on(Operation.DELETE, this::deleteConfig)
        .build();
  }

  private Endpoint key() {
    return Endpoint.at("external-keys/configs/{config}/keys/{key}", "A key in an HSM.")
        .field("key_label", "string", "The key's label; this or key_id.")
        .field("key_id", "string", "The key's id in hex.")
        .field("mechanism", "string", "What it does: 0x1041 for ECDSA, 0x000d for RSA PSS …")
        .field("curve", "string", "P256, P384, P521 or Ed25519, to make the key with.")
        .field("key_bits", "integer", "Its length, to make the key with.")
        .field("rsa_oaep_hash", "string", "The hash of RSA OAEP; sha256 by default.")
        .field("usages", "array", "encrypt, decrypt, sign, verify; all that it can by default.")
        .field("allow_generate_key", "boolean", "Make the key where it is missing.")
        .field("verify", "boolean", "Whether the HSM is asked for the key first; true by default.")
        .on(Operation.READ, call -> Response.of(shown(known(call))))
        .onWrite(call -> writeKey(call, Optional.empty()))
        .on(Operation.PATCH, call -> writeKey(call, Optional.of(known(call))))
        .on(Operation.DELETE, this::deleteKey)
        .build();
  }

  private static Transaction transaction(Call call) {
    return SystemEngine.transaction(call);
  }

  private static List<String> listed(List<String> names) {
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return names;
  }

  private static String config(Call call) {
    return ManagedKeyNames.checked(call.parameter("config"));
  }

  private static ExternalKeys.Name name(Call call) {
    return new ExternalKeys.Name(config(call), ManagedKeyNames.checked(call.parameter("key")));
  }

  private KeyDefinition.Place place(Call call) {
    return keys.place(transaction(call), config(call)).orElseThrow(Refusal::notFound);
  }

  private KeyDefinition known(Call call) {
    return keys.key(transaction(call), name(call)).orElseThrow(Refusal::notFound);
  }

  private static JsonObject shown(KeyDefinition.Place place) {
    JsonObject.Builder json =
        JsonObject.builder().put("plugin", PLUGIN).put("lib", place.library());
    place.slot().ifPresent(slot -> json.put("slot", slot));
    place.tokenLabel().ifPresent(label -> json.put("token_label", label));
    place.parallelMax().ifPresent(most -> json.put("max_parallel", most));
    return json.put("pin", "(redacted)").build();
  }

  private static JsonObject shown(KeyDefinition key) {
    KeyDefinition.Plan plan = key.plan();
    JsonObject.Builder json = JsonObject.builder();
    plan.label().ifPresent(label -> json.put("key_label", label));
    plan.id().ifPresent(id -> json.put("key_id", id));
    json.put("mechanism", plan.mechanism().number());
    if (!plan.size().curve().isEmpty()) {
      json.put("curve", plan.size().curve());
    }
    if (plan.size().bits() > 0) {
      json.put("key_bits", plan.size().bits());
    }
    return json.put("rsa_oaep_hash", plan.oaepHash())
        .put("allow_generate_key", key.grants().generate())
        .put("usages", key.grants().usages().stream().map(KeyUsage::word).sorted().toList())
        .build();
  }

  private Response writeConfig(Call call, Optional<KeyDefinition.Place> before) {
    String config = config(call);
    call.storage().lock(LOCK + config);
    Fields fields = new Fields(withoutNulls(call));
    String plugin = fields.string("plugin").orElse(before.isPresent() ? PLUGIN : "");
    if (!plugin.equals(PLUGIN)) {
      throw Refusal.invalid("plugin is \"" + PLUGIN + "\"; no other kind of external keys is here");
    }
    KeyDefinition.Place place =
        new ManagedKeyFields(renamed(fields, "lib", "library"), Optional.empty(), keys.libraries())
            .place(before);
    Optional<String> pin = fields.nonEmptyString("pin");
    boolean samePlace = before.map(place::sameToken).orElse(false);
    if (pin.isEmpty() && !samePlace) {
      // The PIN of one HSM token must not be tried on another, which may lock.
      throw Refusal.invalid("missing pin");
    }
    if (keys.place(transaction(call), config).isEmpty()
        && keys.configs(transaction(call)).size() >= ExternalKeys.EACH_MAX) {
      throw Refusal.invalid("there are " + ExternalKeys.EACH_MAX + " configs, the most");
    }
    try (SecretBytes secret =
        SecretBytes.takeFrom(pin.orElse("").getBytes(StandardCharsets.UTF_8))) {
      keys.putConfig(transaction(call), config, place, pin.map(text -> secret));
    }
    return Response.done();
  }

  private Response deleteConfig(Call call) {
    call.storage().lock(LOCK + config(call));
    keys.deleteConfig(transaction(call), config(call));
    return Response.done();
  }

  private Response writeKey(Call call, Optional<KeyDefinition> before) {
    ExternalKeys.Name name = name(call);
    call.storage().lock(LOCK + name.config());
    KeyDefinition.Place place = place(call);
    Fields fields = new Fields(withoutNulls(call));
    ManagedKeyFields read =
        new ManagedKeyFields(
            renamed(renamed(fields, "label", "key_label").body(), "id", "key_id"),
            before,
            keys.libraries());
    KeyDefinition key = read.at(place, name.key(), names::uuid);
    if (keys.key(transaction(call), name).isEmpty()
        && keys.keys(transaction(call), name.config()).size() >= ExternalKeys.EACH_MAX) {
      throw Refusal.invalid("there are " + ExternalKeys.EACH_MAX + " keys in it, the most");
    }
    keys.putKey(transaction(call), name.config(), key);
    if (fields.bool("verify").orElse(true)) {
      ManagedKeyPaths.answered(
          () -> {
            ManagedKey opened = keys.open(transaction(call), name).orElseThrow(Refusal::notFound);
            opened.publicKey();
            return Response.done();
          });
    }
    return Response.done();
  }

  private Response deleteKey(Call call) {
    call.storage().lock(LOCK + config(call));
    keys.deleteKey(transaction(call), name(call));
    return Response.done();
  }

  private List<String> granted(Call call) {
    known(call);
    return keys.grants(transaction(call), name(call));
  }

  private Response grant(Call call, boolean granted) {
    call.storage().lock(LOCK + config(call));
    List<String> mounts = new ArrayList<>(granted(call));
    String path = call.parameter("mount");
    String mount = path.endsWith("/") ? path : path + "/";
    if (granted && !names.isMount(mount)) {
      throw Refusal.invalid("there is no mount at " + mount);
    }
    mounts.remove(mount);
    if (granted) {
      mounts.add(mount);
    }
    keys.putGrants(transaction(call), name(call), mounts.stream().sorted().toList());
    return Response.done();
  }

  /** The body with empty text for null: what a merge patch takes away (RFC 7396). */
  private static JsonObject withoutNulls(Call call) {
    JsonObject.Builder plain = JsonObject.builder();
    call.request()
        .body()
        .members()
        .forEach(
            (name, value) ->
                plain.put(name, value instanceof JsonNull ? new JsonString("") : value));
    return plain.build();
  }

  private static Fields renamed(Fields fields, String from, String to) {
    return renamed(fields.body(), from, to);
  }

  private static Fields renamed(JsonObject body, String from, String to) {
    Optional<JsonValue> value = body.member(from);
    return value.isEmpty()
        ? new Fields(body)
        : new Fields(JsonObject.builder().putAll(body).put(to, value.get()).build());
  }
}
