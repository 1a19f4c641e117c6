package strongroom.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.Seal;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;

/** Tells of the seals and of what they have wrapped, from memory. */
record SealViews(Protection protection) {

  /** Each seal, in the order in which they stand; key shares are one. */
  List<SealView> seals(NodeState state) {
    Optional<SealRecord> record = record(state);
    List<Seal> missing = record.map(r -> MissingCopies.of(protection, r)).orElse(List.of());
    List<SealView> views = new ArrayList<>();
    if (protection.enabled().isEmpty()) {
      views.add(new SealView(ShamirSeal.TYPE, ShamirSeal.TYPE, false, true, Optional.empty()));
    }
    for (Seal seal : protection.enabled()) {
      views.add(view(seal, false, !missing.contains(seal)));
    }
    protection.disabled().forEach(seal -> views.add(view(seal, true, true)));
    return views;
  }

  private static SealView view(Seal seal, boolean disabled, boolean wrapped) {
    return new SealView(seal.name(), seal.type(), disabled, wrapped, Optional.of(seal.health()));
  }

  /** Each copy of the root key, then of the recovery key, newest first. */
  List<SealCopy> copies(SealRecord record) {
    return new SealCopies(this::details, key -> Optional.of(configured(key))).of(record);
  }

  private boolean configured(WrappedKey key) {
    return (protection.enabled().isEmpty() && key.isBy(ShamirSeal.TYPE, ShamirSeal.TYPE))
        || protection.all().stream().anyMatch(seal -> key.isBy(seal.type(), seal.name()));
  }

  /** Any seal of the type can read the header. */
  private Map<String, String> details(WrappedKey key) {
    return protection.all().stream()
        .filter(seal -> seal.type().equals(key.sealType()))
        .findFirst()
        .map(seal -> seal.describe(key.wrapped()))
        .orElse(Map.of());
  }

  private static Optional<SealRecord> record(NodeState state) {
    return switch (state) {
      case NodeState.Active active -> Optional.of(active.unsealed().record());
      case NodeState.Standby standby -> Optional.of(standby.unsealed().record());
      case NodeState.Sealed(SealRecord record, Obstacle _) -> Optional.of(record);
      case NodeState.Unsealing(SealRecord record, Obstacle _) -> Optional.of(record);
      case NodeState.Starting _, NodeState.Uninitialized _, NodeState.Damaged _ -> Optional.empty();
    };
  }
}
