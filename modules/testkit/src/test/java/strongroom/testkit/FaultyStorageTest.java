package strongroom.testkit;

import strongroom.storage.Storage;

class FaultyStorageTest extends StorageContract {
  private final FaultyStorage storage = new FaultyStorage();

  @Override
  protected Storage storage() {
    return storage;
  }
}
