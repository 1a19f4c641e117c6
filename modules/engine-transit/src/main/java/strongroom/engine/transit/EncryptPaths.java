package strongroom.engine.transit;

import java.security.SecureRandom;
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

/** Encrypting, decrypting, encrypting anew, and data keys. */
final class EncryptPaths {
  private final KeyCache cache;
  private final Encryption encryption;
  private final KeyCreation creation;
  private final SecureRandom random;

  EncryptPaths(KeyCache cache, Encryption encryption, KeyCreation creation, SecureRandom random) {
    this.cache = cache;
    this.encryption = encryption;
    this.creation = creation;
    this.random = random;
  }

  List<Endpoint> endpoints() {
    return List.of(
        fields(Endpoint.at("encrypt/{name}", "Encrypt, and make the key where it is missing."))
            .field("plaintext", "string", "What to encrypt, in Base64.")
            .field("type", "string", "Of the key to make; aes256-gcm96 by default.")
            .field("convergent_encryption", "boolean", "Of the key to make.")
            .field("partial_failure_response_code", "integer", "The status where some items fail.")
            .on(Operation.CREATE, this::encryptOrCreate)
            .on(Operation.UPDATE, this::encrypt)
            .exists(call -> cache.exists(call.storage(), name(call)))
            .build(),
        fields(Endpoint.at("decrypt/{name}", "Decrypt."))
            .field("ciphertext", "string", "vault:v1:…, as encrypt answered.")
            .field("partial_failure_response_code", "integer", "The status where some items fail.")
            .onWrite(this::decrypt)
            .build(),
        fields(Endpoint.at("rewrap/{name}", "Encrypt a ciphertext anew, by the newest version."))
            .field("ciphertext", "string", "vault:v1:…, as encrypt answered.")
            .onWrite(this::rewrap)
            .build(),
        fields(
                Endpoint.at(
                    "datakey/{plaintext}/{name}", "A new key, encrypted; plaintext or wrapped."))
            .field("bits", "integer", "128, 256 (default) or 512.")
            .onWrite(this::dataKey)
            .build());
  }

  private static Endpoint.Builder fields(Endpoint.Builder endpoint) {
    return endpoint
        .field("context", "string", "Which derived key, in Base64.")
        .field("associated_data", "string", "Data bound to the ciphertext, in Base64.")
        .field("key_version", "integer", "By which version; the newest by default.")
        .field("batch_input", "array", "Several of all of this, with reference.");
  }

  private static String name(Call call) {
    return KeyStore.checked(call.parameter("name"));
  }

  private Response encrypt(Call call) {
    Batch batch = Batch.of(call).requireContextsAlike();
    return cache.require(call.storage(), name(call), key -> encrypt(call, key, batch));
  }

  private Response encryptOrCreate(Call call) {
    Batch batch = Batch.of(call).requireContextsAlike();
    EngineStorage storage = call.storage();
    String name = name(call);
    storage.lock(name);
    boolean before = KeyStore.find(storage, name).isPresent();
    if (!before) {
      creation.upsert(call, name, batch.hasContext());
    }
    // What this request has written is not in the cache.
    LoadedKey key = KeyStore.load(storage, name).orElseThrow();
    try {
      Response response = encrypt(call, key, batch);
      return before
          ? response.warning(
              List.of(
                  "Attempted creation of the key during the encrypt operation, but it was created"
                      + " beforehand"))
          : response;
    } finally {
      key.leave();
    }
  }

  private Response encrypt(Call call, LoadedKey key, Batch batch) {
    Encryption.Use use = encryption.use(call, key, batch.items().size());
    return batch.answer(
        call,
        true,
        JsonObject.EMPTY,
        item -> {
          LoadedKey.Version version = toMake(key, item);
          byte[] plaintext =
              Base64Text.decode(
                  item.string("plaintext")
                      .orElseThrow(() -> Refusal.invalid("missing plaintext to encrypt")),
                  "plaintext");
          String ciphertext;
          try {
            ciphertext = encryption.encrypt(use, version, bound(item), plaintext);
          } finally {
            Arrays.fill(plaintext, (byte) 0);
          }
          return JsonObject.builder()
              .put("ciphertext", ciphertext)
              .put("key_version", version.number())
              .build();
        });
  }

  private static LoadedKey.Version toMake(LoadedKey key, Fields item) {
    return key.versionToMake(item.integer("key_version").orElse(0L), "encryption");
  }

  /** A nonce of the caller's is refused: no key here is of the one kind that took some. */
  private static Encryption.Bound bound(Fields item) {
    if (item.nonEmptyString("nonce").isPresent()) {
      throw Refusal.invalid("nonce provided when not allowed");
    }
    Optional<byte[]> context = Base64Text.optional(item, "context");
    Optional<byte[]> associated = Base64Text.optional(item, "associated_data");
    return new Encryption.Bound(context.orElse(Material.NONE), associated.orElse(Material.NONE));
  }

  private static String ciphertext(Fields item) {
    return item.nonEmptyString("ciphertext")
        .orElseThrow(() -> Refusal.invalid("missing ciphertext to decrypt"));
  }

  private Response decrypt(Call call) {
    Batch batch = Batch.of(call).requireContextsAlike();
    JsonObject nothing = JsonObject.builder().put("plaintext", "").build();
    return cache.require(
        call.storage(),
        name(call),
        key -> {
          Encryption.Use use = encryption.use(call, key, batch.items().size());
          return batch.answer(
              call,
              true,
              nothing,
              item -> {
                byte[] plaintext = encryption.decrypt(use, bound(item), ciphertext(item));
                try {
                  return JsonObject.builder()
                      .put("plaintext", Base64Text.encode(plaintext))
                      .build();
                } finally {
                  Arrays.fill(plaintext, (byte) 0);
                }
              });
        });
  }

  private Response rewrap(Call call) {
    Batch batch = Batch.of(call).requireContextsAlike();
    return cache.require(
        call.storage(),
        name(call),
        key -> {
          Encryption.Use use = encryption.use(call, key, batch.items().size());
          return batch.answer(
              call,
              false,
              JsonObject.EMPTY,
              item -> {
                Encryption.Bound bound = bound(item);
                LoadedKey.Version version = toMake(key, item);
                byte[] plaintext = encryption.decrypt(use, bound, ciphertext(item));
                try {
                  return JsonObject.builder()
                      .put("ciphertext", encryption.encrypt(use, version, bound, plaintext))
                      .put("key_version", version.number())
                      .build();
                } finally {
                  Arrays.fill(plaintext, (byte) 0);
                }
              });
        });
  }

  private Response dataKey(Call call) {
    boolean told =
        switch (call.parameter("plaintext")) {
          case "plaintext" -> true;
          case "wrapped" -> false;
          default -> throw Refusal.invalid("Invalid path, must be 'plaintext' or 'wrapped'");
        };
    Fields fields = call.fields();
    long bits = fields.integer("bits").orElse(256L);
    if (bits != 128 && bits != 256 && bits != 512) {
      throw Refusal.invalid("invalid bit length");
    }
    byte[] dataKey = new byte[(int) bits / 8];
    random.nextBytes(dataKey);
    try {
      return cache.require(
          call.storage(),
          name(call),
          key -> {
            LoadedKey.Version version = toMake(key, fields);
            JsonObject.Builder data =
                JsonObject.builder()
                    .put(
                        "ciphertext",
                        encryption.encrypt(
                            encryption.use(call, key, 1), version, bound(fields), dataKey))
                    .put("key_version", version.number());
            if (told) {
              data.put("plaintext", Base64Text.encode(dataKey));
            }
            return Response.of(data.build());
          });
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }
}
