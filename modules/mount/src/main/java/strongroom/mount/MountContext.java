package strongroom.mount;

import java.time.Clock;
import java.util.function.Consumer;
import strongroom.engine.EngineStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;

/** What an engine gets for its life: the time, and its mount's part of {@code barrier}. */
record MountContext(Storage barrier, MountEntry entry, KeyLocks locks, Clock clock)
    implements EngineFactory.Context {
  @Override
  public void inTransaction(Consumer<EngineStorage> work) {
    try (Transaction transaction = new Transaction(barrier)) {
      work.accept(new MountStorage(transaction, entry.storagePrefix(), locks));
      transaction.commit();
    }
  }
}
