package strongroom.hsm;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an HSM token says of itself ({@code CK_TOKEN_INFO}, PKCS#11 2.40 section 3.2).
 *
 * @param label its label, without the padding
 * @param manufacturer who made it
 * @param model which model
 * @param serial its serial number
 * @param flags {@code CKF_*}
 * @param sessionsMax how many sessions an application may have; empty where it is unlimited or
 *     untold
 * @param clock its time; empty where it has no clock
 */
public record TokenInfo(
    String label,
    String manufacturer,
    String model,
    String serial,
    long flags,
    OptionalLong sessionsMax,
    Optional<Instant> clock) {

  /** Whether it has been initialized, so that it has a label and a security officer. */
  public boolean initialized() {
    return has(Ck.CKF_TOKEN_INITIALIZED);
  }

  /** Whether a login is needed before its private keys are seen. */
  public boolean loginRequired() {
    return has(Ck.CKF_LOGIN_REQUIRED);
  }

  /** Whether the user's PIN has been set. */
  public boolean pinSet() {
    return has(Ck.CKF_USER_PIN_INITIALIZED);
  }

  /** Whether the PIN is entered on the HSM itself. */
  public boolean pinPad() {
    return has(Ck.CKF_PROTECTED_AUTHENTICATION_PATH);
  }

  /** Whether a wrong PIN was given since the last good one. */
  public boolean pinCountLow() {
    return has(Ck.CKF_USER_PIN_COUNT_LOW);
  }

  /** Whether one more wrong PIN locks it. */
  public boolean pinFinalTry() {
    return has(Ck.CKF_USER_PIN_FINAL_TRY);
  }

  /** Whether nothing can be made or destroyed in it. */
  public boolean writeProtected() {
    return has(Ck.CKF_WRITE_PROTECTED);
  }

  /** Whether it says that it is out of order. */
  public boolean inErrorState() {
    return has(Ck.CKF_ERROR_STATE);
  }

  /** Whether it no longer takes any PIN. */
  public boolean pinLocked() {
    return has(Ck.CKF_USER_PIN_LOCKED);
  }

  /** {@code ready}, or what stands in the way. */
  public String state() {
    if (!initialized()) {
      return "uninitialized";
    }
    if (has(Ck.CKF_ERROR_STATE)) {
      return "in error state";
    }
    if (loginRequired() && !pinSet()) {
      return "user PIN not set";
    }
    if (pinLocked()) {
      return "PIN locked";
    }
    if (pinFinalTry()) {
      return "one PIN try left";
    }
    return pinCountLow() ? "ready, a wrong PIN was given" : "ready";
  }

  private boolean has(long flag) {
    return (flags & flag) != 0;
  }
}
