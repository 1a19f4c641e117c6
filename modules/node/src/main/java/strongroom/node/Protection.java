package strongroom.node;

import strongroom.seal.Seal;
import strongroom.seal.ShamirSeal;

/** What it takes to get at the root key. */
public sealed interface Protection {
  /** A quorum of key shares. */
  record Shares() implements Protection {}

  /** The seal alone. */
  record ByItself(Seal seal) implements Protection {}

  /** The seal and a quorum of key shares together; neither alone yields the root key. */
  record SealAndShares(Seal seal) implements Protection {}

  /** What holds without a seal stanza: key shares. */
  static Protection byShares() {
    return new Shares();
  }

  /** What {@code seal} asks for. */
  static Protection by(Seal seal) {
    return seal.unsealsByItself() ? new ByItself(seal) : new SealAndShares(seal);
  }

  /** The seal's type as answers have it: {@code pkcs11}, {@code shamir}. */
  default String type() {
    return switch (this) {
      case Shares _ -> ShamirSeal.TYPE;
      case ByItself(Seal seal) -> seal.type();
      case SealAndShares(Seal seal) -> seal.type();
    };
  }

  /** The seal's name in the configuration. */
  default String name() {
    return switch (this) {
      case Shares _ -> ShamirSeal.TYPE;
      case ByItself(Seal seal) -> seal.name();
      case SealAndShares(Seal seal) -> seal.name();
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
