package strongroom.hsm;

import org.jspecify.annotations.Nullable;
import strongroom.secret.SecretBytes;

/**
 * Logs in to an HSM token, and remembers a PIN that was refused, so that it is not tried again:
 * HSMs lock after a few wrong ones. Used by one thread at a time, the one that connects.
 */
final class Login {
  private final PinSource pins;
  private final boolean mayUseFinalTry;
  private @Nullable SecretBytes refused;
  private boolean lockedWhenRefused;

  Login(PinSource pins, boolean mayUseFinalTry) {
    this.pins = pins;
    this.mayUseFinalTry = mayUseFinalTry;
  }

  /** Logs in on {@code session}; being logged in already is success. */
  void perform(Functions functions, Slot slot, TokenInfo token, long session) {
    if (!token.loginRequired()) {
      return;
    }
    if (!token.pinSet() && !token.pinPad()) {
      throw new HsmFault.Missing(
          named(token)
              + " has no user PIN: set it with pkcs11-tool --init-pin, or softhsm2-util for SoftHSM");
    }
    if (token.pinLocked()) {
      throw new HsmFault.PinRefused(
          named(token) + " is locked: its security officer must unlock it or set a new PIN");
    }
    if (token.pinFinalTry() && !mayUseFinalTry) {
      throw new HsmFault.PinRefused(
          named(token)
              + " allows one more PIN before it locks, and that one is left to a person: log in once"
              + " with the right PIN (strongroom operator hsm keys), which resets the count");
    }
    try (SecretBytes pin = pins.takePin()) {
      if (pin.length() == 0 && !token.pinPad()) {
        throw new HsmFault.Missing(
            "no PIN is given for " + named(token) + ": set VAULT_HSM_PIN, or \"pin\" in the seal");
      }
      if (refused != null
          && refused.contentEquals(pin)
          && !(lockedWhenRefused && !token.pinLocked())) {
        throw new HsmFault.PinRefused(
            named(token)
                + " refused this PIN before, and it is not tried again until it changes:"
                + " correct the PIN and reload (SIGHUP)");
      }
      attempt(functions, slot, token, session, pin);
    }
  }

  private void attempt(
      Functions functions, Slot slot, TokenInfo token, long session, SecretBytes pin) {
    try {
      functions.login(session, Ck.CKU_USER, pin.viewSegment());
      forgetRefused();
    } catch (HsmFault.Rejected e) {
      if (e.is(Ckr.USER_ALREADY_LOGGED_IN)) {
        return;
      }
      if (e.remedy() != Remedy.PIN) {
        throw e;
      }
      forgetRefused();
      refused = pin.copy();
      TokenInfo now = Reader.slot(functions, slot.id()).token().orElse(token);
      lockedWhenRefused = now.pinLocked();
      throw new HsmFault.PinRefused(
          named(token)
              + " refused the PIN: "
              + e.getMessage()
              + "; "
              + tries(now)
              + "; it is not tried again until it changes: correct the PIN and reload (SIGHUP)",
          now.pinLocked() ? HsmFault.PinRefused.Tried.AND_LOCKED : HsmFault.PinRefused.Tried.NOW);
    }
  }

  private static String tries(TokenInfo token) {
    if (token.pinLocked()) {
      return "the token is locked now";
    }
    if (token.pinFinalTry()) {
      return "one try is left before it locks";
    }
    return token.pinCountLow()
        ? "few tries are left before it locks"
        : "the token does not tell how many tries are left";
  }

  private static String named(TokenInfo token) {
    return "HSM token \"" + token.label() + "\" (serial " + token.serial() + ")";
  }

  /** Takes over what another process has been refused. */
  void remember(SecretBytes pin, boolean locked) {
    forgetRefused();
    refused = pin.copy();
    lockedWhenRefused = locked;
  }

  /** Zeroes what is remembered. */
  void forgetRefused() {
    if (refused != null) {
      refused.close();
      refused = null;
    }
  }
}
