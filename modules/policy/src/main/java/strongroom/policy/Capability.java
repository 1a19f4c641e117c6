package strongroom.policy;

import java.util.Locale;
import java.util.Optional;
import strongroom.logical.Operation;

/** What a rule may grant on a path; {@link #DENY} takes everything away. */
public enum Capability {
  /** Nothing at all, whatever other rules of the same path say. */
  DENY,
  /** Write where nothing is yet. */
  CREATE,
  /** Read. */
  READ,
  /** Write where something is. */
  UPDATE,
  /** Delete. */
  DELETE,
  /** List names. */
  LIST,
  /** Use endpoints that are marked as needing it, besides the operation's own capability. */
  SUDO,
  /** Change in part. */
  PATCH,
  /** Subscribe to events; accepted in policies, nothing asks for it yet. */
  SUBSCRIBE,
  /** Recover from snapshots; accepted in policies, nothing asks for it yet. */
  RECOVER;

  /** The word in policies and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int bit() {
    return 1 << ordinal();
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
