package strongroom.engine.transit;

import strongroom.logical.Refusal;

/**
 * What this engine hands out and takes back: {@code vault:v1:…}, bytes with the number of the
 * version that made them.
 *
 * @param version from 1
 * @param encoded what stands behind the second colon
 */
record VersionedText(int version, String encoded) {
  private static final String PREFIX = "vault:v";

  /** Digits of a version's number. */
  private static final int DIGITS_MAX = 9;

  static String of(int version, String encoded) {
    return PREFIX + version + ":" + encoded;
  }

  /**
   * Reads {@code text}.
   *
   * @param what it is, for the refusal: {@code ciphertext}, {@code signature}, {@code HMAC}
   */
  static VersionedText parse(String text, String what) {
    if (!text.startsWith(PREFIX)) {
      throw Refusal.invalid("invalid " + what + ": no prefix");
    }
    int colon = text.indexOf(':', PREFIX.length());
    if (colon < 0) {
      throw Refusal.invalid("invalid " + what + ": wrong number of fields");
    }
    String digits = text.substring(PREFIX.length(), colon);
    if (digits.isEmpty()
        || digits.length() > DIGITS_MAX
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw Refusal.invalid("invalid " + what + ": version number could not be decoded");
    }
    int version = Integer.parseInt(digits);
    if (version == 0) {
      throw Refusal.invalid("invalid " + what + ": versions start at 1");
    }
    return new VersionedText(version, text.substring(colon + 1));
  }
}
