package strongroom.node;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import strongroom.barrier.Barrier;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * Which node of a cluster leads, and this node's part in it. A node takes part while it is unsealed
 * and no longer: what it needs for that is behind the barrier.
 */
public interface Leadership {
  /** A node that is alone and always leads. */
  Leadership ALONE =
      new Leadership() {
        @Override
        public boolean isLeader() {
          return true;
        }

        @Override
        public Optional<String> leaderAddress() {
          return Optional.empty();
        }

        @Override
        public void stepDown() {}
      };

  /** Whether this node leads. Answers from memory. */
  boolean isLeader();

  /** Where clients reach the leader, where that is known and it is another node. From memory. */
  Optional<String> leaderAddress();

  /** The nodes of the cluster; none where there is but this one. Answers from memory. */
  default List<Peer> peers() {
    return List.of();
  }

  /**
   * A node of the cluster.
   *
   * @param nodeId its name
   * @param apiAddress where clients reach it
   * @param clusterAddress where other nodes reach it
   * @param leads whether it leads
   */
  record Peer(String nodeId, String apiAddress, String clusterAddress, boolean leads) {}

  /** Asks another node to take over, where there is one. */
  void stepDown();

  /** This node is unsealed and takes part from now on. */
  default void enter(Barrier barrier) {}

  /**
   * This node leads, and is about to serve.
   *
   * @return {@code barrier}, which commits nothing once this node no longer leads as it does now
   * @throws StorageFault.Unavailable where it leads no longer
   */
  default Storage lead(Barrier barrier) {
    return barrier;
  }

  /** Another node leads: what was begun here is not to be finished. */
  default void follow() {}

  /** This node is sealed or ends, and takes part no longer; another takes over. */
  default void leave() {}

  /** Entries behind the barrier that stay those of the cluster whatever is restored into it. */
  default Set<String> kept() {
    return Set.of();
  }

  /** The seal record of a cluster that this node, which has none yet, is to join. */
  default Optional<SealRecord> recordToJoin() {
    return Optional.empty();
  }

  /**
   * Where this node is to join a cluster: joins it, which takes its root key, and returns when its
   * state is here. Otherwise nothing.
   *
   * @throws StorageFault.Unavailable where it could not join; trying again may help
   */
  default void join(SecretBytes rootKey) {}
}
