package strongroom.node;

import strongroom.barrier.Barrier;
import strongroom.seal.SealRecord;

/** What an unsealed node has, leading or not. */
record Unsealed(SealRecord record, Barrier barrier, NodeState.Cluster cluster) {
  Unsealed with(SealRecord other) {
    return new Unsealed(other, barrier, cluster);
  }
}
