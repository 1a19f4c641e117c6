package strongroom.migrate;

/** What came of one entry. */
public enum Outcome {
  /** It was written to the target. */
  MOVED("moved"),
  /** It was there already, the same. */
  IN_PLACE("in place"),
  /** The target has another by that name, which was left alone. */
  DIFFERS("differs"),
  /** A server said no. */
  FAILED("failed");

  private final String word;

  Outcome(String word) {
    this.word = word;
  }

  /** The word for reports. */
  public String word() {
    return word;
  }
}
