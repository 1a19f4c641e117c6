package strongroom.storage.raft;

import strongroom.storage.Batch;
import strongroom.storage.ReadableStorage;
import strongroom.storage.StorageFault;

/**
 * What may be written together.
 *
 * @param valueBytesMax the largest value, as it is stored
 * @param entryBytesMax all writes of one batch
 */
record WriteLimits(int valueBytesMax, int entryBytesMax) {
  /** {@code batch} as it goes into an entry, where it is not too large. */
  byte[] encoded(Batch batch) {
    batch.writes().values().forEach(value -> value.ifPresent(this::requireSize));
    byte[] writes = EntryCodec.encode(batch);
    if (writes.length >= entryBytesMax) {
      throw new StorageFault.TooLarge(
          "the writes of one request come to "
              + writes.length
              + " bytes; at most "
              + entryBytesMax
              + " are stored together (max_transaction_size)",
          null);
    }
    return writes;
  }

  /** Refuses an entry that cannot be stored, however it is written. */
  void require(byte[] key, byte[] value) {
    if (key.length == 0 || key.length > ReadableStorage.KEY_LENGTH_MAX || key[0] == 0) {
      throw new StorageFault.Damaged("an entry's key is none", null);
    }
    requireSize(value);
  }

  private void requireSize(byte[] value) {
    if (value.length > valueBytesMax) {
      throw new StorageFault.TooLarge(
          "a value comes to "
              + value.length
              + " bytes; the largest that is stored has "
              + valueBytesMax
              + " (max_entry_size)",
          null);
    }
  }
}
