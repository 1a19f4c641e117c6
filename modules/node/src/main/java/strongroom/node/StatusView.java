package strongroom.node;

import java.util.Optional;
import strongroom.seal.SealRecord;
import strongroom.seal.Split;

/** Tells a state in the terms of {@link NodeStatus}. */
record StatusView(Protection protection, ShareCollector.Progress progress) {

  NodeStatus of(NodeState state) {
    return switch (state) {
      case NodeState.Uninitialized _ -> closed(false, Optional.empty(), Optional.empty());
      case NodeState.Starting(Obstacle why) -> closed(true, Optional.empty(), Optional.of(why));
      case NodeState.Damaged(Obstacle why) -> closed(true, Optional.empty(), Optional.of(why));
      case NodeState.Sealed(SealRecord record, Obstacle why) ->
          closed(true, Optional.of(record), Optional.of(why));
      case NodeState.Unsealing(SealRecord record, Obstacle why) ->
          closed(true, Optional.of(record), Optional.of(why));
      case NodeState.Active active -> open(active.unsealed());
      case NodeState.Standby standby -> open(standby.unsealed());
    };
  }

  private NodeStatus closed(
      boolean initialized, Optional<SealRecord> record, Optional<Obstacle> obstacle) {
    Optional<Migration> migration = record.flatMap(r -> Migration.needed(protection, r));
    Optional<Split> split = migration.map(Migration::split).orElse(record.flatMap(this::split));
    return new NodeStatus(
        protection.type(),
        initialized,
        true,
        split.map(Split::threshold).orElse(0),
        split.map(Split::shares).orElse(0),
        progress.count(),
        progress.nonce(),
        !protection.takesShares(),
        migration.isPresent(),
        Optional.empty(),
        obstacle);
  }

  private NodeStatus open(Unsealed unsealed) {
    Optional<Split> split = split(unsealed.record());
    return new NodeStatus(
        protection.type(),
        true,
        false,
        split.map(Split::threshold).orElse(0),
        split.map(Split::shares).orElse(0),
        0,
        "",
        !protection.takesShares(),
        false,
        Optional.of(unsealed.cluster()),
        Optional.empty());
  }

  private Optional<Split> split(SealRecord record) {
    return protection.takesShares() ? record.unsealShares() : record.recoveryShares();
  }
}
