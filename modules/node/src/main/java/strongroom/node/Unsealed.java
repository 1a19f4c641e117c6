package strongroom.node;

import strongroom.barrier.Barrier;
import strongroom.seal.SealRecord;

/**
 * What an unsealed node has, leading or not.
 *
 * @param byBreakGlass whether the break-glass copy opened it, so that no seal has shown yet that it
 *     could
 */
record Unsealed(
    SealRecord record, Barrier barrier, NodeState.Cluster cluster, boolean byBreakGlass) {
  Unsealed with(SealRecord other) {
    return new Unsealed(other, barrier, cluster, byBreakGlass);
  }
}
