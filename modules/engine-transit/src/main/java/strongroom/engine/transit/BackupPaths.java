package strongroom.engine.transit;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Whole keys, with all versions and settings, as one text that can be restored. */
final class BackupPaths {
  private static final String FORMAT = "strongroom-transit-1";

  private final KeyMaker maker;

  BackupPaths(KeyMaker maker) {
    this.maker = maker;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("backup/{name}", "The whole key in plain text.")
            .on(Operation.READ, this::backup)
            // It is noted with the key.
            .blocking()
            .build(),
        restore("restore"),
        restore("restore/{name}"));
  }

  private Endpoint restore(String path) {
    return Endpoint.at(path, "Make a key of a backup.")
        .field("backup", "string", "As backup answered.")
        .field("force", "boolean", "Whether a key of that name is replaced.")
        .onWrite(this::restore)
        .build();
  }

  private Response backup(Call call) {
    KeyRecord record = KeyPaths.locked(call);
    if (record.course().softDeleted()) {
      throw Refusal.invalid("refusing to use soft-deleted key");
    }
    if (!record.rules().exportable()) {
      throw Refusal.invalid("exporting is disallowed on the policy");
    }
    if (!record.rules().plaintextBackup()) {
      throw Refusal.invalid("plaintext backup is disallowed on the policy");
    }
    if (record.type() == KeyType.MANAGED) {
      throw Refusal.invalid("a managed key does not leave its HSM");
    }
    KeyRecord marked = record.with(record.course().backedUp(call.now()));
    maker.save(call.storage(), marked);
    List<JsonValue> versions = new ArrayList<>();
    for (int n = first(record); n <= record.course().latest(); n++) {
      Material material = KeyStore.version(call.storage(), record.name(), n);
      byte[] bytes = material.toBytes();
      versions.add(new JsonString(Base64Text.encode(bytes)));
      Arrays.fill(bytes, (byte) 0);
      material.wipe();
    }
    byte[] whole =
        Json.toBytes(
            JsonObject.builder()
                .put("format", FORMAT)
                .put("key", marked.toJson())
                .put("versions", new JsonArray(versions))
                .build());
    try {
      return Response.of(JsonObject.builder().put("backup", Base64Text.encode(whole)).build());
    } finally {
      Arrays.fill(whole, (byte) 0);
    }
  }

  /** The oldest version that is there, usable or not. */
  private static int first(KeyRecord record) {
    return Math.max(1, record.course().minAvailable());
  }

  /** A key out of a backup. */
  record Restored(KeyRecord record, List<Material> versions) {}

  private Response restore(Call call) {
    Fields fields = call.fields();
    Restored restored = parse(fields.requiredString("backup"));
    String name =
        KeyStore.checked(
            Optional.ofNullable(call.parameters().get("name"))
                .or(() -> fields.nonEmptyString("name"))
                .orElse(restored.record().name()));
    EngineStorage storage = call.storage();
    storage.lock(name);
    Optional<KeyRecord> before = KeyStore.find(storage, name);
    if (before.isPresent()) {
      if (!fields.bool("force").orElse(false)) {
        throw Refusal.invalid("key " + name + " already exists");
      }
      KeyStore.delete(storage, before.get());
    }
    KeyRecord record = restored.record().named(name);
    int number = first(record);
    for (Material material : restored.versions()) {
      KeyStore.putVersion(storage, name, number, material);
      material.wipe();
      number++;
    }
    maker.save(storage, record.with(record.course().restored(call.now())));
    return Response.done();
  }

  private static Restored parse(String text) {
    try {
      byte[] bytes = Base64Text.decode(text, "backup");
      JsonObject json =
          Json.parseObject(
              VaultBackup.longNumbersQuoted(new String(bytes, StandardCharsets.UTF_8))
                  .getBytes(StandardCharsets.UTF_8));
      if (VaultBackup.looksLike(json)) {
        Restored restored = VaultBackup.read(json);
        check(restored.record(), restored.versions());
        return restored;
      }
      Fields fields = new Fields(json);
      if (!fields.string("format").orElse("").equals(FORMAT)) {
        throw Refusal.invalid("the backup is neither one of this server's nor of Vault's");
      }
      KeyRecord record = KeyRecord.fromJson(fields.object("key").orElse(JsonObject.EMPTY));
      List<Material> versions = new ArrayList<>();
      for (String encoded : fields.strings("versions").orElse(List.of())) {
        versions.add(Material.takeFrom(Base64.getDecoder().decode(encoded)));
      }
      check(record, versions);
      return new Restored(record, versions);
    } catch (Json.MalformedJson | IllegalArgumentException | DateTimeException e) {
      throw damaged();
    }
  }

  private static void check(KeyRecord record, List<Material> versions) {
    KeyRecord.Rules rules = record.rules();
    int latest = record.course().latest();
    boolean whole =
        latest >= 1
            && !versions.isEmpty()
            && versions.size() == latest - first(record) + 1
            && rules.minDecryption() <= latest
            && rules.minEncryption() <= latest
            && record.type() != KeyType.MANAGED
            && (!record.traits().derived() || record.type().derives())
            && (!record.traits().convergent() || record.traits().derived());
    if (!whole) {
      throw damaged();
    }
    versions.forEach(version -> check(record.traits(), version));
  }

  private static void check(KeyRecord.Traits traits, Material version) {
    KeyType type = traits.type();
    if (!type.pair()) {
      var _ = ImportedKey.symmetric(type, version.secret());
      return;
    }
    var _ = Pairs.publicKey(type, traits.parameterSet(), version.publicKey());
    if (type == KeyType.ED25519 && version.secret().length == 2 * Pairs.ED25519_LENGTH) {
      return;
    }
    if (type == KeyType.ED25519 && version.secret().length != 0) {
      throw damaged();
    }
    if (version.secret().length > 0) {
      var _ = Pairs.privateKey(type, traits.parameterSet(), version.secret());
    }
  }

  private static RuntimeException damaged() {
    return Refusal.invalid("the backup is damaged");
  }
}
