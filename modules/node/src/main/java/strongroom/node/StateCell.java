package strongroom.node;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;

/**
 * The node's one state. Anybody reads it; only the holder of {@link #lock} changes it. The lock is
 * held across calls to the seal and to storage, each of which ends by itself, and is taken before
 * the barrier's.
 */
final class StateCell {
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock sealChange = new ReentrantLock();
  private final ReentrantLock ceremony = new ReentrantLock();
  private volatile NodeState state;

  StateCell(NodeState first) {
    state = first;
  }

  NodeState state() {
    return state;
  }

  ReentrantLock lock() {
    return lock;
  }

  /**
   * Held while what protects the root key is changed, from asking the seals to the commit: one
   * rotation of a seal's key or one migration at a time. Taken before {@link #lock}, which is not
   * held while they are asked.
   */
  ReentrantLock sealChange() {
    return sealChange;
  }

  /**
   * Held while something is recorded in the record of ceremonies, from the reading of its last
   * entry to the commit. Taken after {@link #sealChange} and before {@link #lock}.
   */
  ReentrantLock ceremony() {
    return ceremony;
  }

  void set(NodeState next) {
    if (!lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the state is changed by the holder of its lock only");
    }
    state = next;
  }

  /** The active state, or a refusal that says what the node is instead. */
  NodeState.Active requireActive() {
    return switch (state) {
      case NodeState.Active active -> active;
      case NodeState.Standby _ ->
          throw Refusal.unavailable("this node is a standby; ask the leader");
      case NodeState.Starting _, NodeState.Sealed _, NodeState.Unsealing _, NodeState.Damaged _ ->
          throw sealed();
      case NodeState.Uninitialized _ ->
          throw new RefusedException(
              new Refusal.Sealed(List.of("Vault is not initialized: call sys/init first")));
    };
  }

  /** In the words that clients know. */
  static RefusedException sealed() {
    return new RefusedException(new Refusal.Sealed(List.of("Vault is sealed")));
  }
}
