package strongroom.audit;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.UUID;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * What is kept of audit behind the barrier: {@code core/audit} the devices, {@code
 * audit/<uuid>/salt} the salt of each, {@code sys/audited-headers} the headers that are recorded.
 */
final class AuditStore {
  static final String SALTS = "audit/";

  private static final String DEVICES = "core/audit";
  private static final String HEADERS = "sys/audited-headers";

  private final Storage barrier;
  private final SecureRandom random;

  AuditStore(Storage barrier, SecureRandom random) {
    this.barrier = barrier;
    this.random = random;
  }

  List<DeviceEntry> devices() {
    List<DeviceEntry> devices = new ArrayList<>();
    if (read(DEVICES).member("devices").orElse(null) instanceof JsonArray(List<JsonValue> items)) {
      try {
        for (JsonValue item : items) {
          devices.add(DeviceEntry.fromJson((JsonObject) item));
        }
      } catch (RefusedException | NoSuchElementException | ClassCastException e) {
        throw new StorageFault.Damaged("the audit devices cannot be read: " + DEVICES, e);
      }
    }
    return devices;
  }

  private JsonObject read(String key) {
    return barrier
        .get(key)
        .map(
            bytes -> {
              try {
                return Json.parseObject(bytes);
              } catch (Json.MalformedJson e) {
                throw new StorageFault.Damaged("what is kept of audit cannot be read: " + key, e);
              }
            })
        .orElse(JsonObject.EMPTY);
  }

  String newUuid() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return UUID.nameUUIDFromBytes(bytes).toString();
  }

  /** Keeps {@code all}, with a salt for each that has none; salts of others are gone. */
  void keep(List<DeviceEntry> all, List<DeviceEntry> before) {
    Batch batch = new Batch();
    for (DeviceEntry entry : all) {
      if (barrier.get(saltKey(entry)).isEmpty()) {
        byte[] salt = new byte[Salt.BYTES];
        random.nextBytes(salt);
        batch.put(saltKey(entry), salt);
      }
    }
    for (DeviceEntry entry : before) {
      if (all.stream().noneMatch(other -> other.uuid().equals(entry.uuid()))) {
        batch.delete(saltKey(entry));
      }
    }
    List<JsonValue> items = new ArrayList<>();
    all.forEach(entry -> items.add(entry.toJson()));
    batch.put(
        DEVICES,
        Json.toBytes(JsonObject.of(Map.<String, JsonValue>of("devices", new JsonArray(items)))));
    barrier.commit(batch);
  }

  private static String saltKey(DeviceEntry entry) {
    return SALTS + entry.uuid() + "/salt";
  }

  Salt salt(DeviceEntry entry) {
    return new Salt(
        barrier
            .get(saltKey(entry))
            .orElseThrow(
                () ->
                    new StorageFault.Damaged(
                        "the salt of the audit device " + entry.path() + " is missing", null)));
  }

  Map<String, AuditedHeader> headers() {
    Map<String, AuditedHeader> headers = new TreeMap<>();
    read(HEADERS)
        .members()
        .forEach(
            (name, value) -> {
              Fields fields = new Fields((JsonObject) value);
              headers.put(name, new AuditedHeader(fields.bool("hmac").orElse(true)));
            });
    return headers;
  }

  void keepHeaders(Map<String, AuditedHeader> headers) {
    Map<String, JsonValue> json = new LinkedHashMap<>();
    headers.forEach(
        (name, header) -> json.put(name, JsonObject.builder().put("hmac", header.hmac()).build()));
    Batch batch = new Batch();
    batch.put(HEADERS, Json.toBytes(JsonObject.of(json)));
    barrier.commit(batch);
  }
}
