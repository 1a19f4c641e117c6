package strongroom.storage.raft;

import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Writes of an entry, checksummed on their way into one of RocksDB's batches. */
final class BatchWriter implements EntryCodec.Writes {
  private final WriteBatch batch;

  BatchWriter(WriteBatch batch) {
    this.batch = batch;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    byte[] stored = new byte[OrderedStore.CHECKSUM_LENGTH + value.length];
    ByteBuffer.wrap(stored).putInt(OrderedStore.checksum(key, value, 0, value.length)).put(value);
    try {
      batch.put(key, stored);
    } catch (RocksDBException e) {
      throw new IllegalStateException("a write could not be added to a batch", e);
    }
  }

  @Override
  public void delete(byte[] key) {
    try {
      batch.delete(key);
    } catch (RocksDBException e) {
      throw new IllegalStateException("a write could not be added to a batch", e);
    }
  }
}
