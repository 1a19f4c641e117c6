package strongroom.node;

import java.util.List;
import java.util.stream.Stream;
import strongroom.seal.Seal;
import strongroom.seal.ShamirSeal;

/** What it takes to get at the root key. */
public sealed interface Protection {
  /** What {@code type} is where several seals stand side by side. */
  String TYPE_OF_SEVERAL = "multiseal";

  /**
   * A quorum of key shares.
   *
   * @param disabled seals that are kept to move away from what they have wrapped
   */
  record Shares(List<Seal> disabled) implements Protection {
    /** Keeps a copy. */
    public Shares {
      disabled = List.copyOf(disabled);
    }
  }

  /**
   * Any one of the seals alone.
   *
   * @param enabled wrap and unwrap, the first one first; at least one
   * @param disabled unwrap what they have wrapped before, and wrap nothing
   */
  record ByItself(List<Seal> enabled, List<Seal> disabled) implements Protection {
    /** Keeps copies. */
    public ByItself {
      enabled = List.copyOf(enabled);
      disabled = List.copyOf(disabled);
      if (enabled.isEmpty()) {
        throw new IllegalArgumentException("a node that unseals by itself has at least one seal");
      }
    }
  }

  /**
   * The seal and a quorum of key shares together; neither alone yields the root key.
   *
   * @param disabled seals that are kept to move away from what they have wrapped
   */
  record SealAndShares(Seal seal, List<Seal> disabled) implements Protection {
    /** Keeps a copy. */
    public SealAndShares {
      disabled = List.copyOf(disabled);
    }
  }

  /** What holds without a seal stanza: key shares. */
  static Protection byShares() {
    return new Shares(List.of());
  }

  /** What {@code seal} asks for. */
  static Protection by(Seal seal) {
    return of(List.of(seal), List.of());
  }

  /**
   * What seals ask for, of which several each unseal by themselves.
   *
   * @param enabled the first one first; empty for key shares
   * @param disabled those that are kept to unwrap only
   */
  static Protection of(List<Seal> enabled, List<Seal> disabled) {
    if (enabled.isEmpty()) {
      return new Shares(disabled);
    }
    return enabled.getFirst().unsealsByItself()
        ? new ByItself(enabled, disabled)
        : new SealAndShares(enabled.getFirst(), disabled);
  }

  /** The seals that wrap, the first one first; none where key shares do alone. */
  default List<Seal> enabled() {
    return switch (this) {
      case Shares _ -> List.of();
      case ByItself(List<Seal> seals, List<Seal> _) -> seals;
      case SealAndShares(Seal seal, List<Seal> _) -> List.of(seal);
    };
  }

  /** The seals that unwrap only. */
  List<Seal> disabled();

  /** Those that unwrap. */
  default List<Seal> all() {
    return Stream.concat(enabled().stream(), disabled().stream()).toList();
  }

  /** The seal's type as answers have it: {@code pkcs11}, {@code shamir}, {@code multiseal}. */
  default String type() {
    return switch (enabled().size()) {
      case 0 -> ShamirSeal.TYPE;
      case 1 -> enabled().getFirst().type();
      default -> TYPE_OF_SEVERAL;
    };
  }

  /** Whether unsealing takes key shares. */
  default boolean takesShares() {
    return switch (this) {
      case Shares _, SealAndShares _ -> true;
      case ByItself _ -> false;
    };
  }
}
