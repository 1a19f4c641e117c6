package strongroom.mount;

import strongroom.engine.Call;
import strongroom.engine.EndpointTable;
import strongroom.engine.Engine;
import strongroom.engine.EngineStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

/**
 * A mount with its engine, as requests find it.
 *
 * @param entry the mount
 * @param engine what answers
 * @param endpoints the engine's endpoints
 * @param mount what the engine is told of the mount
 * @param locks the mount's own key locks
 */
public record Route(
    MountEntry entry, Engine engine, EndpointTable endpoints, Call.Mount mount, KeyLocks locks) {

  /** The mount's part of {@code transaction}. */
  public EngineStorage storage(Transaction transaction) {
    return new MountStorage(transaction, entry.storagePrefix(), locks);
  }

  /** The part of {@code path} behind the mount's own. */
  public String relative(String path) {
    int length = entry.path().length();
    return path.length() < length ? "" : path.substring(length);
  }
}
