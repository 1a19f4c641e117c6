package strongroom.policy;

import java.util.Optional;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.ReadableStorage;

/** Finds the identity behind a token. A port: policies and tokens do not know what keeps them. */
@FunctionalInterface
public interface Holders {
  /** There are no identities. */
  Holders NONE = (entityId, from) -> Optional.empty();

  /**
   * The identity {@code entityId}, or the one that it was merged into; empty where there is none.
   *
   * @param from the barrier, or as much of it as is in memory
   * @throws NotInMemoryException where that is not enough
   */
  Optional<Holder> find(String entityId, ReadableStorage from);
}
