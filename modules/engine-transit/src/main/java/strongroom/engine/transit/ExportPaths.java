package strongroom.engine.transit;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Keys that leave: in plain text where that is allowed, or wrapped for a key of another mount. */
final class ExportPaths {
  private static final String PRIVATE_KEY = "PRIVATE KEY";

  private final KeyCache cache;
  private final SecureRandom random;

  ExportPaths(KeyCache cache, SecureRandom random) {
    this.cache = cache;
    this.random = random;
  }

  List<Endpoint> endpoints() {
    return List.of(
        export("export/{type}/{name}"),
        export("export/{type}/{name}/{version}"),
        wrapped("byok-export/{destination}/{source}"),
        wrapped("byok-export/{destination}/{source}/{version}"));
  }

  private Endpoint export(String path) {
    return Endpoint.at(
            path, "A key: encryption-key, signing-key, hmac-key, public-key or certificate-chain.")
        .field("format", "string", "Empty for the type's own, raw, der or pem.")
        .on(Operation.READ, this::export)
        .build();
  }

  private Endpoint wrapped(String path) {
    return Endpoint.at(path, "A key, wrapped for an RSA key as import takes it.")
        .field("hash", "string", "Of RSA-OAEP: SHA256 by default.")
        .on(Operation.READ, this::wrap)
        .build();
  }

  private enum Format {
    OWN,
    RAW,
    DER,
    PEM;

    static Format of(Call call) {
      return switch (call.fields().string("format").orElse("")) {
        case "" -> OWN;
        case "raw" -> RAW;
        case "der" -> DER;
        case "pem" -> PEM;
        default -> throw Refusal.invalid("format is empty, raw, der or pem");
      };
    }
  }

  private Response export(Call call) {
    Format format = Format.of(call);
    String what = call.parameter("type");
    String name = KeyPaths.name(call);
    return cache
        .with(
            call.storage(),
            name,
            key -> {
              key.requireInUse();
              check(key, what);
              return answer(call, key, version -> exported(key, version, what, format));
            })
        .orElseThrow(Refusal::notFound);
  }

  private static void check(LoadedKey key, String what) {
    boolean open = what.equals("public-key") || what.equals("certificate-chain");
    if (!open && !key.record().rules().exportable()) {
      throw Refusal.invalid("private key material is not exportable");
    }
    if (what.equals("encryption-key") && !key.type().encrypts()) {
      throw Refusal.invalid("encryption not supported for the key");
    }
    if ((what.equals("signing-key") || what.equals("certificate-chain")) && !key.type().signs()) {
      throw Refusal.invalid("signing not supported for the key");
    }
    if (key.type() == KeyType.MANAGED && !what.equals("hmac-key")) {
      throw Refusal.invalid("a managed key does not leave its HSM");
    }
  }

  /** The versions that the call asks for, as {@code form} makes them. */
  private static Response answer(
      Call call, LoadedKey key, Function<LoadedKey.Version, String> form) {
    JsonObject.Builder keys = JsonObject.builder();
    Optional<String> asked = Optional.ofNullable(call.parameters().get("version"));
    List<LoadedKey.Version> versions =
        asked.isEmpty() ? key.versions() : List.of(version(key, asked.get()));
    versions.forEach(v -> keys.put(String.valueOf(v.number()), form.apply(v)));
    return Response.of(
        JsonObject.builder()
            .put("keys", keys.build())
            .put("name", key.record().name())
            .put("type", key.type().wireName())
            .build());
  }

  private static LoadedKey.Version version(LoadedKey key, String text) {
    if (text.equals("latest")) {
      return key.version(key.record().course().latest());
    }
    try {
      int number = Integer.parseInt(text.startsWith("v") ? text.substring(1) : text);
      if (number < key.record().oldest()) {
        throw Refusal.invalid("version for export is below minimum decryption version");
      }
      return key.version(number);
    } catch (NumberFormatException e) {
      throw Refusal.invalid("invalid key version");
    }
  }

  private static String exported(
      LoadedKey key, LoadedKey.Version version, String what, Format format) {
    return switch (what) {
      case "hmac-key" -> symmetric(version.hmacKey(), format);
      case "encryption-key", "signing-key" -> secret(key, version, format);
      case "public-key" -> publicKey(key, version, format);
      case "certificate-chain" -> {
        if (version.chain().isEmpty()) {
          throw Refusal.invalid("selected key version does not have a certificate chain imported");
        }
        yield Pem.chain(version.chain());
      }
      default ->
          throw Refusal.invalid(
              "what is exported is encryption-key, signing-key, hmac-key, public-key or"
                  + " certificate-chain");
    };
  }

  private static String symmetric(LoadedKey.Secret secret, Format format) {
    if (format == Format.DER || format == Format.PEM) {
      throw Refusal.invalid("a symmetric key has the format raw only");
    }
    return secret.use(Base64Text::encode);
  }

  private static String secret(LoadedKey key, LoadedKey.Version version, Format format) {
    if (!key.type().pair()) {
      return symmetric(version.secret(), format);
    }
    if (version.publicOnly()) {
      return "";
    }
    boolean ed25519 = key.type() == KeyType.ED25519;
    if (ed25519 && (format == Format.OWN || format == Format.RAW)) {
      return version.secret().use(Base64Text::encode);
    }
    if (format == Format.RAW) {
      throw Refusal.invalid("this key has the formats der and pem");
    }
    return version
        .secret()
        .use(
            bytes -> {
              byte[] pkcs8 = ed25519 ? Pairs.ed25519Pkcs8(bytes) : bytes;
              return format == Format.OWN
                  ? ownForm(key.type(), version, pkcs8)
                  : encoded(PRIVATE_KEY, pkcs8, format);
            });
  }

  private static String encoded(String label, byte[] der, Format format) {
    return format == Format.DER ? Base64Text.encode(der) : Pem.of(label, der).strip();
  }

  /** As Vault has it: RSA by PKCS#1 (RFC 8017), EC by SEC 1 (RFC 5915), else PKCS#8. */
  private static String ownForm(KeyType type, LoadedKey.Version version, byte[] pkcs8) {
    return switch (type.family()) {
      case RSA -> Pem.of("RSA PRIVATE KEY", Der.element(pkcs8).children().get(2).content());
      case ECDSA -> Pem.of("EC PRIVATE KEY", sec1(type, version, pkcs8)).strip();
      default -> Pem.of(PRIVATE_KEY, pkcs8).strip();
    };
  }

  private static byte[] sec1(KeyType type, LoadedKey.Version version, byte[] pkcs8) {
    ECPrivateKey key = (ECPrivateKey) Pairs.privateKeyOfPkcs8(type, "", pkcs8);
    List<Der.Element> info = Der.element(version.publicKey()).children();
    byte[] curve = info.getFirst().children().get(1).whole();
    byte[] point = info.get(1).whole();
    byte[] number = EcdsaForm.fixed(key.getS(), (type.bits() + 7) / 8);
    try {
      return Der.sequence(
          Der.integer(BigInteger.ONE),
          Der.tagged(Der.OCTET_STRING, number),
          Der.tagged(0xa0, curve),
          Der.tagged(0xa1, point));
    } finally {
      Arrays.fill(number, (byte) 0);
    }
  }

  private static String publicKey(LoadedKey key, LoadedKey.Version version, Format format) {
    if (!key.type().pair() || key.record().traits().derived()) {
      throw Refusal.invalid("this key has no public half");
    }
    boolean ed25519 = key.type() == KeyType.ED25519;
    if (ed25519 && (format == Format.OWN || format == Format.RAW)) {
      return Base64Text.encode(Pairs.raw(version.publicKey()));
    }
    if (format == Format.RAW) {
      throw Refusal.invalid("this key has the formats der and pem");
    }
    if (format == Format.DER) {
      return Base64Text.encode(version.publicKey());
    }
    String pem = Pem.publicKey(version.publicKey());
    return key.type().family() == KeyType.Family.RSA ? pem : pem.strip();
  }

  private Response wrap(Call call) {
    WrappingKey.OaepHash hash =
        WrappingKey.OaepHash.of(call.fields().string("hash").orElse("SHA256"));
    String destination = KeyStore.checked(call.parameter("destination"));
    String source = KeyStore.checked(call.parameter("source"));
    return cache
        .with(
            call.storage(),
            destination,
            to -> {
              if (to.type().family() != KeyType.Family.RSA) {
                throw Refusal.invalid("the destination key must be an RSA key");
              }
              to.requireInUse();
              byte[] publicKey = to.version(to.record().course().latest()).publicKey();
              return cache
                  .with(
                      call.storage(),
                      source,
                      key -> {
                        requireWrappable(key);
                        return answer(
                            call,
                            key,
                            version -> wrapped(to.type(), publicKey, key.type(), version, hash));
                      })
                  .orElseThrow(() -> Refusal.invalid("no such source key for export"));
            })
        .orElseThrow(() -> Refusal.invalid("no such destination key to export to"));
  }

  private static void requireWrappable(LoadedKey key) {
    key.requireInUse();
    if (!key.record().rules().exportable() || key.type() == KeyType.MANAGED) {
      throw Refusal.invalid("key is not exportable");
    }
  }

  private String wrapped(
      KeyType rsa,
      byte[] publicKey,
      KeyType type,
      LoadedKey.Version version,
      WrappingKey.OaepHash hash) {
    if (version.publicOnly()) {
      throw Refusal.invalid("the key has no private part to export");
    }
    return version
        .secret()
        .use(
            bytes ->
                Base64Text.encode(
                    WrappingKey.wrap(
                        rsa,
                        publicKey,
                        type == KeyType.ED25519 ? Pairs.ed25519Pkcs8(bytes) : bytes,
                        hash,
                        random)));
  }
}
