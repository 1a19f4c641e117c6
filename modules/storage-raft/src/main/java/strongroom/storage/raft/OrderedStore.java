package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import java.util.zip.CRC32C;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ChecksumType;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.Holder;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Logger;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
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

  static final int CHECKSUM_LENGTH = 4;
  private static final long MEMTABLE_BYTES = 16L * 1024 * 1024;
  private static final double MEMTABLE_BLOOM_PART = 0.03;
  private static final int SECONDARY_JOBS_MAX = 2;
  private static final int BLOCK_BYTES = 4 * 1024;
  private static final int OPEN_FILES_MAX = 512;
  private static final int YOUNG_FILES_MERGED = 8;

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
    options = options(cache, bloom);
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

  private static Options options(Cache cache, BloomFilter bloom) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            // Index and filters count against the cache, so memory stays bounded with any number
            // of keys.
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(bloom)
            .setChecksumType(ChecksumType.kxxHash64)
            .setBlockSize(BLOCK_BYTES);
    Options made = new Options();
    made.setCreateIfMissing(true);
    made.setParanoidChecks(true);
    made.setTableFormatConfig(table);
    made.setWriteBufferSize(MEMTABLE_BYTES);
    made.setMaxWriteBufferNumber(3);
    // Most writes ask first for what is not there yet.
    made.setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_PART);
    made.setMemtableWholeKeyFiltering(true);
    // Every merge of the youngest files rewrites the next level; Bloom filters make a few more of
    // them cheap to look into.
    made.setLevel0FileNumCompactionTrigger(YOUNG_FILES_MERGED);
    made.setLevel0SlowdownWritesTrigger(YOUNG_FILES_MERGED * 3);
    made.setLevel0StopWritesTrigger(YOUNG_FILES_MERGED * 5);
    made.setMaxBackgroundJobs(SECONDARY_JOBS_MAX);
    made.setMaxOpenFiles(OPEN_FILES_MAX);
    // Ciphertext does not compress.
    made.setCompressionType(CompressionType.NO_COMPRESSION);
    made.setInfoLogLevel(InfoLogLevel.ERROR_LEVEL);
    made.setKeepLogFileNum(2);
    made.setMaxLogFileSize(1024 * 1024);
    made.setMaxManifestFileSize(4L * 1024 * 1024);
    made.setStatsDumpPeriodSec(0);
    made.setStatsPersistPeriodSec(0);
    made.setSkipStatsUpdateOnDbOpen(true);
    return made;
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
          options.setLogger(new Silent());
          return RocksDB.openReadOnly(options, folder);
        });
  }

  private static final class Silent extends Logger {
    Silent() {
      super(InfoLogLevel.FATAL_LEVEL);
    }

    @Override
    protected void log(InfoLogLevel level, String message) {
      // What is wrong is in the exceptions.
    }
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

  private static boolean isWhole(byte[] key, byte[] stored) {
    return stored.length >= CHECKSUM_LENGTH
        && ByteBuffer.wrap(stored).getInt()
            == checksum(key, stored, CHECKSUM_LENGTH, stored.length - CHECKSUM_LENGTH);
  }

  private static byte[] value(byte[] stored) {
    return Arrays.copyOfRange(stored, CHECKSUM_LENGTH, stored.length);
  }

  static int checksum(byte[] key, byte[] value, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(value, offset, length);
    return (int) crc.getValue();
  }

  Page list(String folder, String after, int limit) {
    byte[] prefix = folder.getBytes(UTF_8);
    long stamp = handles.readLock();
    try {
      requireOpen();
      List<String> names = new ArrayList<>();
      try (RocksIterator at = database.newIterator(scans)) {
        at.seek(start(folder, after));
        while (at.isValid() && startsWith(at.key(), prefix)) {
          byte[] key = at.key();
          String name = name(key, prefix.length);
          boolean applicable = key[0] != 0 && !name.equals(after);
          if (applicable && names.size() == limit) {
            return new Page(names, true);
          }
          if (applicable) {
            names.add(name);
          }
          if (name.endsWith("/")) {
            at.seek(behind(folder + name));
          } else {
            at.next();
          }
        }
        at.status();
      }
      return new Page(names, false);
    } catch (RocksDBException e) {
      throw fault("the folder " + folder + " cannot be read", e);
    } finally {
      handles.unlockRead(stamp);
    }
  }

  private static byte[] start(String folder, String after) {
    return after.endsWith("/") ? behind(folder + after) : (folder + after).getBytes(UTF_8);
  }

  /** The first key behind everything in {@code folder}: its slash and 1 is a zero digit. */
  private static byte[] behind(String folder) {
    byte[] bytes = folder.getBytes(UTF_8);
    bytes[bytes.length - 1]++;
    return bytes;
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static String name(byte[] key, int from) {
    int end = from;
    while (end < key.length && key[end] != '/') {
      end++;
    }
    return new String(key, from, Math.min(key.length, end + 1) - from, UTF_8);
  }

  /** Applies {@code entry} where it is newer than the last, and remembers that it was. */
  void apply(TermIndex index, @Nullable ByteString entry) {
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
      batch.put(APPLIED, bytes(index));
      database.write(unsynced, batch);
      applied = index;
    } catch (RocksDBException e) {
      throw fault("an entry cannot be applied", e);
    } finally {
      handles.unlockRead(stamp);
    }
  }

  /** Syncs everything applied so far, and says up to which entry that is. */
  @Nullable TermIndex flush() {
    long stamp = handles.readLock();
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      requireOpen();
      TermIndex before = applied;
      database.flush(wait);
      return before;
    } catch (RocksDBException e) {
      throw fault("the state cannot be synced", e);
    } finally {
      handles.unlockRead(stamp);
    }
  }

  /** Makes a copy of the state at {@code to}, which is not there yet, by links to its files. */
  void checkpoint(Path to) {
    long stamp = handles.readLock();
    try {
      requireOpen();
      try (Checkpoint checkpoint = Checkpoint.create(database)) {
        checkpoint.createCheckpoint(to.toString());
      }
    } catch (RocksDBException e) {
      throw fault("the state cannot be copied", e);
    } finally {
      handles.unlockRead(stamp);
    }
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
