package strongroom.seal.pkcs11;

import strongroom.hsm.Ckr;
import strongroom.hsm.HsmFault;
import strongroom.seal.SealFault;

/** Turns faults of an HSM into those of a seal, with what the stanza has to do with them. */
final class Faults {
  private Faults() {}

  static SealFault ofSeal(HsmFault fault, Pkcs11SealSettings settings) {
    String message = String.valueOf(fault.getMessage());
    return switch (fault.remedy()) {
      case RETRY, REOPEN_SESSION, LOG_IN, REINITIALIZE -> new SealFault.Away(message, fault);
      case CONFIGURATION -> new SealFault.Configuration(message + hint(fault, settings), fault);
      case PIN -> new SealFault.Pin(message, fault);
      case DATA -> new SealFault.Data(message, fault);
    };
  }

  /** What the stanza has against {@code fault}; empty where nothing is known. */
  static String hint(HsmFault fault, Pkcs11SealSettings settings) {
    if (!(fault instanceof HsmFault.Rejected rejected)) {
      return "";
    }
    boolean decrypts = rejected.function().startsWith("C_Decrypt");
    boolean oaep = decrypts || rejected.function().startsWith("C_Encrypt");
    if (oaep && rejected.number() == Ckr.ARGUMENTS_BAD.number()) {
      return "; where the key is RSA, the HSM may not know rsa_oaep_hash "
          + settings.oaepHash().word()
          + " (SoftHSM knows sha1 only)";
    }
    return rejected.number() == Ckr.SESSION_READ_ONLY.number()
        ? "; set force_rw_session = \"true\""
        : "";
  }
}
