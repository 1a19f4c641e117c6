package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import java.util.zip.CRC32C;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.Holder;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.Page;
import strongroom.storage.StorageFault;

/**
 * The state that Raft's entries make, in RocksDB: the only class that holds its handles. RocksDB
 * crashes the process when a handle is used after it was closed; every use holds {@link #handles}
 * for reading, closing holds it for writing.
 *
 * <p>A value is stored with a CRC-32C of key and value in front of it. The index of the last
 * applied entry is written with the entry's own writes, so the state is always that of some entry.
 */
final class OrderedStore implements AutoCloseable {
  /** Behind a zero byte, where no key of a client can stand. */
  private static final byte[] APPLIED = {0, 'a'};

  /** Of which restore it is, and how many entries that has had. */
  private static final byte[] STAGED = {0, 's'};

  static final int CHECKSUM_LENGTH = 4;

  private final Path path;
  private final Cache cache;
  private final BloomFilter bloom;
  private final Options options;
  private final WriteOptions unsynced;
  private final ReadOptions reads;
  private final ReadOptions cached;
  private final ReadOptions scans;
  private final RocksDB database;
  private final StampedLock handles = new StampedLock();
  private boolean closed;
  private volatile @Nullable TermIndex applied;

  private interface Opening {
    RocksDB open(Options options, String path) throws RocksDBException;
  }

  private OrderedStore(Path path, long cacheBytes, Opening opening) {
    this.path = path;
    cache = new LRUCache(cacheBytes);
    bloom = new BloomFilter(10);
    options = StoreOptions.of(cache, bloom);
    unsynced = new WriteOptions().setDisableWAL(true);
    reads = new ReadOptions().setVerifyChecksums(true);
    cached = new ReadOptions().setVerifyChecksums(true).setReadTier(ReadTier.BLOCK_CACHE_TIER);
    scans = new ReadOptions().setVerifyChecksums(true).setFillCache(false);
    RocksDB opened = null;
    try {
      opened = opening.open(options, path.toString());
      byte[] stored = opened.get(reads, APPLIED);
      applied = stored == null ? null : termIndex(stored);
    } catch (RocksDBException e) {
      closeHandles(opened);
      throw fault("the state cannot be opened", e);
    }
    database = opened;
  }

  /** Opens the state in {@code path}, or makes an empty one. */
  static OrderedStore open(Path path, long cacheBytes) {
    RocksDB.loadLibrary();
    if (exists(path)) {
      Manifest.require(path);
    }
    return new OrderedStore(path, cacheBytes, RocksDB::open);
  }

  /** Opens the state in {@code path}, which there is, and changes nothing in its folder. */
  static OrderedStore openForReading(Path path, long cacheBytes) {
    RocksDB.loadLibrary();
    Manifest.require(path);
    return new OrderedStore(
        path,
        cacheBytes,
        (options, folder) -> {
          // Else it leaves a log of its own there.
          options.setLogger(StoreOptions.silent());
          return RocksDB.openReadOnly(options, folder);
        });
  }

  /** Whether {@code path} holds a state. */
  static boolean exists(Path path) {
    return Files.exists(path.resolve("CURRENT"));
  }

  /** The last entry that was applied, or null where none was. */
  @Nullable TermIndex applied() {
    return applied;
  }

  Optional<byte[]> get(String key) {
    return get(key, reads);
  }

  /**
   * The same without touching a disk.
   *
   * @throws NotInMemoryException where that would be needed
   */
  Optional<byte[]> getFromMemory(String key) {
    byte[] keyBytes = key.getBytes(UTF_8);
    Holder<byte[]> found = new Holder<>();
    long stamp = handles.readLock();
    try {
      requireOpen();
      // Unlike a get, which throws where the cache lacks a block, this only says so.
      if (database.keyMayExist(cached, keyBytes, found)) {
        byte[] stored = found.getValue();
        // Where the cache lacks a file's index, RocksDB says that it found the value and gives an
        // empty one. Whether something is damaged is for a get to say, which may read the disk.
        if (stored == null || !isWhole(keyBytes, stored)) {
          throw new NotInMemoryException();
        }
        return Optional.of(value(stored));
      }
    } finally {
      handles.unlockRead(stamp);
    }
    // It says no, too, where the store is broken: a get tells the two apart.
    return get(key, cached);
  }

  private Optional<byte[]> get(String key, ReadOptions how) {
    byte[] keyBytes = key.getBytes(UTF_8);
    long stamp = handles.readLock();
    try {
      requireOpen();
      byte[] stored = database.get(how, keyBytes);
      return stored == null ? Optional.empty() : Optional.of(checked(key, keyBytes, stored));
    } catch (RocksDBException e) {
      Status status = e.getStatus();
      if (status != null && status.getCode() == Status.Code.Incomplete) {
        throw new NotInMemoryException();
      }
      throw fault("the value of " + key + " cannot be read", e);
    } finally {
      handles.unlockRead(stamp);
    }
  }

  private byte[] checked(String key, byte[] keyBytes, byte[] stored) {
    if (!isWhole(keyBytes, stored)) {
      throw new StorageFault.Damaged(
          "the value of " + key + " in " + path + " is not what was written", null);
    }
    return value(stored);
  }

  static boolean isWhole(byte[] key, byte[] stored) {
    return stored.length >= CHECKSUM_LENGTH
        && ByteBuffer.wrap(stored).getInt()
            == checksum(key, stored, CHECKSUM_LENGTH, stored.length - CHECKSUM_LENGTH);
  }

  static byte[] value(byte[] stored) {
    return Arrays.copyOfRange(stored, CHECKSUM_LENGTH, stored.length);
  }

  static int checksum(byte[] key, byte[] value, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(value, offset, length);
    return (int) crc.getValue();
  }

  Page list(String folder, String after, int limit) {
    return reading(
        "the folder " + folder + " cannot be read",
        (open, scans) -> FolderPage.of(open, scans, folder, after, limit));
  }

  /** Applies {@code entry} where it is newer than the last, and remembers that it was. */
  void apply(TermIndex index, @Nullable ByteString entry) {
    apply(index, entry, Optional.empty());
  }

  /** As {@link #apply(TermIndex, ByteString)}, and remembers of which restore this is now. */
  void apply(TermIndex index, @Nullable ByteString entry, Optional<Staging.Step> progress) {
    TermIndex last = applied;
    if (last != null && index.getIndex() <= last.getIndex()) {
      return;
    }
    long stamp = handles.readLock();
    try (WriteBatch batch = new WriteBatch()) {
      requireOpen();
      if (entry != null) {
        EntryCodec.decode(entry, new BatchWriter(batch));
      }
      if (progress.isPresent()) {
        batch.put(STAGED, progress.get().toBytes());
      }
      batch.put(APPLIED, bytes(index));
      database.write(unsynced, batch);
      applied = index;
    } catch (RocksDBException e) {
      throw fault("an entry cannot be applied", e);
    } finally {
      handles.unlockRead(stamp);
    }
  }

  /** What is done with the open database. */
  interface Use {
    void with(RocksDB database, ReadOptions scans) throws RocksDBException;
  }

  /** Uses the database, which is not closed meanwhile. */
  void using(String what, Use use) {
    var _ =
        reading(
            what,
            (open, scans) -> {
              use.with(open, scans);
              return what;
            });
  }

  private interface Reading<T> {
    T of(RocksDB database, ReadOptions scans) throws RocksDBException;
  }

  private <T> T reading(String what, Reading<T> reading) {
    long stamp = handles.readLock();
    try {
      requireOpen();
      return reading.of(database, scans);
    } catch (RocksDBException e) {
      throw fault(what, e);
    } finally {
      handles.unlockRead(stamp);
    }
  }

  /** The last entry of a restore that it has had; empty where nothing was ever restored. */
  Optional<Staging.Step> progress() {
    return reading(
        "the state cannot be read",
        (open, scans) -> {
          byte[] stored = open.get(reads, STAGED);
          return stored == null ? Optional.empty() : Staging.Step.of(stored);
        });
  }

  /** Syncs everything applied so far, and says up to which entry that is. */
  @Nullable TermIndex flush() {
    TermIndex before = applied;
    using(
        "the state cannot be synced",
        (open, scans) -> {
          try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            open.flush(wait);
          }
        });
    return before;
  }

  /** Makes a copy of the state at {@code to}, which is not there yet, by links to its files. */
  void checkpoint(Path to) {
    using(
        "the state cannot be copied",
        (open, scans) -> {
          try (Checkpoint checkpoint = Checkpoint.create(open)) {
            checkpoint.createCheckpoint(to.toString());
          }
        });
  }

  /** Reads all of the state in {@code path} and says of which entry it is; closes it again. */
  static TermIndex verified(Path path) {
    try (OrderedStore store = open(path, 0)) {
      store.database.verifyChecksum();
      TermIndex applied = store.applied();
      if (applied == null) {
        throw new StorageFault.Damaged(path + " is of no entry", null);
      }
      return applied;
    } catch (RocksDBException e) {
      throw new StorageFault.Damaged(path + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Whether there is any key. */
  boolean isEmpty() {
    return list("", "", 1).names().isEmpty();
  }

  private void requireOpen() {
    if (closed) {
      throw new StorageFault.Unavailable("storage is closed", null);
    }
  }

  private StorageFault fault(String what, RocksDBException e) {
    String message = path + ": " + what + ": " + e.getMessage();
    Status status = e.getStatus();
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return new StorageFault.Damaged(message, e);
    }
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return new StorageFault.Full(message, e);
    }
    boolean missing = message.contains("No such file") || message.contains("does not exist");
    return missing || (status != null && status.getCode() == Status.Code.InvalidArgument)
        ? new StorageFault.Damaged(message, e)
        : new StorageFault.Unavailable(message, e);
  }

  @Override
  public void close() {
    long stamp = handles.writeLock();
    try {
      if (!closed) {
        closed = true;
        closeHandles(database);
      }
    } finally {
      handles.unlockWrite(stamp);
    }
  }

  private void closeHandles(@Nullable RocksDB opened) {
    if (opened != null) {
      opened.close();
    }
    reads.close();
    cached.close();
    scans.close();
    unsynced.close();
    options.close();
    bloom.close();
    cache.close();
  }

  private static byte[] bytes(TermIndex index) {
    return ByteBuffer.allocate(16).putLong(index.getTerm()).putLong(index.getIndex()).array();
  }

  private static TermIndex termIndex(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return TermIndex.valueOf(buffer.getLong(), buffer.getLong());
  }
}
