package strongroom.node;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/** Reads and checks the seal record in storage. */
final class SealRecords {
  /** Where it is, outside the barrier. */
  static final String PATH = "core/seal-config";

  static final String KEYRING_PATH = "core/keyring";
  private static final int NAMES_SHOWN = 10;

  private final Storage storage;

  SealRecords(Storage storage) {
    this.storage = storage;
  }

  /**
   * The record, or empty where storage holds nothing at all.
   *
   * @throws StorageFault.Damaged where it is damaged, or missing beside other entries
   */
  Optional<SealRecord> load() {
    Optional<byte[]> stored = storage.get(PATH);
    if (stored.isEmpty()) {
      List<String> names = storage.list("", "", NAMES_SHOWN).names();
      if (names.isEmpty()) {
        return Optional.empty();
      }
      throw new StorageFault.Damaged(
          "storage holds entries ("
              + String.join(", ", names)
              + ") but no seal record at "
              + PATH
              + ": restore a snapshot, or start with an empty folder",
          null);
    }
    if (storage.get(KEYRING_PATH).isEmpty()) {
      throw new StorageFault.Damaged(
          "storage holds a seal record but no keyring at " + KEYRING_PATH + ": restore a snapshot",
          null);
    }
    return Optional.of(parse(stored.get()));
  }

  /** Whether storage holds exactly {@code record}. */
  boolean holds(SealRecord record) {
    return storage.get(PATH).map(b -> Arrays.equals(b, record.toBytes())).orElse(false);
  }

  /** As {@link #replace(SealRecord, Batch)}, and writes nothing else. */
  void replace(SealRecord next) {
    replace(next, new Batch());
  }

  /**
   * Writes {@code next} in the present record's place, together with {@code others}, and reads it
   * back.
   *
   * @throws StorageFault where it is not there afterwards
   */
  void replace(SealRecord next, Batch others) {
    try {
      storage.commit(others.put(PATH, next.toBytes()));
    } catch (StorageFault.OutcomeUnknown e) {
      if (!holds(next)) {
        throw e;
      }
    }
    requireHeld(next);
  }

  /** Makes sure that what was written can be read. */
  void requireHeld(SealRecord next) {
    if (!holds(next)) {
      throw new StorageFault.Damaged(
          "the seal record read back is not the one that was written", null);
    }
  }

  private static SealRecord parse(byte[] stored) {
    try {
      return SealRecord.fromBytes(stored);
    } catch (SealFault.Data e) {
      throw new StorageFault.Damaged(
          "the seal record at " + PATH + " is damaged: " + e.getMessage() + "; restore a snapshot",
          e);
    }
  }
}
