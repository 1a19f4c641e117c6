package strongroom.storage.raft;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.testkit.StorageContract;

/** One storage for the whole contract, since Raft takes a second to close. */
class RaftStorageContractTest extends StorageContract {
  @TempDir static Path folder;
  private static RaftStorage storage;

  @BeforeAll
  static void start() {
    storage = Started.in(folder);
  }

  @AfterAll
  static void close() {
    storage.close();
  }

  @Override
  protected Storage storage() {
    return storage;
  }

  @AfterEach
  void empty() {
    Batch batch = new Batch();
    deleteAll("", batch);
    storage.commit(batch);
  }

  private static void deleteAll(String below, Batch batch) {
    for (String name : storage.list(below, "", 10_000).names()) {
      if (name.endsWith("/")) {
        deleteAll(below + name, batch);
      } else {
        batch.delete(below + name);
      }
    }
  }
}
