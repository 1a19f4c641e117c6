package strongroom.cli;

/** A bar of blocks, an eighth of a character fine. */
final class Bars {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private Bars() {}

  /** {@code value} of {@code most}, {@code width} characters wide where they are the same. */
  static String of(double value, double most, int width) {
    if (most <= 0 || value <= 0) {
      return " ".repeat(width);
    }
    int eighths = (int) Math.round(Math.min(1, value / most) * width * 8);
    String full = "█".repeat(eighths / 8);
    String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
    return full + part + " ".repeat(width - full.length() - part.length());
  }
}
