package strongroom.seal;

/**
 * A key in an HSM that a seal wraps by.
 *
 * @param label its label; empty text for none, or for the configured one where a key is wished for
 * @param id its id in lower-case hex; empty text for none, or for any where a key is wished for
 */
public record SealKey(String label, String id) {
  /** {@code label "master" and id 0a1b}. */
  public String text() {
    String named = label.isEmpty() ? "" : "label \"" + label + "\"";
    String numbered = id.isEmpty() ? "" : "id " + id;
    return named + (named.isEmpty() || numbered.isEmpty() ? "" : " and ") + numbered;
  }
}
