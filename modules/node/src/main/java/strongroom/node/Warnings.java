package strongroom.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.Seal;
import strongroom.seal.SealRecord;

/** What operators should be told loudly of how the root key is protected, from memory. */
record Warnings(Protection protection, Optional<BreakGlassCopy> copy) {

  List<String> of(NodeState state) {
    return switch (state) {
      case NodeState.Active active -> of(active.unsealed().record(), active.unsealed());
      case NodeState.Standby standby -> of(standby.unsealed().record(), standby.unsealed());
      case NodeState.Sealed(SealRecord record, Obstacle _) -> of(record);
      case NodeState.Unsealing(SealRecord record, Obstacle _) -> of(record);
      case NodeState.Starting _, NodeState.Uninitialized _, NodeState.Damaged _ -> List.of();
    };
  }

  private List<String> of(SealRecord record, Unsealed unsealed) {
    List<String> all = new ArrayList<>(of(record));
    if (unsealed.byBreakGlass()) {
      all.add(
          "this node was unsealed by break-glass shares: until each seal has wrapped the root key"
              + " again (fully_wrapped in sys/seal-backend-status, and the log), a restart needs"
              + " them again");
    }
    return all;
  }

  private List<String> of(SealRecord record) {
    if (protection.enabled().isEmpty()) {
      return List.of();
    }
    if (copy.isPresent()) {
      return copy.get().rootNumber() == record.rootNumber()
          ? List.of()
          : List.of(
              "the break-glass copy is of another root key than the present one, and opens nothing:"
                  + " create it anew (operator recovery create)");
    }
    long wrappedBy = protection.enabled().stream().filter(seal -> hasWrapped(seal, record)).count();
    return wrappedBy > 1 ? List.of() : List.of(alone(protection.enabled().getFirst()));
  }

  private static boolean hasWrapped(Seal seal, SealRecord record) {
    return record.currentRootKeys().stream().anyMatch(copy -> copy.isBy(seal.type(), seal.name()));
  }

  private static String alone(Seal seal) {
    return "if the key of seal \""
        + seal.name()
        + "\" is lost for good, so is all data: no second seal has wrapped the root key, and there"
        + " is no break-glass copy of it (operator recovery create makes one). Recovery keys alone"
        + " cannot decrypt";
  }
}
