package strongroom.engine.transit;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Refusal;

/**
 * Backups as Vault and OpenBao make them: the JSON of {@code policy}, with the versions that are in
 * use, and of {@code archived_keys}, with all. Numbers of EC and RSA keys stand there as JSON
 * numbers of hundreds of digits.
 */
final class VaultBackup {
  private static final int HKDF = 1;
  private static final String TEMPLATE = "vault:v{{version}}:";

  /** The types by their number; 10 and 11 differ between the two, see {@link #type}. */
  private static final List<KeyType> TYPES =
      List.of(
          KeyType.AES256,
          KeyType.ECDSA_P256,
          KeyType.ED25519,
          KeyType.RSA_2048,
          KeyType.RSA_4096,
          KeyType.CHACHA20,
          KeyType.ECDSA_P384,
          KeyType.ECDSA_P521,
          KeyType.AES128,
          KeyType.RSA_3072);

  private VaultBackup() {}

  /** {@code json} with its long numbers as strings, so that they are within bounds of numbers. */
  static String longNumbersQuoted(String json) {
    return json.replaceAll("(?<=[:,\\[])(\\d{50,2000})(?=[,\\]}])", "\"$1\"");
  }

  static boolean looksLike(JsonObject json) {
    return json.member("policy").isPresent();
  }

  /** The key in {@code json}; refused where it is of a kind that is not kept here. */
  static BackupPaths.Restored read(JsonObject json) {
    Fields policy = new Fields(new Fields(json).object("policy").orElseThrow(VaultBackup::damaged));
    int latest = number(policy, "latest_version");
    int available = number(policy, "min_available_version");
    boolean derived = policy.bool("derived").orElse(false);
    boolean convergent = policy.bool("convergent_encryption").orElse(false);
    if (derived && number(policy, "kdf") != HKDF) {
      throw Refusal.invalid("the key is derived in the old way of Vault, which is not kept here");
    }
    String template = policy.string("version_template").orElse("");
    if (!template.isEmpty() && !template.equals(TEMPLATE)) {
      throw Refusal.invalid("the key writes its versions in its own way, which is not kept here");
    }
    KeyType type = type(policy);
    KeyRecord.Traits traits =
        new KeyRecord.Traits(
            type, "", type == KeyType.HMAC ? number(policy, "key_size") : 0, derived, convergent);
    List<Material> versions = new ArrayList<>();
    for (int n = Math.max(1, available); n <= latest; n++) {
      Fields entry = entry(json, policy, n, available);
      if (convergent) {
        requireConvergent(policy, entry);
      }
      versions.add(material(traits, entry));
    }
    return new BackupPaths.Restored(record(policy, traits, latest, available), versions);
  }

  private static KeyRecord record(
      Fields policy, KeyRecord.Traits traits, int latest, int available) {
    // Vault counts in nanoseconds.
    Duration rotation = Duration.ofNanos(policy.integer("auto_rotate_period").orElse(0L));
    KeyRecord.Rules rules =
        new KeyRecord.Rules(
            policy.bool("exportable").orElse(false),
            policy.bool("allow_plaintext_backup").orElse(false),
            policy.bool("deletion_allowed").orElse(false),
            Math.max(1, number(policy, "min_decryption_version")),
            number(policy, "min_encryption_version"),
            KeyCreation.rotation(rotation));
    KeyRecord.Course course =
        KeyRecord.Course.NEW
            .withLatest(latest, policy.bool("Imported").orElse(false))
            .mayRotate(policy.bool("AllowImportedKeyRotation").orElse(false))
            .trimmedTo(available);
    return new KeyRecord(policy.requiredString("name"), traits, rules, course);
  }

  private static KeyType type(Fields policy) {
    int number = number(policy, "type");
    if (number < TYPES.size()) {
      return TYPES.get(number);
    }
    // HMAC is 10 in OpenBao and 11 in Vault, where 10 are managed keys; 11 of OpenBao is XChaCha20.
    boolean sized = policy.integer("key_size").orElse(0L) > 0;
    if (sized && (number == 10 || number == 11)) {
      return KeyType.HMAC;
    }
    if (number == 11) {
      return KeyType.XCHACHA20;
    }
    throw Refusal.invalid("the backup is of a type of key that is not kept here");
  }

  /** Only the scheme by which nonces are made here decrypts and encrypts alike. */
  private static void requireConvergent(Fields policy, Fields entry) {
    long ofPolicy = policy.integer("convergent_version").orElse(0L);
    long version = ofPolicy == -1 ? entry.integer("convergent_version").orElse(0L) : ofPolicy;
    if (version != KeyRecord.CONVERGENT_VERSION) {
      throw Refusal.invalid(
          "the key encrypts convergently in an old way of Vault, which is not kept here");
    }
  }

  /** Version {@code number}: of those in use, or else of the archive. */
  private static Fields entry(JsonObject json, Fields policy, int number, int available) {
    Optional<JsonObject> inUse =
        policy.object("keys").flatMap(k -> new Fields(k).object(String.valueOf(number)));
    if (inUse.isPresent()) {
      return new Fields(inUse.get());
    }
    Optional<JsonValue> archive =
        new Fields(json).object("archived_keys").flatMap(a -> new Fields(a).value("keys"));
    if (archive.isPresent()
        && archive.get() instanceof JsonArray(List<JsonValue> all)
        && number - available < all.size()
        && all.get(number - available) instanceof JsonObject entry) {
      return new Fields(entry);
    }
    throw damaged();
  }

  private static Material material(KeyRecord.Traits traits, Fields entry) {
    KeyType type = traits.type();
    byte[] hmacKey = bytes(entry, "hmac_key");
    var created = OffsetDateTime.parse(entry.requiredString("time")).toInstant();
    if (type == KeyType.HMAC) {
      return KeyMaker.hmac(created, bytes(entry, "key"));
    }
    if (!type.pair()) {
      return Material.symmetric(created, bytes(entry, "key"), hmacKey);
    }
    List<byte[]> chain =
        entry.strings("certificate_chain").orElse(List.of()).stream()
            .map(text -> Base64Text.decode(text, "backup"))
            .toList();
    Optional<byte[]> pkcs8 = pkcs8(type, entry);
    if (pkcs8.isEmpty()) {
      return new Material(created, Material.NONE, hmacKey, publicKey(type, entry), chain);
    }
    Pairs.Encoded pair = ImportedKey.pair(type, "", pkcs8.get());
    return new Material(created, pair.secret(), hmacKey, pair.publicKey(), chain);
  }

  /** The private key; empty where the version has none. */
  private static Optional<byte[]> pkcs8(KeyType type, Fields entry) {
    try {
      return switch (type.family()) {
        case ED25519 -> {
          byte[] both = bytes(entry, "key");
          if (both.length != 0 && both.length != 2 * Pairs.ED25519_LENGTH) {
            throw damaged();
          }
          yield both.length == 0 ? Optional.empty() : Optional.of(Pairs.ed25519Pkcs8(both));
        }
        case ECDSA ->
            entry.has("ec_d") ? Optional.of(ec(type, big(entry, "ec_d"))) : Optional.empty();
        case RSA -> entry.object("rsa_key").map(key -> rsa(new Fields(key)));
        default -> throw damaged();
      };
    } catch (GeneralSecurityException e) {
      throw damaged();
    }
  }

  private static byte[] ec(KeyType type, BigInteger number) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(number, ImportedKey.curve(type)))
        .getEncoded();
  }

  private static byte[] rsa(Fields key) {
    List<String> primes = key.strings("Primes").orElse(List.of());
    if (primes.size() != 2) {
      throw damaged();
    }
    BigInteger p = big(primes.getFirst());
    BigInteger q = big(primes.getLast());
    BigInteger d = big(key, "D");
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(
              new RSAPrivateCrtKeySpec(
                  big(key, "N"),
                  big(key, "E"),
                  d,
                  p,
                  q,
                  d.mod(p.subtract(BigInteger.ONE)),
                  d.mod(q.subtract(BigInteger.ONE)),
                  q.modInverse(p)))
          .getEncoded();
    } catch (InvalidKeySpecException | ArithmeticException e) {
      throw damaged();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA is not to be had from this Java", e);
    }
  }

  private static byte[] publicKey(KeyType type, Fields entry) {
    if (type == KeyType.ED25519) {
      byte[] raw = bytes(entry, "public_key");
      return ImportedKey.publicKey(type, "", Pem.publicKey(Pairs.ed25519Spki(raw)));
    }
    if (type.family() == KeyType.Family.RSA) {
      Fields key = new Fields(entry.object("rsa_public_key").orElseThrow(VaultBackup::damaged));
      return ImportedKey.publicKey(
          type, "", Pem.publicKey(Pairs.rsaSpki(big(key, "N"), big(key, "E"))));
    }
    return ImportedKey.publicKey(type, "", entry.string("public_key").orElse(""));
  }

  private static byte[] bytes(Fields entry, String name) {
    return entry.string(name).map(text -> Base64Text.decode(text, "backup")).orElse(Material.NONE);
  }

  private static BigInteger big(Fields fields, String name) {
    return big(fields.requiredString(name));
  }

  private static BigInteger big(String text) {
    try {
      return new BigInteger(text);
    } catch (NumberFormatException e) {
      throw damaged();
    }
  }

  private static int number(Fields fields, String name) {
    return fields.integer(name, 0, Integer.MAX_VALUE).orElse(0);
  }

  private static RuntimeException damaged() {
    return Refusal.invalid("the backup is damaged");
  }
}
