package strongroom.hsm.doctor;

import java.util.Locale;

/**
 * One thing that was tried.
 *
 * @param area what it belongs to: {@code keys}, {@code seal}, {@code managed keys} …
 * @param name what was tried
 * @param outcome what came of it
 * @param text what was seen; never a secret
 */
public record ConformanceCheck(String area, String name, Outcome outcome, String text) {
  /** What came of it. */
  public enum Outcome {
    /** It works. */
    WORKS,
    /** The HSM says that it does not do this. */
    LACKS,
    /** The HSM says that it did, and what came out is wrong; or it breaks. */
    FAILS;

    /** {@code works}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
