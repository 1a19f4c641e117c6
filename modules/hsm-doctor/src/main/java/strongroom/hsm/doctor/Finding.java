package strongroom.hsm.doctor;

/**
 * Something that the doctor has seen.
 *
 * @param severity how bad it is
 * @param area {@code library}, {@code token}, {@code pin}, {@code key} …
 * @param text what was seen
 * @param advice what to do; empty text where there is nothing to do
 */
public record Finding(Severity severity, String area, String text, String advice) {
  static Finding fine(String area, String text) {
    return new Finding(Severity.FINE, area, text, "");
  }

  static Finding note(String area, String text) {
    return new Finding(Severity.NOTE, area, text, "");
  }

  static Finding warning(String area, String text, String advice) {
    return new Finding(Severity.WARNING, area, text, advice);
  }

  static Finding fault(String area, String text, String advice) {
    return new Finding(Severity.FAULT, area, text, advice);
  }
}
