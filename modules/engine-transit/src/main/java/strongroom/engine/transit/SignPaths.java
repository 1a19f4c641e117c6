package strongroom.engine.transit;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Signing, HMACs, and verifying both. */
final class SignPaths {
  private static final JsonObject NOT_VALID = JsonObject.builder().put("valid", false).build();

  private final KeyCache cache;
  private final Signing signing;

  SignPaths(KeyCache cache, Signing signing) {
    this.cache = cache;
    this.signing = signing;
  }

  List<Endpoint> endpoints() {
    return List.of(
        sign("sign/{name}"),
        sign("sign/{name}/{urlalgorithm}"),
        verify("verify/{name}"),
        verify("verify/{name}/{urlalgorithm}"),
        hmac("hmac/{name}"),
        hmac("hmac/{name}/{urlalgorithm}"));
  }

  private Endpoint sign(String path) {
    return options(Endpoint.at(path, "Sign."))
        .field("key_version", "integer", "By which version; the newest by default.")
        .onWrite(this::sign)
        .build();
  }

  private Endpoint verify(String path) {
    return options(Endpoint.at(path, "Say whether a signature or an HMAC is right."))
        .field("signature", "string", "vault:v1:…, as sign answered.")
        .field("hmac", "string", "vault:v1:…, as hmac answered.")
        .onWrite(this::verify)
        .build();
  }

  private static Endpoint.Builder options(Endpoint.Builder endpoint) {
    return endpoint
        .field("input", "string", "What is signed, in Base64.")
        .field("hash_algorithm", "string", "sha1, sha2-256 (default), …, sha3-512, none.")
        .field("prehashed", "boolean", "Whether the input is a digest already.")
        .field("signature_algorithm", "string", "Of RSA: pss (default) or pkcs1v15.")
        .field("marshaling_algorithm", "string", "Of ECDSA: asn1 (default) or jws.")
        .field("salt_length", "string", "Of PSS: auto (default), hash or a number of bytes.")
        .field("context", "string", "Which derived key, in Base64.")
        .field("batch_input", "array", "Several inputs, with reference.");
  }

  private Endpoint hmac(String path) {
    return Endpoint.at(path, "The HMAC of some input.")
        .field("input", "string", "The input in Base64.")
        .field("algorithm", "string", "sha2-224, -256 (default), -384, -512 or sha3-….")
        .field("key_version", "integer", "By which version; the newest by default.")
        .field("batch_input", "array", "Several inputs, with reference.")
        .onWrite(this::hmac)
        .build();
  }

  private Response sign(Call call) {
    SignOptions options = SignOptions.of(call);
    Batch batch = Batch.of(call);
    return key(
        call,
        "signing key not found",
        key -> {
          LoadedKey.Version version =
              key.versionToMake(call.fields().integer("key_version").orElse(0L), "signing");
          return batch.answer(
              call,
              false,
              JsonObject.EMPTY,
              item -> {
                Signing.Signed signed =
                    signing.sign(call, key, version, options, item(item, batch));
                JsonObject.Builder result =
                    JsonObject.builder()
                        .put("signature", signed.text())
                        .put("key_version", version.number());
                if (signed.publicKey().length > 0) {
                  result.put(
                      batch.batch() ? "publickey" : "public_key",
                      Base64Text.encode(signed.publicKey()));
                }
                return result.build();
              });
        });
  }

  private Response key(Call call, String missing, Function<LoadedKey, Response> use) {
    return cache
        .with(call.storage(), KeyPaths.name(call), use)
        .orElseThrow(() -> Refusal.invalid(missing));
  }

  /** In a batch each item has its input; alone, a missing one is empty. */
  private static Signing.Item item(Fields fields, Batch batch) {
    Optional<String> input = fields.string("input");
    if (input.isEmpty() && batch.batch()) {
      throw Refusal.invalid("missing input");
    }
    return new Signing.Item(
        Base64Text.decode(input.orElse(""), "input"),
        Base64Text.optional(fields, "context").orElse(Material.NONE));
  }

  private Response verify(Call call) {
    Batch batch = Batch.of(call);
    if (givenAlike(batch)) {
      SignOptions options = SignOptions.of(call);
      return key(
          call,
          "signature verification key not found",
          key ->
              batch.answer(
                  call,
                  false,
                  NOT_VALID,
                  item ->
                      valid(
                          signing.verify(
                              call,
                              key,
                              options,
                              item(item, batch),
                              item.string("signature").orElse("")))));
    }
    HashName hash = hmacHash(call, "hash_algorithm");
    return key(
        call,
        "encryption key not found",
        key ->
            batch.answer(
                call,
                false,
                NOT_VALID,
                item -> valid(verifyHmac(key, hash, item(item, batch).input(), item))));
  }

  private static JsonObject valid(boolean valid) {
    return JsonObject.builder().put("valid", valid).build();
  }

  /** Whether all items have a signature; false where all have an HMAC. Others are refused. */
  private static boolean givenAlike(Batch batch) {
    Predicate<Fields> signature = item -> item.has("signature");
    Predicate<Fields> hmac = item -> item.has("hmac");
    List<Fields> items = batch.items();
    if (!batch.batch() && items.stream().allMatch(signature.and(hmac))) {
      throw Refusal.invalid("provide one of 'signature' or 'hmac'");
    }
    if (items.stream().allMatch(signature)) {
      return true;
    }
    if (items.stream().allMatch(hmac.and(signature.negate()))) {
      return false;
    }
    throw Refusal.invalid(
        batch.batch()
            ? "elements of batch_input must all provide 'signature' or all provide 'hmac'"
            : "neither a 'signature' nor an 'hmac' were given to verify");
  }

  private static HashName hmacHash(Call call, String member) {
    HashName hash = SignOptions.hash(call, member);
    if (hash == HashName.NONE) {
      throw Refusal.invalid("an HMAC needs a hash algorithm");
    }
    return hash;
  }

  private Response hmac(Call call) {
    HashName hash = hmacHash(call, "algorithm");
    Batch batch = Batch.of(call);
    return cache.require(
        call.storage(),
        KeyPaths.name(call),
        key -> {
          key.requireInUse();
          LoadedKey.Version version =
              key.versionToMake(call.fields().integer("key_version").orElse(0L), "HMAC");
          return batch.answer(
              call,
              false,
              JsonObject.EMPTY,
              item -> {
                byte[] input =
                    Base64Text.decode(
                        item.string("input")
                            .orElseThrow(() -> Refusal.invalid("missing input for HMAC")),
                        "input");
                byte[] mac = mac(hash, version, input);
                return JsonObject.builder()
                    .put("hmac", VersionedText.of(version.number(), Base64Text.encode(mac)))
                    .build();
              });
        });
  }

  private static byte[] mac(HashName hash, LoadedKey.Version version, byte[] input) {
    if (version.hmacKey().length() == 0) {
      throw Refusal.invalid("no HMAC key exists for that key version");
    }
    return version.hmacKey().use(bytes -> Derivation.hmac(hash.macName(), bytes, input));
  }

  private static boolean verifyHmac(LoadedKey key, HashName hash, byte[] input, Fields item) {
    key.requireInUse();
    VersionedText text = VersionedText.parse(item.string("hmac").orElse(""), "HMAC");
    LoadedKey.Version version = key.versionToCheck(text, "HMAC");
    byte[] given = Base64Text.decode(text.encoded(), "hmac");
    return MessageDigest.isEqual(given, mac(hash, version, input));
  }
}
