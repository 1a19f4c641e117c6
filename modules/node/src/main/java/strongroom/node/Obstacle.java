package strongroom.node;

import java.time.Instant;

/**
 * Why a node is sealed, for machines and for people.
 *
 * @param kind for machines
 * @param message what is wrong and what to do; never a secret
 * @param since since when it has been so
 */
public record Obstacle(Kind kind, String message, Instant since) {
  /** The kinds, each with whether trying again by itself may help. */
  public enum Kind {
    /** The node has just started and has not tried yet. */
    STARTING("starting", true),
    /** Storage cannot be read for now. */
    STORAGE_UNAVAILABLE("storage_unavailable", true),
    /** Storage holds something that cannot be right. */
    STORAGE_DAMAGED("storage_damaged", false),
    /** It takes key shares. */
    NEEDS_KEY_SHARES("needs_key_shares", false),
    /** The configuration asks for another kind of seal than what protects the root key. */
    SEAL_MIGRATION("seal_migration", false),
    /** The seal (HSM) cannot be reached. */
    SEAL_UNREACHABLE("seal_unreachable", true),
    /** The configuration or the HSM must be changed first. */
    SEAL_CONFIGURATION("seal_configuration", true),
    /** The HSM refused the PIN; not tried again before it has changed, since HSMs lock. */
    SEAL_PIN_REFUSED("seal_pin_refused", false),
    /** The wrapped root key is damaged or belongs to another key. */
    WRAPPED_KEY_UNUSABLE("wrapped_key_unusable", false),
    /** What runs on the barrier could not be opened. */
    SERVICE_FAILED("service_failed", true),
    /** An operator sealed it; it takes a restart. */
    SEALED_BY_OPERATOR("sealed_by_operator", false),
    /** The process is ending. */
    STOPPING("stopping", false);

    private final String code;
    private final boolean passing;

    Kind(String code, boolean passing) {
      this.code = code;
      this.passing = passing;
    }

    /** As answers have it: {@code seal_unreachable}. */
    public String code() {
      return code;
    }

    /** Whether trying again by itself may help. */
    boolean passing() {
      return passing;
    }
  }
}
