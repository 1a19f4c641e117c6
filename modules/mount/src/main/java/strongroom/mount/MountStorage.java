package strongroom.mount;

import java.util.List;
import java.util.Optional;
import strongroom.engine.EngineStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

/** A mount's part of a transaction: its own entries, under its prefix. */
public final class MountStorage implements EngineStorage {
  private final Transaction transaction;
  private final String prefix;
  private final KeyLocks locks;

  /** What stands under {@code prefix} in {@code transaction}, with the mount's own locks. */
  public MountStorage(Transaction transaction, String prefix, KeyLocks locks) {
    this.transaction = transaction;
    this.prefix = prefix;
    this.locks = locks;
  }

  /** The transaction behind {@code storage}, for the server's own engines. */
  public static Transaction transactionOf(EngineStorage storage) {
    return ((MountStorage) storage).transaction;
  }

  @Override
  public Optional<byte[]> get(String key) {
    return transaction.get(prefix + key);
  }

  @Override
  public void put(String key, byte[] value) {
    transaction.put(prefix + key, value);
  }

  @Override
  public void delete(String key) {
    transaction.delete(prefix + key);
  }

  @Override
  public List<String> list(String folder, String after, int limit) {
    return transaction.list(prefix + folder, after, limit).names();
  }

  @Override
  public void lock(String key) {
    transaction.lock(locks, key);
  }

  @Override
  public void afterCommit(Runnable action) {
    transaction.afterCommit(action);
  }
}
