package strongroom.engine.transit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.engine.Names;
import strongroom.logical.Fields;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Keys by name: making, reading, listing, setting, rotating, trimming and deleting them. */
final class KeyPaths {
  private final KeyCache cache;
  private final KeyMaker maker;
  private final KeyCreation creation;

  KeyPaths(KeyCache cache, KeyMaker maker, KeyCreation creation) {
    this.cache = cache;
    this.maker = maker;
    this.creation = creation;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("keys", "The keys' names.")
            .field("after", "string", "Only names behind this one.")
            .field("limit", "integer", "How many at most.")
            .on(Operation.LIST, KeyPaths::list)
            .build(),
        Endpoint.at("keys/{name}", "A key.")
            .field("type", "string", "aes256-gcm96 by default.")
            .field("derived", "boolean", "Whether each context has a key of its own.")
            .field("convergent_encryption", "boolean", "Whether equal plaintexts encrypt equally.")
            .field("exportable", "boolean", "Whether the key can be exported.")
            .field("allow_plaintext_backup", "boolean", "Whether the key can be backed up.")
            .field("auto_rotate_period", "duration", "How old a version gets; 0 for ever.")
            .field("key_size", "integer", "Of hmac: 32 (default) to 512 bytes.")
            .field("parameter_set", "string", "Of ml-dsa: 44, 65, 87; of ml-kem: 512, 768, 1024.")
            .field("managed_key_name", "string", "Of managed_key: which.")
            .field("context", "string", "Of which derived key to read the public half, in Base64.")
            .on(Operation.READ, this::read)
            .onWrite(this::create)
            .on(Operation.DELETE, this::delete)
            .build(),
        Endpoint.at("keys/{name}/config", "What can be changed of a key.")
            .field("min_decryption_version", "integer", "The oldest that decrypts and verifies.")
            .field("min_encryption_version", "integer", "The oldest that encrypts and signs.")
            .field("deletion_allowed", "boolean", "Whether the key can be deleted.")
            .field("exportable", "boolean", "Can be set, not unset.")
            .field("allow_plaintext_backup", "boolean", "Can be set, not unset.")
            .field("auto_rotate_period", "duration", "How old a version gets; 0 for ever.")
            .onWrite(this::configure)
            .build(),
        Endpoint.at("keys/{name}/rotate", "Make the key's next version.")
            .field("managed_key_name", "string", "Of managed_key: which is next.")
            .onWrite(this::rotate)
            .build(),
        Endpoint.at("keys/{name}/trim", "Remove a key's oldest versions for good.")
            .field("min_available_version", "integer", "The oldest that stays.")
            .onWrite(this::trim)
            .build(),
        Endpoint.at("keys/{name}/soft-delete", "Put a key out of use; it can be undone.")
            .on(Operation.DELETE, call -> softDelete(call, true))
            .build(),
        Endpoint.at("keys/{name}/soft-delete-restore", "Take a key into use again.")
            .onWrite(call -> softDelete(call, false))
            .build());
  }

  static String name(Call call) {
    return KeyStore.checked(call.parameter("name"));
  }

  private static Response list(Call call) {
    List<String> names = Names.in(call, KeyStore.RECORDS);
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  private Response read(Call call) {
    byte[] context = Base64Text.optional(call.fields(), "context").orElse(Material.NONE);
    return cache
        .with(call.storage(), name(call), key -> Response.of(KeyAnswer.of(key, context)))
        .orElseThrow(Refusal::notFound);
  }

  private Response create(Call call) {
    String name = name(call);
    EngineStorage storage = call.storage();
    storage.lock(name);
    if (KeyStore.find(storage, name).isPresent()) {
      return changed(storage, name).warning(List.of("key " + name + " already existed"));
    }
    creation.create(call, name);
    return changed(storage, name);
  }

  /** What a key is as this request leaves it. */
  static Response changed(EngineStorage storage, String name) {
    LoadedKey key = KeyStore.load(storage, name).orElseThrow();
    try {
      return Response.of(KeyAnswer.of(key, Material.NONE));
    } finally {
      key.leave();
    }
  }

  /** The record of the key that the call names, which no other request changes meanwhile. */
  static KeyRecord locked(Call call) {
    String name = name(call);
    call.storage().lock(name);
    return KeyStore.find(call.storage(), name)
        .orElseThrow(() -> Refusal.invalid("no existing key named " + name + " could be found"));
  }

  private Response delete(Call call) {
    KeyRecord record = locked(call);
    if (!record.rules().deletionAllowed()) {
      throw Refusal.invalid("deletion is not allowed for this key");
    }
    maker.delete(call.storage(), record);
    return Response.done();
  }

  private Response configure(Call call) {
    KeyRecord record = locked(call);
    Fields fields = call.fields();
    KeyRecord.Rules before = record.rules();
    int latest = record.course().latest();
    int asked = version(fields, "min_decryption_version", latest, before.minDecryption());
    KeyRecord.Rules after =
        new KeyRecord.Rules(
            before.exportable() || fields.bool("exportable").orElse(false),
            before.plaintextBackup() || fields.bool("allow_plaintext_backup").orElse(false),
            fields.bool("deletion_allowed").orElse(before.deletionAllowed()),
            Math.max(1, asked),
            version(fields, "min_encryption_version", latest, before.minEncryption()),
            fields
                .duration("auto_rotate_period")
                .map(KeyCreation::rotation)
                .orElse(before.autoRotate()));
    check(record, after);
    maker.save(call.storage(), record.with(after));
    Response response = changed(call.storage(), record.name());
    return asked == 0
        ? response.warning(List.of("versions start at 1; min_decryption_version is 1"))
        : response;
  }

  private static int version(Fields fields, String name, int latest, int before) {
    int asked = fields.integer(name, 0, Integer.MAX_VALUE).orElse(before);
    if (asked > latest) {
      throw Refusal.invalid(
          "cannot set " + name + " of " + asked + ", latest key version is " + latest);
    }
    return asked;
  }

  private static void check(KeyRecord record, KeyRecord.Rules after) {
    int available = record.course().minAvailable();
    if (after.minEncryption() > 0 && after.minEncryption() < after.minDecryption()) {
      throw Refusal.invalid(
          "cannot set min encryption/decryption values; min encryption version of "
              + after.minEncryption()
              + " must be greater than or equal to min decryption version of "
              + after.minDecryption());
    }
    if (available > after.minEncryption()) {
      throw Refusal.invalid("min encryption version should not be less than min available version");
    }
    if (available > after.minDecryption()) {
      throw Refusal.invalid("min decryption version should not be less then min available version");
    }
  }

  private Response rotate(Call call) {
    KeyRecord record = locked(call);
    requireRotatable(record);
    Material next =
        record.type() == KeyType.MANAGED
            ? creation.managed(call, call.fields())
            : maker.fresh(record.traits(), call.now());
    maker.add(call.storage(), record, next, false);
    return changed(call.storage(), record.name());
  }

  private static void requireRotatable(KeyRecord record) {
    if (record.course().softDeleted()) {
      throw Refusal.invalid("refusing to use soft-deleted key");
    }
    if (record.course().imported() && !record.course().importedMayRotate()) {
      throw Refusal.invalid("imported key " + record.name() + " does not allow rotation");
    }
  }

  private Response trim(Call call) {
    KeyRecord record = locked(call);
    int first =
        call.fields()
            .integer("min_available_version", 1, Integer.MAX_VALUE)
            .orElseThrow(() -> Refusal.invalid("missing min_available_version"));
    KeyRecord.Rules rules = record.rules();
    if (first < record.course().minAvailable()) {
      throw Refusal.invalid("minimum available version cannot be decremented");
    }
    if (rules.minEncryption() == 0) {
      throw Refusal.invalid(
          "minimum available version cannot be set when minimum encryption version is not set");
    }
    if (first > rules.minEncryption()) {
      throw Refusal.invalid(
          "minimum available version cannot be greater than minimum encryption version");
    }
    if (first > rules.minDecryption()) {
      throw Refusal.invalid(
          "minimum available version cannot be greater than minimum decryption version");
    }
    KeyStore.dropVersionsBefore(call.storage(), record, first);
    maker.save(call.storage(), record.with(record.course().trimmedTo(first)));
    return changed(call.storage(), record.name());
  }

  private Response softDelete(Call call, boolean deleted) {
    String name = name(call);
    EngineStorage storage = call.storage();
    storage.lock(name);
    Optional<KeyRecord> found = KeyStore.find(storage, name);
    if (found.isEmpty()) {
      throw Refusal.notFound();
    }
    KeyRecord record = found.get();
    boolean already = record.course().softDeleted() == deleted;
    maker.save(storage, record.with(record.course().softDeleted(deleted)));
    Response response = changed(storage, name);
    if (!already) {
      return response;
    }
    return response.warning(
        List.of(deleted ? "key was already marked as soft deleted" : "key was already restored"));
  }

  /** Rotates {@code name} where its newest version has reached the age that was set. */
  void rotateIfDue(EngineStorage storage, String name, Instant now) {
    storage.lock(name);
    KeyStore.find(storage, name)
        .filter(record -> record.type() != KeyType.MANAGED)
        .filter(record -> !record.course().softDeleted())
        .filter(record -> !record.course().imported() || record.course().importedMayRotate())
        .filter(record -> due(storage, record, now))
        .ifPresent(record -> maker.rotate(storage, record, now));
  }

  private static boolean due(EngineStorage storage, KeyRecord record, Instant now) {
    Duration period = record.rules().autoRotate();
    if (period.isZero()) {
      return false;
    }
    Material newest = KeyStore.version(storage, record.name(), record.course().latest());
    newest.wipe();
    return !newest.created().plus(period).isAfter(now);
  }
}
