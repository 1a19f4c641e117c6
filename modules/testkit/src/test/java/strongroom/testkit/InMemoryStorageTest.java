package strongroom.testkit;

import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;

class InMemoryStorageTest extends StorageContract {
  private final InMemoryStorage storage = new InMemoryStorage();

  @Override
  protected Storage storage() {
    return storage;
  }
}
