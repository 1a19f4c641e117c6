package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import strongroom.storage.Page;

/** Reads a page of a folder's names: see {@link strongroom.storage.ReadableStorage#list}. */
final class FolderPage {
  private FolderPage() {}

  static Page of(RocksDB database, ReadOptions how, String folder, String after, int limit)
      throws RocksDBException {
    byte[] prefix = folder.getBytes(UTF_8);
    List<String> names = new ArrayList<>();
    try (RocksIterator at = database.newIterator(how)) {
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
}
