package strongroom.hsm;

import java.util.ArrayList;
import java.util.List;

/**
 * What an HSM token offers of a mechanism ({@code CK_MECHANISM_INFO}).
 *
 * @param mechanism which
 * @param keySizeMin smallest key, in the unit that the mechanism uses (bits or bytes)
 * @param keySizeMax largest key
 * @param flags {@code CKF_*}
 */
public record MechanismInfo(Mechanism mechanism, long keySizeMin, long keySizeMax, long flags) {
  private static final String[] USES = {
    "encrypt",
    "decrypt",
    "digest",
    "sign",
    "sign-recover",
    "verify",
    "verify-recover",
    "generate",
    "generate-pair",
    "wrap",
    "unwrap",
    "derive"
  };

  /** What it does: {@code encrypt}, {@code decrypt}, {@code wrap} … */
  public List<String> uses() {
    List<String> uses = new ArrayList<>();
    for (int i = 0; i < USES.length; i++) {
      if ((flags & (0x100L << i)) != 0) {
        uses.add(USES[i]);
      }
    }
    return uses;
  }

  /** Whether it encrypts and decrypts. */
  public boolean encrypts() {
    return (flags & 0x300) == 0x300;
  }

  /** Whether it decrypts. */
  public boolean decrypts() {
    return (flags & 0x200) != 0;
  }

  /** Whether it wraps and unwraps keys. */
  public boolean wraps() {
    return (flags & 0x60000) == 0x60000;
  }

  /** Whether it signs and verifies. */
  public boolean signs() {
    return (flags & 0x2800) == 0x2800;
  }
}
