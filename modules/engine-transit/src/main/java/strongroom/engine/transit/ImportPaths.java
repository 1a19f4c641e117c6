package strongroom.engine.transit;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Keys that clients bring: wrapped for this mount, or the public half of a pair. */
final class ImportPaths {
  private final KeyMaker maker;
  private final WrappingKey wrappingKey;

  ImportPaths(KeyMaker maker, WrappingKey wrappingKey) {
    this.maker = maker;
    this.wrappingKey = wrappingKey;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("wrapping_key", "The public key to wrap keys for that are imported.")
            .on(Operation.READ, this::readWrappingKey)
            // It may have to be made, and kept.
            .blocking()
            .build(),
        material(Endpoint.at("keys/{name}/import", "Bring a new key."))
            .field("type", "string", "aes256-gcm96 by default.")
            .field("parameter_set", "string", "Of ml-dsa: 44, 65, 87; of ml-kem: 512, 768, 1024.")
            .field("derived", "boolean", "Whether each context has a key of its own.")
            .field("exportable", "boolean", "Whether the key can be exported.")
            .field("allow_plaintext_backup", "boolean", "Whether the key can be backed up.")
            .field("allow_rotation", "boolean", "Whether the key may be rotated here.")
            .field("auto_rotate_period", "duration", "How old a version gets; 0 for ever.")
            .onWrite(this::importKey)
            .build(),
        material(Endpoint.at("keys/{name}/import_version", "Bring an imported key's next version."))
            .field("version", "integer", "The version to which the private half is brought.")
            .onWrite(this::importVersion)
            .build());
  }

  private static Endpoint.Builder material(Endpoint.Builder endpoint) {
    return endpoint
        .field("ciphertext", "string", "The key, wrapped for wrapping_key, in Base64.")
        .field("hash_function", "string", "Of RSA-OAEP: SHA256 by default.")
        .field("public_key", "string", "The public half in PEM, where there is no more.");
  }

  private Response readWrappingKey(Call call) {
    return Response.of(
        JsonObject.builder()
            .put("public_key", wrappingKey.publicKey(call.storage(), call.now()))
            .build());
  }

  private Response importKey(Call call) {
    String name = KeyPaths.name(call);
    EngineStorage storage = call.storage();
    Fields fields = call.fields();
    if (fields.has("convergent_encryption")) {
      throw Refusal.invalid("import cannot be used on keys with convergent encryption enabled");
    }
    KeyRecord.Traits traits = KeyCreation.traits(fields);
    KeyRecord.Rules rules = KeyCreation.rules(fields);
    boolean mayRotate = fields.bool("allow_rotation").orElse(false);
    if (!rules.autoRotate().equals(Duration.ZERO) && !mayRotate) {
      throw Refusal.invalid("allow_rotation must be set to true if auto-rotation is enabled");
    }
    if (traits.type() == KeyType.MANAGED) {
      throw Refusal.invalid("a managed key is not imported but created");
    }
    storage.lock(name);
    if (KeyStore.find(storage, name).isPresent()) {
      throw Refusal.invalid(
          "the import path cannot be used with an existing key; use import-version to rotate an"
              + " existing imported key");
    }
    Material material = material(call, traits);
    KeyRecord.Traits sized =
        traits.type() == KeyType.HMAC ? sized(traits, material.secret().length) : traits;
    KeyRecord record =
        new KeyRecord(name, sized, rules, KeyRecord.Course.IMPORTED.mayRotate(mayRotate));
    maker.add(storage, record, material, true);
    return Response.done();
  }

  private static KeyRecord.Traits sized(KeyRecord.Traits traits, int length) {
    return new KeyRecord.Traits(
        traits.type(), traits.parameterSet(), length, traits.derived(), traits.convergent());
  }

  /** What the request brings, as it is kept. */
  private Material material(Call call, KeyRecord.Traits traits) {
    Fields fields = call.fields();
    Optional<String> ciphertext = fields.nonEmptyString("ciphertext");
    Optional<String> publicKey = fields.nonEmptyString("public_key");
    if (ciphertext.isPresent() == publicKey.isPresent()) {
      throw Refusal.invalid("one of ciphertext and public_key must be set, and not both");
    }
    if (publicKey.isPresent()) {
      if (traits.derived()) {
        throw Refusal.invalid("of a derived key there is no public half to import");
      }
      byte[] encoded = ImportedKey.publicKey(traits.type(), traits.parameterSet(), publicKey.get());
      return new Material(call.now(), Material.NONE, maker.hmacKey(), encoded, List.of());
    }
    WrappingKey.OaepHash hash =
        WrappingKey.OaepHash.of(fields.nonEmptyString("hash_function").orElse("SHA256"));
    byte[] secret =
        wrappingKey.unwrap(call.storage(), Base64Text.decode(ciphertext.get(), "ciphertext"), hash);
    try {
      return ofSecret(call, traits, secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private Material ofSecret(Call call, KeyRecord.Traits traits, byte[] secret) {
    KeyType type = traits.type();
    return switch (type.family()) {
      case AEAD ->
          Material.symmetric(
              call.now(), ImportedKey.symmetric(type, secret).clone(), maker.hmacKey());
      case HMAC -> KeyMaker.hmac(call.now(), ImportedKey.symmetric(type, secret).clone());
      case ED25519, ECDSA, RSA, ML_DSA, ML_KEM -> {
        Pairs.Encoded pair = ImportedKey.pair(type, traits.parameterSet(), secret);
        yield new Material(call.now(), pair.secret(), maker.hmacKey(), pair.publicKey(), List.of());
      }
      case MANAGED -> throw new IllegalArgumentException("a managed key is not imported");
    };
  }

  private Response importVersion(Call call) {
    KeyRecord record = KeyPaths.locked(call);
    if (!record.course().imported()) {
      throw Refusal.invalid("the import_version endpoint can only be used with an imported key");
    }
    if (record.course().softDeleted()) {
      throw Refusal.invalid("refusing to use soft-deleted key");
    }
    int latest = record.course().latest();
    Optional<Integer> asked = call.fields().integer("version", 1, latest);
    Material given = material(call, record.traits());
    if (asked.isPresent()) {
      if (asked.get() < record.oldest() || !completes(call, record, asked.get(), given)) {
        throw Refusal.invalid("the key version cannot be updated with what was given");
      }
    } else if (!completes(call, record, latest, given)) {
      maker.add(call.storage(), record, given, true);
    }
    return Response.done();
  }

  /** Brings the private half to {@code version}, where that has the public one only. */
  private boolean completes(Call call, KeyRecord record, int version, Material given) {
    Material there = KeyStore.version(call.storage(), record.name(), version);
    boolean fits =
        there.secret().length == 0
            && given.secret().length > 0
            && MessageDigest.isEqual(there.publicKey(), given.publicKey());
    if (fits) {
      Material whole =
          new Material(
              there.created(), given.secret(), there.hmacKey(), there.publicKey(), there.chain());
      KeyStore.putVersion(call.storage(), record.name(), version, whole);
      maker.save(call.storage(), record);
      given.wipe();
    }
    there.wipe();
    return fits;
  }
}
