package strongroom.logical;

/**
 * Carries a {@link Refusal} from where it is found to the pipeline, which catches it in one place.
 * A refusal is an ordinary answer, so there is no stack trace to pay for.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient Refusal refusal;

  /** Carries {@code refusal}. */
  public RefusedException(Refusal refusal) {
    super(String.join("; ", refusal.errors()), null, false, false);
    this.refusal = refusal;
  }

  /** What is refused and why. */
  public Refusal refusal() {
    return refusal;
  }
}
