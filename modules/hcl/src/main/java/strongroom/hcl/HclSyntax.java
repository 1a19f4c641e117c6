package strongroom.hcl;

/** A text that is not the HCL it should be. The message tells the place and no value. */
public final class HclSyntax extends Exception {
  private static final long serialVersionUID = 1;
  private final transient Position at;
  private final String problem;

  HclSyntax(Position at, String problem) {
    // Clients cause these at will: no stack trace to pay for.
    super(at + ": " + problem, null, false, false);
    this.at = at;
    this.problem = problem;
  }

  /** Where. */
  public Position at() {
    return at;
  }

  /** What was found, what is allowed and what to do, without the place. */
  public String problem() {
    return problem;
  }
}
