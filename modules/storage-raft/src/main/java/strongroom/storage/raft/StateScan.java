package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import strongroom.storage.StorageFault;

/**
 * Reads a whole store from front to back. Where a block of it is damaged, it goes on from the back,
 * so that what is lost is known by the keys on both its sides.
 */
final class StateScan {
  /** Where clients' keys begin: what is ours stands behind a zero byte. */
  private static final byte[] FIRST = {1};

  private final RocksDB database;
  private final ReadOptions how;
  private final EntryVisitor to;

  private StateScan(RocksDB database, ReadOptions how, EntryVisitor to) {
    this.database = database;
    this.how = how;
    this.to = to;
  }

  /** Shows every entry of {@code store} to {@code to}. */
  static void of(OrderedStore store, EntryVisitor to) {
    store.using(
        "the state cannot be read", (database, scans) -> new StateScan(database, scans, to).run());
  }

  private void run() {
    byte[] last = FIRST;
    try (RocksIterator at = database.newIterator(how)) {
      for (at.seek(FIRST); at.isValid(); at.next()) {
        last = at.key();
        show(last, at.value());
      }
      at.status();
    } catch (RocksDBException e) {
      fromTheBack(last, e);
    }
  }

  private void show(byte[] key, byte[] stored) {
    if (OrderedStore.isWhole(key, stored)) {
      to.entry(key, OrderedStore.value(stored));
    } else {
      String name = new String(key, UTF_8);
      to.damaged(
          name,
          new StorageFault.Damaged("the value of " + name + " is not what was written", null));
    }
  }

  /** Shows what stands behind the damage, last first. */
  private void fromTheBack(byte[] before, RocksDBException fault) {
    Optional<byte[]> after = Optional.empty();
    try (RocksIterator at = database.newIterator(how)) {
      at.seekToLast();
      while (at.isValid() && Arrays.compareUnsigned(at.key(), before) > 0) {
        byte[] key = at.key();
        after = Optional.of(key);
        show(key, at.value());
        at.prev();
      }
    }
    String where =
        (Arrays.equals(before, FIRST)
                ? "up to "
                : "behind " + new String(before, UTF_8) + ", up to ")
            + after.map(key -> new String(key, UTF_8)).orElse("the end");
    to.damaged(
        where,
        new StorageFault.Damaged(
            "the state cannot be read " + where + ": " + fault.getMessage(), fault));
  }
}
