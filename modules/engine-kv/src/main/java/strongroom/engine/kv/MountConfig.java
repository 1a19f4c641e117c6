package strongroom.engine.kv;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import strongroom.engine.Call;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.Response;

/**
 * A mount's settings of version 2 in storage, and in memory what was last read of them: every write
 * of a secret asks. Whoever writes does so through the one engine of the mount on the node that
 * leads, and an engine is made anew wherever that changes.
 */
final class MountConfig {
  /**
   * What is known, told apart by identity.
   *
   * @param config empty where storage must be asked
   * @param settled false while a change is under way, when nothing read may be kept
   */
  private record Known(Optional<KvConfig> config, boolean settled) {}

  private final AtomicReference<Known> known =
      new AtomicReference<>(new Known(Optional.empty(), true));

  /** The settings as of the last commit. */
  KvConfig get(EngineStorage storage) {
    Known before = Objects.requireNonNull(known.get());
    if (before.config().isPresent()) {
      return before.config().get();
    }
    KvConfig stored = KvConfig.of(storage);
    if (before.settled()) {
      // Not kept where they were changed while they were read.
      known.compareAndSet(before, new Known(Optional.of(stored), true));
    }
    return stored;
  }

  Response read(Call call) {
    return Response.of(KvConfig.of(call.storage()).toJson());
  }

  Response write(Call call) {
    change(call.storage(), call.fields());
    return Response.done();
  }

  void change(EngineStorage storage, Fields fields) {
    storage.lock(KvPath.CONFIG);
    KvConfig changed = KvConfig.of(storage).with(fields);
    storage.put(KvPath.CONFIG, Json.toBytes(changed.toJson()));
    // Where nobody knows what came of the commit, storage is asked from then on.
    known.set(new Known(Optional.empty(), false));
    storage.afterCommit(() -> known.set(new Known(Optional.empty(), true)));
  }
}
