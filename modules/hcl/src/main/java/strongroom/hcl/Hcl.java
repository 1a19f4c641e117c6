package strongroom.hcl;

/** Reads HCL and its JSON form. */
public final class Hcl {
  /** How long a text may be, in UTF-16 units. */
  public static final int TEXT_LENGTH_MAX = 1 << 20;

  /** How deep objects and lists may nest. */
  public static final int DEPTH_MAX = 50;

  /** How many keys and values one text may hold. */
  public static final int VALUES_MAX = 100_000;

  private Hcl() {}

  /**
   * The members of {@code text}. A text whose first character is a brace is read as JSON, any other
   * as HCL; an empty one has no members.
   *
   * @param file the text's name in messages
   * @throws HclSyntax where the text is neither, or exceeds a limit of this class
   */
  public static HclObject parse(String file, String text) throws HclSyntax {
    Cursor cursor = new Cursor(file, text);
    if (text.length() > TEXT_LENGTH_MAX) {
      throw cursor.error(
          "the text has " + text.length() + " characters; " + TEXT_LENGTH_MAX + " are allowed");
    }
    cursor.skipByteOrderMark();
    cursor.skipWhite();
    return cursor.peek() == '{'
        ? new JsonFormReader(cursor).readText()
        : new HclReader(cursor).readText();
  }
}
