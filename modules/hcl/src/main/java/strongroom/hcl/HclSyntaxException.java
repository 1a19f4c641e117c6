package strongroom.hcl;

/** A text is no HCL. The message names the place and what is expected there, not the content. */
public final class HclSyntaxException extends Exception {
  private static final long serialVersionUID = 1;
  private final transient HclValue.Position position;

  HclSyntaxException(HclValue.Position position, String message) {
    super(position + ": " + message);
    this.position = position;
  }

  /** Where. */
  public HclValue.Position position() {
    return position;
  }
}
