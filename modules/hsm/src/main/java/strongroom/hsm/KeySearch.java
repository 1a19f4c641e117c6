package strongroom.hsm;

import java.util.Locale;
import java.util.Optional;

/**
 * What keys are looked for by; what is empty is not looked at.
 *
 * @param label {@code CKA_LABEL}
 * @param id {@code CKA_ID} in lower-case hex
 * @param keyClass {@code CKA_CLASS}
 */
public record KeySearch(Optional<String> label, Optional<String> id, Optional<KeyClass> keyClass) {
  /** Every key. */
  public static KeySearch all() {
    return new KeySearch(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Every key with {@code label}. */
  public static KeySearch byLabel(String label) {
    return new KeySearch(Optional.of(label), Optional.empty(), Optional.empty());
  }

  /**
   * Reads an id as operators write it, hex with or without {@code 0x}, and gives it in lower case.
   *
   * @throws IllegalArgumentException that says what is allowed
   */
  public static String parseId(String text) {
    String hex = text.strip().toLowerCase(Locale.ROOT);
    hex = hex.startsWith("0x") ? hex.substring(2) : hex;
    if (hex.isEmpty() || hex.length() % 2 != 0 || !hex.matches("[0-9a-f]+")) {
      throw new IllegalArgumentException(
          "key id \"" + text + "\" is not hex: give pairs of hex digits, with or without 0x");
    }
    return hex;
  }

  /** {@code label "master" and id 0a1b}. */
  public String text() {
    String byLabel = label.map(l -> "label \"" + l + "\"").orElse("");
    String byId = id.map(i -> "id " + i).orElse("");
    return byLabel + (byLabel.isEmpty() || byId.isEmpty() ? "" : " and ") + byId;
  }
}
