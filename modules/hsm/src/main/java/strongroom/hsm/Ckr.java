package strongroom.hsm;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The return values of PKCS#11 with what helps against each. Names are those of the standard
 * without {@code CKR_} (PKCS#11 2.40 section 3.6, 3.2 section 3.6).
 */
public enum Ckr {
  OK(0x0, Remedy.RETRY),
  CANCEL(0x1, Remedy.RETRY),
  HOST_MEMORY(0x2, Remedy.RETRY),
  SLOT_ID_INVALID(0x3, Remedy.CONFIGURATION),
  GENERAL_ERROR(0x5, Remedy.REOPEN_SESSION),
  FUNCTION_FAILED(0x6, Remedy.REOPEN_SESSION),
  ARGUMENTS_BAD(0x7, Remedy.CONFIGURATION),
  NO_EVENT(0x8, Remedy.RETRY),
  NEED_TO_CREATE_THREADS(0x9, Remedy.CONFIGURATION),
  CANT_LOCK(0xA, Remedy.CONFIGURATION),
  ATTRIBUTE_READ_ONLY(0x10, Remedy.CONFIGURATION),
  ATTRIBUTE_SENSITIVE(0x11, Remedy.CONFIGURATION),
  ATTRIBUTE_TYPE_INVALID(0x12, Remedy.CONFIGURATION),
  ATTRIBUTE_VALUE_INVALID(0x13, Remedy.CONFIGURATION),
  ACTION_PROHIBITED(0x1B, Remedy.CONFIGURATION),
  DATA_INVALID(0x20, Remedy.DATA),
  DATA_LEN_RANGE(0x21, Remedy.DATA),
  DEVICE_ERROR(0x30, Remedy.RETRY),
  DEVICE_MEMORY(0x31, Remedy.RETRY),
  DEVICE_REMOVED(0x32, Remedy.REOPEN_SESSION),
  ENCRYPTED_DATA_INVALID(0x40, Remedy.DATA),
  ENCRYPTED_DATA_LEN_RANGE(0x41, Remedy.DATA),
  AEAD_DECRYPT_FAILED(0x42, Remedy.DATA),
  FUNCTION_CANCELED(0x50, Remedy.RETRY),
  FUNCTION_NOT_PARALLEL(0x51, Remedy.CONFIGURATION),
  FUNCTION_NOT_SUPPORTED(0x54, Remedy.CONFIGURATION),
  KEY_HANDLE_INVALID(0x60, Remedy.REOPEN_SESSION),
  KEY_SIZE_RANGE(0x62, Remedy.CONFIGURATION),
  KEY_TYPE_INCONSISTENT(0x63, Remedy.CONFIGURATION),
  KEY_NOT_NEEDED(0x64, Remedy.CONFIGURATION),
  KEY_CHANGED(0x65, Remedy.CONFIGURATION),
  KEY_NEEDED(0x66, Remedy.CONFIGURATION),
  KEY_INDIGESTIBLE(0x67, Remedy.CONFIGURATION),
  KEY_FUNCTION_NOT_PERMITTED(0x68, Remedy.CONFIGURATION),
  KEY_NOT_WRAPPABLE(0x69, Remedy.CONFIGURATION),
  KEY_UNEXTRACTABLE(0x6A, Remedy.CONFIGURATION),
  MECHANISM_INVALID(0x70, Remedy.CONFIGURATION),
  MECHANISM_PARAM_INVALID(0x71, Remedy.CONFIGURATION),
  OBJECT_HANDLE_INVALID(0x82, Remedy.REOPEN_SESSION),
  OPERATION_ACTIVE(0x90, Remedy.REOPEN_SESSION),
  OPERATION_NOT_INITIALIZED(0x91, Remedy.REOPEN_SESSION),
  PIN_INCORRECT(0xA0, Remedy.PIN),
  PIN_INVALID(0xA1, Remedy.PIN),
  PIN_LEN_RANGE(0xA2, Remedy.PIN),
  PIN_EXPIRED(0xA3, Remedy.PIN),
  PIN_LOCKED(0xA4, Remedy.PIN),
  SESSION_CLOSED(0xB0, Remedy.REOPEN_SESSION),
  SESSION_COUNT(0xB1, Remedy.RETRY),
  SESSION_HANDLE_INVALID(0xB3, Remedy.REOPEN_SESSION),
  SESSION_PARALLEL_NOT_SUPPORTED(0xB4, Remedy.CONFIGURATION),
  SESSION_READ_ONLY(0xB5, Remedy.CONFIGURATION),
  SESSION_EXISTS(0xB6, Remedy.CONFIGURATION),
  SESSION_READ_ONLY_EXISTS(0xB7, Remedy.CONFIGURATION),
  SESSION_READ_WRITE_SO_EXISTS(0xB8, Remedy.CONFIGURATION),
  SIGNATURE_INVALID(0xC0, Remedy.DATA),
  SIGNATURE_LEN_RANGE(0xC1, Remedy.DATA),
  TEMPLATE_INCOMPLETE(0xD0, Remedy.CONFIGURATION),
  TEMPLATE_INCONSISTENT(0xD1, Remedy.CONFIGURATION),
  TOKEN_NOT_PRESENT(0xE0, Remedy.REOPEN_SESSION),
  TOKEN_NOT_RECOGNIZED(0xE1, Remedy.REOPEN_SESSION),
  TOKEN_WRITE_PROTECTED(0xE2, Remedy.CONFIGURATION),
  UNWRAPPING_KEY_HANDLE_INVALID(0xF0, Remedy.REOPEN_SESSION),
  UNWRAPPING_KEY_SIZE_RANGE(0xF1, Remedy.CONFIGURATION),
  UNWRAPPING_KEY_TYPE_INCONSISTENT(0xF2, Remedy.CONFIGURATION),
  USER_ALREADY_LOGGED_IN(0x100, Remedy.LOG_IN),
  USER_NOT_LOGGED_IN(0x101, Remedy.LOG_IN),
  USER_PIN_NOT_INITIALIZED(0x102, Remedy.CONFIGURATION),
  USER_TYPE_INVALID(0x103, Remedy.CONFIGURATION),
  USER_ANOTHER_ALREADY_LOGGED_IN(0x104, Remedy.CONFIGURATION),
  USER_TOO_MANY_TYPES(0x105, Remedy.CONFIGURATION),
  WRAPPED_KEY_INVALID(0x110, Remedy.DATA),
  WRAPPED_KEY_LEN_RANGE(0x112, Remedy.DATA),
  WRAPPING_KEY_HANDLE_INVALID(0x113, Remedy.REOPEN_SESSION),
  WRAPPING_KEY_SIZE_RANGE(0x114, Remedy.CONFIGURATION),
  WRAPPING_KEY_TYPE_INCONSISTENT(0x115, Remedy.CONFIGURATION),
  RANDOM_SEED_NOT_SUPPORTED(0x120, Remedy.CONFIGURATION),
  RANDOM_NO_RNG(0x121, Remedy.CONFIGURATION),
  DOMAIN_PARAMS_INVALID(0x130, Remedy.CONFIGURATION),
  CURVE_NOT_SUPPORTED(0x140, Remedy.CONFIGURATION),
  BUFFER_TOO_SMALL(0x150, Remedy.CONFIGURATION),
  SAVED_STATE_INVALID(0x160, Remedy.CONFIGURATION),
  INFORMATION_SENSITIVE(0x170, Remedy.CONFIGURATION),
  STATE_UNSAVEABLE(0x180, Remedy.CONFIGURATION),
  CRYPTOKI_NOT_INITIALIZED(0x190, Remedy.REINITIALIZE),
  CRYPTOKI_ALREADY_INITIALIZED(0x191, Remedy.RETRY),
  MUTEX_BAD(0x1A0, Remedy.REINITIALIZE),
  MUTEX_NOT_LOCKED(0x1A1, Remedy.REINITIALIZE),
  NEW_PIN_MODE(0x1B0, Remedy.PIN),
  NEXT_OTP(0x1B1, Remedy.PIN),
  EXCEEDED_MAX_ITERATIONS(0x1B5, Remedy.CONFIGURATION),
  FIPS_SELF_TEST_FAILED(0x1B6, Remedy.RETRY),
  LIBRARY_LOAD_FAILED(0x1B7, Remedy.REINITIALIZE),
  PIN_TOO_WEAK(0x1B8, Remedy.PIN),
  PUBLIC_KEY_INVALID(0x1B9, Remedy.CONFIGURATION),
  FUNCTION_REJECTED(0x200, Remedy.CONFIGURATION),
  TOKEN_RESOURCE_EXCEEDED(0x201, Remedy.RETRY),
  OPERATION_CANCEL_FAILED(0x202, Remedy.RETRY),
  KEY_EXHAUSTED(0x203, Remedy.CONFIGURATION),
  PENDING(0x204, Remedy.RETRY),
  SESSION_ASYNC_NOT_SUPPORTED(0x205, Remedy.CONFIGURATION),
  SEED_RANDOM_REQUIRED(0x206, Remedy.CONFIGURATION),
  OPERATION_NOT_VALIDATED(0x207, Remedy.CONFIGURATION),
  TOKEN_NOT_INITIALIZED(0x208, Remedy.CONFIGURATION),
  PARAMETER_SET_NOT_SUPPORTED(0x209, Remedy.CONFIGURATION);

  private static final Map<Long, Ckr> BY_NUMBER =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(Ckr::number, Function.identity()));

  private final long number;
  private final Remedy remedy;

  Ckr(long number, Remedy remedy) {
    this.number = number;
    this.remedy = remedy;
  }

  /** The number in the standard. */
  public long number() {
    return number;
  }

  /** What helps against it. */
  public Remedy remedy() {
    return remedy;
  }

  /** The name in the standard: {@code CKR_PIN_INCORRECT}. */
  public String standardName() {
    return "CKR_" + name();
  }

  /** The return value with {@code number}; empty for a vendor's own. */
  public static Optional<Ckr> of(long number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }

  /** {@code CKR_PIN_INCORRECT (0xa0)}, or {@code CKR_VENDOR_DEFINED+0x11 (0x80000011)}. */
  public static String describe(long number) {
    String name =
        of(number)
            .map(Ckr::standardName)
            .orElse(
                number >= VENDOR_DEFINED
                    ? "CKR_VENDOR_DEFINED+" + hex(number - VENDOR_DEFINED)
                    : "unknown return value");
    return name + " (" + hex(number) + ")";
  }

  /** What helps against {@code number}. A vendor's own value is tried again like a lost session. */
  public static Remedy remedy(long number) {
    return of(number).map(Ckr::remedy).orElse(Remedy.REOPEN_SESSION);
  }

  private static final long VENDOR_DEFINED = 0x80000000L;

  private static String hex(long number) {
    return "0x" + Long.toHexString(number).toLowerCase(Locale.ROOT);
  }
}
