package strongroom.hsm.doctor;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
  /** As it should be. */
  FINE,
  /** Worth knowing; nothing to do. */
  NOTE,
  /** Works, and somebody should look at it. */
  WARNING,
  /** Does not work, or does not protect. */
  FAULT;

  /** {@code warning}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
