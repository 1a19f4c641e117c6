package strongroom.system.node;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of the HSM's randomness in keys and tokens.
 *
 * @param mixedIn whether it is mixed in
 * @param lastSuccess when the HSM last gave some
 * @param failures how often it gave none when asked
 * @param reason why it gave none when it was asked last; empty text where it gave some
 */
public record EntropyState(
    MixedIn mixedIn, Optional<Instant> lastSuccess, long failures, String reason) {
  /** Whether the HSM's randomness is in what is made. */
  public enum MixedIn {
    /** Fresh bytes of the HSM are in every key and token made now. */
    NOW("now"),
    /** What it gave before stays in what is made, and nothing fresh is at hand. */
    BEFORE("from before"),
    /** It has given nothing yet: the system's randomness serves alone. */
    NOT_YET("not yet");

    private final String word;

    MixedIn(String word) {
      this.word = word;
    }

    /** As answers have it. */
    public String word() {
      return word;
    }
  }
}
