package strongroom.hcl;

/**
 * A place in a text.
 *
 * @param file the name of the text, for messages
 * @param line from 1
 * @param column from 1, in UTF-16 units
 */
public record Position(String file, int line, int column) {
  /** As editors and compilers write it: {@code file:line:column}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
