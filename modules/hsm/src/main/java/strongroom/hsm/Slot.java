package strongroom.hsm;

import java.util.Locale;
import java.util.Optional;

/**
 * A slot of a PKCS#11 library, with the HSM token in it.
 *
 * @param id the slot's number; SoftHSM and network HSMs change it
 * @param description the vendor's words
 * @param token what is in it; empty where nothing is
 */
public record Slot(long id, String description, Optional<TokenInfo> token) {
  /** Whether it holds an HSM token that has been initialized. */
  public boolean usable() {
    return token.isPresent() && token.get().initialized();
  }

  /** {@code absent}, {@code uninitialized}, {@code PIN locked}, {@code ready} and the like. */
  public String state() {
    return token.map(TokenInfo::state).orElse("no token");
  }

  /** The number as operators write it: {@code 0x5ac38b5f} or, below 16, {@code 1}. */
  public String idText() {
    return Long.compareUnsigned(id, 16) < 0
        ? Long.toString(id)
        : "0x" + Long.toHexString(id).toLowerCase(Locale.ROOT);
  }

  /** One line that names slot, HSM token, serial and state. */
  public String summary() {
    return "slot "
        + idText()
        + token
            .filter(TokenInfo::initialized)
            .map(t -> " (token_label \"" + t.label() + "\", serial " + t.serial() + ", ")
            .orElse(" (")
        + state()
        + ")";
  }
}
