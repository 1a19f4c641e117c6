package strongroom.logical;

/**
 * Endpoints that a listener may open to clients without a token. Where it does not, they take a
 * token with {@code sudo}: who has none can then neither start what a quorum of key holders
 * decides, nor stop it.
 */
public enum OpenEndpoints {
  /** {@code sys/rekey} and {@code sys/rekey-recovery-key}. */
  REKEY,
  /** {@code sys/generate-root}. */
  GENERATE_ROOT
}
