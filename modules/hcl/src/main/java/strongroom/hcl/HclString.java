package strongroom.hcl;

/**
 * A string: quoted, or a heredoc. {@code ${…}} stands in it as it was written.
 *
 * @param at where its quote, or its {@code <<}, is
 * @param value the text, with escapes resolved
 */
public record HclString(Position at, String value) implements HclValue {
  @Override
  public String kind() {
    return "a string";
  }

  @Override
  public String toString() {
    return "string[" + value.length() + "]";
  }
}
