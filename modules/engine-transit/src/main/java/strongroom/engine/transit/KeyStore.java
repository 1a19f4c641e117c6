package strongroom.engine.transit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import strongroom.engine.EngineStorage;
import strongroom.logical.Refusal;

/**
 * Keys in the mount's storage. A key's record and each of its versions are entries of their own, so
 * that a rotation writes the same amount however many versions there are. What a request writes
 * takes effect together.
 */
final class KeyStore {
  static final String RECORDS = "key/";

  /** Which keys rotate by themselves: names only, so that the others need not be read. */
  static final String ROTATING = "rotating/";

  private static final String VERSIONS = "version/";
  private static final int NAME_LENGTH_MAX = 512;
  private static final Pattern NAME = Pattern.compile("\\w(?:[\\w.-]*\\w)?");

  private KeyStore() {}

  /** {@code name}, where a key can be called so. */
  static String checked(String name) {
    if (name.length() > NAME_LENGTH_MAX || !NAME.matcher(name).matches()) {
      throw Refusal.notFound("unsupported path");
    }
    return name;
  }

  static Optional<KeyRecord> find(EngineStorage storage, String name) {
    return storage.get(RECORDS + name).map(KeyRecord::fromBytes);
  }

  static Material version(EngineStorage storage, String name, int number) {
    return Material.takeFrom(
        storage
            .get(VERSIONS + name + "/" + number)
            .orElseThrow(
                () -> new IllegalStateException("version " + number + " of a key is missing")));
  }

  /** The key with all versions that may be used. */
  static Optional<LoadedKey> load(EngineStorage storage, String name) {
    return find(storage, name)
        .map(
            record -> {
              List<Material> materials = new ArrayList<>();
              for (int n = record.oldest(); n <= record.course().latest(); n++) {
                materials.add(version(storage, name, n));
              }
              return new LoadedKey(record, record.oldest(), materials);
            });
  }

  static void put(EngineStorage storage, KeyRecord record) {
    storage.put(RECORDS + record.name(), record.toBytes());
    if (record.rules().autoRotate().isZero()) {
      storage.delete(ROTATING + record.name());
    } else {
      storage.put(ROTATING + record.name(), new byte[] {1});
    }
  }

  static void putVersion(EngineStorage storage, String name, int number, Material material) {
    storage.put(VERSIONS + name + "/" + number, material.toBytes());
  }

  /** Removes the versions of {@code record} before {@code first}. */
  static void dropVersionsBefore(EngineStorage storage, KeyRecord record, int first) {
    for (int n = Math.max(1, record.course().minAvailable()); n < first; n++) {
      storage.delete(VERSIONS + record.name() + "/" + n);
    }
  }

  static void delete(EngineStorage storage, KeyRecord record) {
    dropVersionsBefore(storage, record, record.course().latest() + 1);
    storage.delete(RECORDS + record.name());
    storage.delete(ROTATING + record.name());
  }
}
