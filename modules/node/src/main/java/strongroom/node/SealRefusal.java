package strongroom.node;

import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.SealFault;

/** A seal's fault as an answer to the request that needed the seal. */
final class SealRefusal {
  private SealRefusal() {}

  static RefusedException of(SealFault fault) {
    return switch (fault) {
      case SealFault.Away f -> Refusal.unavailable("the seal is away: " + f.getMessage());
      case SealFault.Configuration f ->
          Refusal.unavailable("the seal's configuration does not work: " + f.getMessage());
      case SealFault.Pin f -> Refusal.unavailable("the seal's PIN was refused: " + f.getMessage());
      case SealFault.Data f ->
          Refusal.unavailable("the seal cannot unwrap the key: " + f.getMessage());
    };
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
