package strongroom.engine.transit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/**
 * What is stored of a key besides its versions: nothing secret.
 *
 * @param traits what it was made with
 * @param rules what can be changed
 * @param course what has become of it
 */
record KeyRecord(String name, Traits traits, Rules rules, Course course) {
  /** How keys are derived from a context: HKDF with SHA-256, as new keys of Vault are. */
  static final String KDF = "hkdf_sha256";

  /** How a convergent key's nonces are made: by HMAC of the plaintext, Vault's version 3. */
  static final int CONVERGENT_VERSION = 3;

  /**
   * What a key was made with, and keeps.
   *
   * @param parameterSet of post-quantum types: {@code 65}; else empty text
   * @param keySize of HMAC keys, in bytes; else 0
   */
  record Traits(
      KeyType type, String parameterSet, int keySize, boolean derived, boolean convergent) {}

  /**
   * What can be changed of a key.
   *
   * @param minDecryption the oldest version that decrypts and verifies, from 1
   * @param minEncryption the oldest version that encrypts and signs; 0 where no one has set it
   * @param autoRotate how old a version gets before the next one is made; zero for never
   */
  record Rules(
      boolean exportable,
      boolean plaintextBackup,
      boolean deletionAllowed,
      int minDecryption,
      int minEncryption,
      Duration autoRotate) {}

  /** When, and at which version. */
  record Mark(Instant time, int version) {}

  /**
   * What has become of a key.
   *
   * @param latest the newest version, from 1
   * @param minAvailable the oldest version that has not been trimmed away; 0 where none has
   * @param imported whether the newest version came from outside
   * @param importedMayRotate whether an imported key may be rotated here
   */
  record Course(
      int latest,
      int minAvailable,
      boolean imported,
      boolean importedMayRotate,
      boolean softDeleted,
      Optional<Mark> backup,
      Optional<Mark> restore) {
    static final Course NEW =
        new Course(0, 0, false, false, false, Optional.empty(), Optional.empty());

    static final Course IMPORTED =
        new Course(0, 0, true, false, false, Optional.empty(), Optional.empty());

    Course withLatest(int version, boolean fromOutside) {
      return new Course(
          version, minAvailable, fromOutside, importedMayRotate, softDeleted, backup, restore);
    }

    Course mayRotate(boolean allowed) {
      return new Course(latest, minAvailable, imported, allowed, softDeleted, backup, restore);
    }

    Course trimmedTo(int version) {
      return new Course(latest, version, imported, importedMayRotate, softDeleted, backup, restore);
    }

    Course softDeleted(boolean deleted) {
      return new Course(
          latest, minAvailable, imported, importedMayRotate, deleted, backup, restore);
    }

    Course backedUp(Instant now) {
      return new Course(
          latest,
          minAvailable,
          imported,
          importedMayRotate,
          softDeleted,
          Optional.of(new Mark(now, latest)),
          restore);
    }

    Course restored(Instant now) {
      return new Course(
          latest,
          minAvailable,
          imported,
          importedMayRotate,
          softDeleted,
          backup,
          Optional.of(new Mark(now, latest)));
    }
  }

  KeyType type() {
    return traits.type();
  }

  KeyRecord with(Course other) {
    return new KeyRecord(name, traits, rules, other);
  }

  KeyRecord with(Rules other) {
    return new KeyRecord(name, traits, other, course);
  }

  KeyRecord named(String other) {
    return new KeyRecord(other, traits, rules, course);
  }

  /** The oldest version that is used for anything. */
  int oldest() {
    return Math.max(1, Math.max(rules.minDecryption(), course.minAvailable()));
  }

  byte[] toBytes() {
    return Json.toBytes(toJson());
  }

  JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("name", name)
            .put("type", type().wireName())
            .put("parameter_set", traits.parameterSet())
            .put("key_size", traits.keySize())
            .put("derived", traits.derived())
            .put("convergent", traits.convergent())
            .put("exportable", rules.exportable())
            .put("plaintext_backup", rules.plaintextBackup())
            .put("deletion_allowed", rules.deletionAllowed())
            .put("min_decryption", rules.minDecryption())
            .put("min_encryption", rules.minEncryption())
            .put("auto_rotate", rules.autoRotate())
            .put("latest", course.latest())
            .put("min_available", course.minAvailable())
            .put("imported", course.imported())
            .put("imported_may_rotate", course.importedMayRotate())
            .put("soft_deleted", course.softDeleted());
    course.backup().ifPresent(mark -> json.put("backup", toJson(mark)));
    course.restore().ifPresent(mark -> json.put("restore", toJson(mark)));
    return json.build();
  }

  private static JsonObject toJson(Mark mark) {
    return JsonObject.builder().put("time", mark.time()).put("version", mark.version()).build();
  }

  /** What {@link #toBytes} wrote, authenticated by the barrier. */
  static KeyRecord fromBytes(byte[] bytes) {
    try {
      return fromJson(Json.parseObject(bytes));
    } catch (Json.MalformedJson e) {
      throw new IllegalStateException("a stored key is not the JSON that was written", e);
    }
  }

  /**
   * What {@link #toJson} wrote.
   *
   * @throws strongroom.logical.RefusedException where a member is missing or of the wrong type
   */
  static KeyRecord fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    KeyType type = KeyType.of(fields.requiredString("type")).orElseThrow(KeyRecord::damaged);
    Traits traits =
        new Traits(
            type,
            fields.string("parameter_set").orElse(""),
            number(fields, "key_size"),
            flag(fields, "derived"),
            flag(fields, "convergent"));
    Rules rules =
        new Rules(
            flag(fields, "exportable"),
            flag(fields, "plaintext_backup"),
            flag(fields, "deletion_allowed"),
            number(fields, "min_decryption"),
            number(fields, "min_encryption"),
            fields.duration("auto_rotate").orElse(Duration.ZERO));
    Course course =
        new Course(
            number(fields, "latest"),
            number(fields, "min_available"),
            flag(fields, "imported"),
            flag(fields, "imported_may_rotate"),
            flag(fields, "soft_deleted"),
            fields.object("backup").map(KeyRecord::mark),
            fields.object("restore").map(KeyRecord::mark));
    return new KeyRecord(fields.requiredString("name"), traits, rules, course);
  }

  private static Mark mark(JsonObject json) {
    Fields fields = new Fields(json);
    return new Mark(Instant.parse(fields.string("time").orElse("")), number(fields, "version"));
  }

  private static int number(Fields fields, String name) {
    return fields.integer(name, 0, Integer.MAX_VALUE).orElseThrow(KeyRecord::damaged);
  }

  private static boolean flag(Fields fields, String name) {
    return fields.bool(name).orElseThrow(KeyRecord::damaged);
  }

  private static RuntimeException damaged() {
    return strongroom.logical.Refusal.invalid("the key's record is incomplete");
  }
}
