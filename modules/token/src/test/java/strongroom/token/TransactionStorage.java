package strongroom.token;

import java.util.List;
import java.util.Optional;
import strongroom.engine.EngineStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

/** The token mount's part of a transaction. */
record TransactionStorage(Transaction transaction, KeyLocks locks) implements EngineStorage {
  private static final String PREFIX = "auth/token-uuid/";

  @Override
  public Optional<byte[]> get(String key) {
    return transaction.get(PREFIX + key);
  }

  @Override
  public void put(String key, byte[] value) {
    transaction.put(PREFIX + key, value);
  }

  @Override
  public void delete(String key) {
    transaction.delete(PREFIX + key);
  }

  @Override
  public List<String> list(String folder, String after, int limit) {
    return transaction.list(PREFIX + folder, after, limit).names();
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
