package strongroom.hcl;

/**
 * A name before a value or a block, bare or quoted.
 *
 * @param at where it starts
 * @param text the name, without quotes
 */
public record HclKey(Position at, String text) {
  /** The name for a message: in quotes, on one line, and not longer than a line bears. */
  public String quoted() {
    return quoted(text);
  }

  /** {@code name} for a message: in quotes, on one line, and not longer than a line bears. */
  public static String quoted(String name) {
    StringBuilder shown = new StringBuilder(name.length() + 2).append('"');
    for (int i = 0; i < Math.min(name.length(), 60); i++) {
      char c = name.charAt(i);
      shown.append(c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0) ? '?' : c);
    }
    return shown.append(name.length() > 60 ? "…\"" : "\"").toString();
  }
}
