package strongroom.engine.transit;

import java.util.Optional;
import strongroom.engine.Call;
import strongroom.managed.keys.ManagedKey;

/** Finds the managed keys that the mount of a call may use. */
@FunctionalInterface
public interface HsmKeys {
  /**
   * The key {@code name}; empty where it is not defined or the mount may not use it.
   *
   * @throws strongroom.managed.keys.ManagedKeyFault where it cannot be opened
   */
  Optional<ManagedKey> find(Call call, String name);
}
