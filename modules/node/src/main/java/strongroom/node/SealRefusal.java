package strongroom.node;

import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.SealFault;

/** A seal's fault as an answer to the request that needed the seal. */
final class SealRefusal {
  private SealRefusal() {}

  static RefusedException of(SealFault fault) {
    return of("", fault);
  }

  /** {@code doing}: what was not done for it, and ends where the fault's own words begin. */
  static RefusedException of(String doing, SealFault fault) {
    String what =
        switch (fault) {
          case SealFault.Away _ -> "the seal is away: ";
          case SealFault.Configuration _ -> "the seal's configuration does not work: ";
          case SealFault.Pin _ -> "the seal's PIN was refused: ";
          case SealFault.Data _ -> "the seal cannot unwrap the key: ";
        };
    return Refusal.unavailable(doing + what + fault.getMessage());
  }

  static Obstacle.Kind kind(SealFault fault) {
    return switch (fault) {
      case SealFault.Away _ -> Obstacle.Kind.SEAL_UNREACHABLE;
      case SealFault.Configuration _ -> Obstacle.Kind.SEAL_CONFIGURATION;
      case SealFault.Pin _ -> Obstacle.Kind.SEAL_PIN_REFUSED;
      case SealFault.Data _ -> Obstacle.Kind.WRAPPED_KEY_UNUSABLE;
    };
  }
}
