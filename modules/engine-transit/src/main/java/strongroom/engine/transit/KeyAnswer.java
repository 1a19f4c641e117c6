package strongroom.engine.transit;

import java.util.Optional;
import strongroom.logical.JsonObject;

/** What clients are told of a key, member by member as Vault's API has it. */
final class KeyAnswer {
  private KeyAnswer() {}

  /**
   * All that is told of {@code key}.
   *
   * @param context of which derived key the public half is told; empty for none
   */
  static JsonObject of(LoadedKey key, byte[] context) {
    KeyRecord record = key.record();
    KeyRecord.Rules rules = record.rules();
    KeyRecord.Course course = record.course();
    KeyType type = record.type();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("allow_plaintext_backup", rules.plaintextBackup())
            .put("auto_rotate_period", rules.autoRotate())
            .put("deletion_allowed", rules.deletionAllowed())
            .put("derived", record.traits().derived())
            .put("exportable", rules.exportable())
            .put("imported_key", course.imported())
            .put("latest_version", course.latest())
            .put("min_available_version", course.minAvailable())
            .put("min_decryption_version", rules.minDecryption())
            .put("min_encryption_version", rules.minEncryption())
            .put("name", record.name())
            .put("soft_deleted", course.softDeleted())
            .put("supports_decryption", type.encrypts())
            .put("supports_derivation", type.derives())
            .put("supports_encryption", type.encrypts())
            .put("supports_signing", type.signs())
            .put("type", type.wireName());
    addTraits(json, record.traits());
    if (course.imported()) {
      json.put("imported_key_allow_rotation", course.importedMayRotate());
    }
    addMark(json, "backup_info", course.backup());
    addMark(json, "restore_info", course.restore());
    if (type.pair()) {
      json.put("keys", pairs(key, context));
    } else if (type.family() == KeyType.Family.AEAD) {
      JsonObject.Builder times = JsonObject.builder();
      key.versions()
          .forEach(v -> times.put(String.valueOf(v.number()), v.created().getEpochSecond()));
      json.put("keys", times.build());
    }
    return json.build();
  }

  private static void addTraits(JsonObject.Builder json, KeyRecord.Traits traits) {
    if (traits.keySize() != 0) {
      json.put("key_size", traits.keySize());
    }
    if (!traits.parameterSet().isEmpty()) {
      json.put("parameter_set", traits.parameterSet());
    }
    if (traits.derived()) {
      json.put("kdf", KeyRecord.KDF);
      json.put("convergent_encryption", traits.convergent());
      if (traits.convergent()) {
        // -1 says in Vault that the versions themselves know; they all have the one there is.
        json.put("convergent_encryption_version", -1);
      }
    }
  }

  private static void addMark(JsonObject.Builder json, String name, Optional<KeyRecord.Mark> mark) {
    mark.ifPresent(
        m ->
            json.put(
                name,
                JsonObject.builder().put("time", m.time()).put("version", m.version()).build()));
  }

  private static JsonObject pairs(LoadedKey key, byte[] context) {
    JsonObject.Builder versions = JsonObject.builder();
    for (LoadedKey.Version version : key.versions()) {
      versions.put(
          String.valueOf(version.number()),
          JsonObject.builder()
              .put("certificate_chain", Pem.chain(version.chain()))
              .put("creation_time", version.created())
              .put("hybrid_public_key", "")
              .put("name", name(key.type()))
              .put("public_key", publicKey(key, version, context))
              .build());
    }
    return versions.build();
  }

  private static String name(KeyType type) {
    return type.family() == KeyType.Family.ECDSA ? "P-" + type.bits() : type.wireName();
  }

  private static String publicKey(LoadedKey key, LoadedKey.Version version, byte[] context) {
    if (key.type() != KeyType.ED25519) {
      return Pem.publicKey(version.publicKey());
    }
    if (!key.record().traits().derived()) {
      return Base64Text.encode(Pairs.raw(version.publicKey()));
    }
    return context.length == 0
        ? ""
        : Base64Text.encode(Pairs.raw(Signing.derivedPublic(key, version, context)));
  }
}
