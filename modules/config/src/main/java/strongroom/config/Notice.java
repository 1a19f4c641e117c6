package strongroom.config;

/**
 * Something the operator should know of a configuration that is good all the same.
 *
 * @param text with its place in front: {@code file:line:column: …}
 */
public record Notice(String text) {
  @Override
  public String toString() {
    return text;
  }
}
