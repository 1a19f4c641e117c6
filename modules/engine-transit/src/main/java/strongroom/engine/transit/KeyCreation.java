package strongroom.engine.transit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import strongroom.engine.Call;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;

/** Makes new keys as a request describes them. */
final class KeyCreation {
  static final int HMAC_BYTES_MIN = 32;
  static final int HMAC_BYTES_MAX = 512;
  private static final Duration ROTATION_MIN = Duration.ofHours(1);
  private static final List<String> ML_DSA_SETS = List.of("44", "65", "87");
  private static final List<String> ML_KEM_SETS = List.of("512", "768", "1024");

  private final KeyMaker maker;
  private final ManagedUse managed;
  private final MountConfig config;

  KeyCreation(KeyMaker maker, ManagedUse managed, MountConfig config) {
    this.maker = maker;
    this.managed = managed;
    this.config = config;
  }

  /** The key {@code name} as the request describes it, kept. */
  KeyRecord create(Call call, String name) {
    Fields fields = call.fields();
    KeyRecord record = new KeyRecord(name, traits(fields), rules(fields), KeyRecord.Course.NEW);
    Material first =
        record.type() == KeyType.MANAGED
            ? managed(call, fields)
            : maker.fresh(record.traits(), call.now());
    return maker.add(call.storage(), record, first, false);
  }

  /** A version that is the managed key which the request names. */
  Material managed(Call call, Fields fields) {
    if (fields.string("managed_key_id").isPresent()) {
      throw Refusal.invalid("name the managed key by managed_key_name");
    }
    String managedName = fields.requiredString("managed_key_name");
    managed.require(call, managedName);
    return Material.symmetric(
        call.now(), managedName.getBytes(StandardCharsets.UTF_8), maker.hmacKey());
  }

  /** The key {@code name} that an encryption finds missing, kept. */
  void upsert(Call call, String name, boolean derived) {
    if (config.upsertDisabled(call.storage())) {
      throw Refusal.invalid("encryption key not found");
    }
    Fields fields = call.fields();
    KeyType type = type(fields);
    if (type.family() != KeyType.Family.AEAD) {
      throw Refusal.invalid("key type " + type.wireName() + " not supported for this operation");
    }
    boolean convergent = fields.bool("convergent_encryption").orElse(false);
    if (convergent && !derived) {
      throw Refusal.invalid(
          "convergent encryption requires derivation to be enabled, so context is required");
    }
    KeyRecord.Traits traits = new KeyRecord.Traits(type, "", 0, derived, convergent);
    KeyRecord.Rules rules = new KeyRecord.Rules(false, false, false, 1, 0, Duration.ZERO);
    maker.rotate(
        call.storage(), new KeyRecord(name, traits, rules, KeyRecord.Course.NEW), call.now());
  }

  static KeyType type(Fields fields) {
    String text = fields.nonEmptyString("type").orElse("aes256-gcm96");
    return KeyType.of(text).orElseThrow(() -> Refusal.invalid("unknown key type"));
  }

  static KeyRecord.Traits traits(Fields fields) {
    KeyType type = type(fields);
    boolean derived = fields.bool("derived").orElse(false);
    boolean convergent = fields.bool("convergent_encryption").orElse(false);
    if (convergent && !derived) {
      throw Refusal.invalid("convergent encryption requires derivation to be enabled");
    }
    if (derived && !type.derives()) {
      throw Refusal.invalid("key derivation not supported for keys of type " + type.wireName());
    }
    if (convergent && type.family() != KeyType.Family.AEAD) {
      throw Refusal.invalid(
          "convergent encryption not supported for keys of type " + type.wireName());
    }
    return new KeyRecord.Traits(
        type, parameterSet(type, fields), keySize(type, fields), derived, convergent);
  }

  private static String parameterSet(KeyType type, Fields fields) {
    List<String> sets =
        switch (type) {
          case ML_DSA -> ML_DSA_SETS;
          case ML_KEM -> ML_KEM_SETS;
          default -> List.of();
        };
    if (sets.isEmpty()) {
      return "";
    }
    return fields
        .string("parameter_set")
        .filter(sets::contains)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "parameter_set of "
                        + type.wireName()
                        + " is one of "
                        + String.join(", ", sets)));
  }

  private static int keySize(KeyType type, Fields fields) {
    int asked = fields.integer("key_size", 0, HMAC_BYTES_MAX).orElse(0);
    if (type != KeyType.HMAC) {
      if (asked != 0) {
        throw Refusal.invalid("key_size is not valid for algorithm " + type.wireName());
      }
      return 0;
    }
    if (asked == 0) {
      return HMAC_BYTES_MIN;
    }
    if (asked < HMAC_BYTES_MIN) {
      throw Refusal.invalid("invalid key_size " + asked);
    }
    return asked;
  }

  static KeyRecord.Rules rules(Fields fields) {
    return new KeyRecord.Rules(
        fields.bool("exportable").orElse(false),
        fields.bool("allow_plaintext_backup").orElse(false),
        false,
        1,
        0,
        rotation(fields.duration("auto_rotate_period").orElse(Duration.ZERO)));
  }

  static Duration rotation(Duration period) {
    if (!period.isZero() && period.compareTo(ROTATION_MIN) < 0) {
      throw Refusal.invalid("auto rotate period must be 0 to disable or at least an hour");
    }
    return period;
  }
}
