package strongroom.mount;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/** The mounts in storage: the table itself, and what a mount leaves behind. */
final class StoredMounts {
  private static final String SECRETS = "core/mounts";
  private static final String AUTH = "core/auth";
  private static final int DELETE_PAGE = 500;

  private StoredMounts() {}

  /** All mounts of {@code storage}, the tainted ones too. */
  static List<MountEntry> read(Storage storage) {
    List<MountEntry> entries = new ArrayList<>();
    for (String key : List.of(SECRETS, AUTH)) {
      byte[] stored =
          storage
              .get(key)
              .orElseThrow(
                  () -> new StorageFault.Damaged("the table of mounts is missing: " + key, null));
      try {
        JsonValue list = Json.parseObject(stored).member("entries").orElseThrow();
        for (JsonValue entry : ((JsonArray) list).items()) {
          entries.add(MountEntry.fromJson((JsonObject) entry));
        }
      } catch (Json.MalformedJson e) {
        throw new StorageFault.Damaged("the table of mounts cannot be read: " + key, e);
      }
    }
    return entries;
  }

  /** Makes {@code entries} all mounts there are. */
  static void write(Transaction transaction, List<MountEntry> entries) {
    for (boolean auth : new boolean[] {false, true}) {
      JsonArray list =
          new JsonArray(
              entries.stream()
                  .filter(entry -> entry.isAuth() == auth)
                  .<JsonValue>map(MountEntry::toJson)
                  .toList());
      transaction.put(
          auth ? AUTH : SECRETS, Json.toBytes(JsonObject.builder().put("entries", list).build()));
    }
  }

  /** Removes everything in {@code folder}, page by page, until {@code stopped} says so. */
  static void empty(Storage storage, String folder, BooleanSupplier stopped) {
    boolean more = true;
    while (more && !stopped.getAsBoolean()) {
      Page page = storage.list(folder, "", DELETE_PAGE);
      Batch batch = new Batch();
      for (String name : page.names()) {
        if (name.endsWith("/")) {
          empty(storage, folder + name, stopped);
        } else {
          batch.delete(folder + name);
        }
      }
      if (!batch.isEmpty()) {
        storage.commit(batch);
      }
      more = page.more();
    }
  }
}
