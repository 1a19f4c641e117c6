package strongroom.hcl;

/** Reads HCL version 1, as Vault's configuration and policies are written, and its JSON form. */
public final class Hcl {
  /** How deep blocks and lists may nest. */
  public static final int DEPTH_MAX = 50;

  /** How long a text may be, in characters. */
  public static final int TEXT_LENGTH_MAX = 4 * 1024 * 1024;

  private Hcl() {}

  /**
   * The body of {@code text}. Text whose first character that is not blank is a brace is read as
   * JSON.
   *
   * @param source what the text is called in messages: a file's path, {@code policy}
   * @throws HclSyntaxException where it is neither
   */
  public static HclValue.Body parse(String source, String text) throws HclSyntaxException {
    if (text.length() > TEXT_LENGTH_MAX) {
      throw new HclSyntaxException(
          new HclValue.Position(source, 1, 1),
          "the text has " + text.length() + " characters; " + TEXT_LENGTH_MAX + " are allowed");
    }
    Lexer lexer = new Lexer(source, text);
    return text.stripLeading().startsWith("{")
        ? new JsonForm(lexer).parse()
        : new Parser(lexer).parse();
  }
}
