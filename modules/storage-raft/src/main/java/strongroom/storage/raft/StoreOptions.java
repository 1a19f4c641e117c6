package strongroom.storage.raft;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.rocksdb.Options;

/** How RocksDB is set for the ordered store. */
final class StoreOptions {
  private static final long MEMTABLE_BYTES = 16L * 1024 * 1024;
  private static final double MEMTABLE_BLOOM_PART = 0.03;
  private static final int SECONDARY_JOBS_MAX = 2;
  private static final int BLOCK_BYTES = 4 * 1024;
  private static final int OPEN_FILES_MAX = 512;
  private static final int YOUNG_FILES_MERGED = 8;

  private StoreOptions() {}

  static Options of(Cache cache, BloomFilter bloom) {
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

  /** A log that keeps nothing: what is wrong is in the exceptions. */
  static Logger silent() {
    return new Logger(InfoLogLevel.FATAL_LEVEL) {
      @Override
      protected void log(InfoLogLevel level, String message) {
        // Nothing.
      }
    };
  }
}
