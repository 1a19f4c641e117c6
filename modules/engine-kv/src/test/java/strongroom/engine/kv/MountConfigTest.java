package strongroom.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import strongroom.engine.EngineStorage;

class MountConfigTest {
  private final Kv kv = Kv.version2();

  @Test
  void aChangeHoldsForTheNextWrite() {
    kv.write("data/a", "{'data':{}}").expect(200);
    kv.write("config", "{'cas_required':true}").expect(204);
    kv.write("data/a", "{'data':{}}").expect(400);
    kv.write("config", "{'cas_required':false}").expect(204);
    kv.write("data/a", "{'data':{}}").expect(200);
  }

  @Test
  void aChangeThatIsRefusedChangesNothing() {
    kv.write("data/a", "{'data':{}}").expect(200);
    kv.write("config", "{'cas_required':true,'max_versions':-1}").expect(400);
    kv.write("data/a", "{'data':{}}").expect(200);
  }

  @Test
  void whatIsReadWhileAChangeIsUnderWayIsNotKept() {
    MountConfig config = new MountConfig();
    AtomicReference<KvConfig> meanwhile = new AtomicReference<>();
    kv.inTransaction(
        changing -> {
          config.change(changing, kv.fields("{'max_versions':3}"));
          kv.inTransaction(other -> meanwhile.set(config.get(other)));
        });

    assertThat(meanwhile.get().versionsMax()).isZero();
    kv.inTransaction(storage -> assertThat(config.get(storage).versionsMax()).isEqualTo(3));
  }

  @Test
  void afterAChangeOfWhichNobodyKnowsWhatCameStorageIsAsked() {
    MountConfig config = new MountConfig();
    // Committed by hand, without telling whoever waits for it: as after an answer that was lost.
    kv.inTransaction(storage -> config.get(storage));
    kv.inTransaction(storage -> config.change(new Deaf(storage), kv.fields("{'max_versions':4}")));

    kv.inTransaction(storage -> assertThat(config.get(storage).versionsMax()).isEqualTo(4));
  }

  /** Storage that never says that a commit is done. */
  private record Deaf(EngineStorage inner) implements EngineStorage {
    @Override
    public Optional<byte[]> get(String key) {
      return inner.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
      inner.put(key, value);
    }

    @Override
    public void delete(String key) {
      inner.delete(key);
    }

    @Override
    public List<String> list(String folder, String after, int limit) {
      return inner.list(folder, after, limit);
    }

    @Override
    public void lock(String key) {
      inner.lock(key);
    }

    @Override
    public void afterCommit(Runnable action) {
      // Lost.
    }
  }
}
