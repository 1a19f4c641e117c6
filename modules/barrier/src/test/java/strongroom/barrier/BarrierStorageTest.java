package strongroom.barrier;

import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import strongroom.secret.SecretBytes;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;
import strongroom.testkit.StorageContract;

/** Whoever writes through the barrier need not know that it is there. */
class BarrierStorageTest extends StorageContract {
  private final SecureRandom random = new SecureRandom();
  private final SecretBytes rootKey = SecretBytes.random(32, random);
  private final Barrier barrier =
      Barrier.create(new InMemoryStorage(), rootKey, Sources.of(Clock.systemUTC(), random));

  @Override
  protected Storage storage() {
    return barrier;
  }

  @AfterEach
  void close() {
    barrier.close();
    rootKey.close();
  }
}
