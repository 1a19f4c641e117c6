package strongroom.policy;

import java.util.Locale;
import java.util.Optional;
import strongroom.logical.Operation;

/** What a rule may grant on a path; {@link #DENY} takes everything away. */
public enum Capability {
  /** Nothing at all, whatever other rules of the same path say. */
  DENY(1),
  /** Write where nothing is yet. */
  CREATE(2),
  /** Read. */
  READ(4),
  /** Write where something is. */
  UPDATE(8),
  /** Delete. */
  DELETE(16),
  /** List names. */
  LIST(32),
  /** Use endpoints that are marked as needing it, besides the operation's own capability. */
  SUDO(64),
  /** Change in part. */
  PATCH(128),
  /** Subscribe to events; accepted in policies, nothing asks for it yet. */
  SUBSCRIBE(256),
  /** Recover from snapshots; accepted in policies, nothing asks for it yet. */
  RECOVER(512);

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /** The word in policies and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int bit() {
    return bit;
  }

  static Optional<Capability> ofWord(String word) {
    for (Capability capability : values()) {
      if (capability.word().equals(word)) {
        return Optional.of(capability);
      }
    }
    return Optional.empty();
  }

  /** What an operation needs. Help needs nothing but a token. */
  static int needed(Operation operation) {
    return switch (operation) {
      case READ -> READ.bit();
      case LIST -> LIST.bit();
      case CREATE -> CREATE.bit();
      case UPDATE -> UPDATE.bit();
      case PATCH -> PATCH.bit();
      case DELETE -> DELETE.bit();
      case HELP -> 0;
    };
  }
}
