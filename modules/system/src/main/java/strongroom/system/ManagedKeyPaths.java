package strongroom.system;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.KeyUsage;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.ManagedKeys;
import strongroom.managed.keys.SignatureScheme;
import strongroom.secret.SecretBytes;

/** {@code sys/managed-keys}: keys in an HSM that engines may use. */
final class ManagedKeyPaths {
  private static final int TEST_BYTES = 64;

  private final ManagedKeys keys;
  private final ManagedKeyNames names;
  private final SecureRandom random;

  ManagedKeyPaths(ManagedKeys keys, ManagedKeyNames names, SecureRandom random) {
    this.keys = keys;
    this.names = names;
    this.random = random;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("managed-keys/pkcs11", "The managed keys in HSMs.")
            .on(Operation.LIST, this::list)
            .build(),
        definition(),
        Endpoint.at("managed-keys/pkcs11/{name}/test/sign", "Signs and verifies random data.")
            .onWrite(this::testSign)
            .build());
  }

  private Endpoint definition() {
    return Endpoint.at("managed-keys/pkcs11/{name}", "A key in an HSM that engines may use.")
        .field("library", "string", "The name of a kms_library stanza.")
        .field("key_label", "string", "The key's label; this or key_id.")
        .field("key_id", "string", "The key's id in hex.")
        .field("mechanism", "string", "What it does: 0x1041 for ECDSA, 0x000d for RSA PSS …")
        .field("pin", "string", "The user PIN. It is never shown.")
        .field("slot", "string", "The slot's number; this or token_label.")
        .field("token_label", "string", "The HSM token's label.")
        .field("curve", "string", "P256, P384, P521 or Ed25519, to make the key with.")
        .field("key_bits", "integer", "Its length, to make the key with.")
        .field("rsa_oaep_hash", "string", "The hash of RSA OAEP; sha256 by default.")
        .field("force_rw_session", "boolean", "Only read-write sessions.")
        .field("max_parallel", "integer", "Most calls at once.")
        .field("usages", "array", "encrypt, decrypt, sign, verify; all that it can by default.")
        .field("allow_generate_key", "boolean", "Make the key where it is missing.")
        .field("allow_replace_key", "boolean", "Kept; nothing replaces a key yet.")
        .field("allow_store_key", "boolean", "Kept; nothing imports a key yet.")
        .field("any_mount", "boolean", "Usable from every mount.")
        .on(Operation.READ, this::read)
        .onWrite(this::write)
        .on(Operation.DELETE, this::delete)
        .exists(call -> keys.definition(SystemEngine.transaction(call), name(call)).isPresent())
        .build();
  }

  private static String name(Call call) {
    return ManagedKeyNames.checked(call.parameter("name"));
  }

  private Response list(Call call) {
    List<String> names = keys.names(SystemEngine.transaction(call));
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  private KeyDefinition known(Call call) {
    return keys.definition(SystemEngine.transaction(call), name(call))
        .orElseThrow(Refusal::notFound);
  }

  private Response read(Call call) {
    return Response.of(shown(known(call)));
  }

  private static JsonObject shown(KeyDefinition definition) {
    KeyDefinition.Place place = definition.place();
    KeyDefinition.Plan plan = definition.plan();
    KeyDefinition.Grants grants = definition.grants();
    return JsonObject.builder()
        .put("UUID", definition.uuid())
        .put("allow_generate_key", grants.generate())
        .put("allow_replace_key", grants.replace())
        .put("allow_store_key", grants.store())
        .put("any_mount", grants.anyMount())
        .put("curve", plan.size().curve())
        .put("force_rw_session", place.forceReadWrite())
        .put("key_bits", plan.size().bits())
        .put("key_id", plan.id().orElse(""))
        .put("key_label", plan.label().orElse(""))
        .put("library", place.library())
        .put("max_parallel", place.parallelMax().orElse(0))
        .put("mechanism", plan.mechanism().number())
        .put("name", definition.name())
        .put("pin", "redacted")
        .put("rsa_oaep_hash", plan.oaepHash())
        .put("slot", new JsonNumber(place.slot().orElse("0")))
        .put("token_label", place.tokenLabel().orElse(""))
        .put("type", "pkcs11")
        .put("usages", grants.usages().stream().map(KeyUsage::word).sorted().toList())
        .build();
  }

  private Response write(Call call) {
    String name = name(call);
    call.storage().lock("managed-keys/" + name);
    Optional<KeyDefinition> before = keys.definition(SystemEngine.transaction(call), name);
    KeyDefinition definition =
        new ManagedKeyFields(call.fields(), before, keys.libraries()).read(name, names::uuid);
    Optional<String> pin = call.fields().nonEmptyString("pin");
    boolean samePlace = before.isPresent() && before.get().place().sameToken(definition.place());
    if (pin.isEmpty() && !samePlace) {
      // The PIN of one HSM token must not be tried on another, which may lock.
      throw Refusal.invalid("missing pin");
    }
    if (before.isEmpty()
        && keys.names(SystemEngine.transaction(call)).size() >= ManagedKeys.KEYS_MAX) {
      throw Refusal.invalid("there are " + ManagedKeys.KEYS_MAX + " managed keys, the most");
    }
    try (SecretBytes secret = secret(pin.orElse(""))) {
      keys.put(SystemEngine.transaction(call), definition, pin.map(p -> secret));
    }
    return Response.done();
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  private Response delete(Call call) {
    String name = name(call);
    call.storage().lock("managed-keys/" + name);
    keys.delete(SystemEngine.transaction(call), name);
    return Response.done();
  }

  private Response testSign(Call call) {
    known(call);
    return answered(
        () -> {
          ManagedKey key =
              keys.open(SystemEngine.transaction(call), name(call)).orElseThrow(Refusal::notFound);
          SignatureScheme scheme =
              key.schemes().stream()
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new ManagedKeyFault.Unsupported(
                              "this managed key encrypts and does not sign"));
          byte[] data = new byte[TEST_BYTES];
          random.nextBytes(data);
          byte[] signature = key.sign(scheme, data);
          if (!key.verify(scheme, data, signature)) {
            throw new ManagedKeyFault.Configuration(
                "the HSM does not verify what it signed: do both halves of the key belong together?");
          }
          return Response.done();
        });
  }

  /** What befalls a managed key concerns that key alone. */
  static Response answered(Supplier<Response> work) {
    try {
      return work.get();
    } catch (ManagedKeyFault e) {
      String message = String.valueOf(e.getMessage());
      throw switch (e) {
        case ManagedKeyFault.Unavailable away -> Refusal.unavailable(message);
        case ManagedKeyFault.Configuration wrong -> Refusal.invalid(message);
        case ManagedKeyFault.Unsupported not -> Refusal.invalid(message);
        case ManagedKeyFault.Rejected data -> Refusal.invalid(message);
      };
    }
  }
}
