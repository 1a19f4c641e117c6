package strongroom.logical;

/**
 * Endpoints that a listener may open to clients without a token. Where it does not, those of a
 * quorum take a token with {@code sudo}: who has none can then neither start what key holders
 * decide, nor stop it.
 */
public enum OpenEndpoints {
  /** {@code sys/rekey} and {@code sys/rekey-recovery-key}. */
  REKEY,
  /** {@code sys/generate-root}. */
  GENERATE_ROOT,
  /** {@code sys/metrics}, which elsewhere takes any token that may read it. */
  METRICS
}
