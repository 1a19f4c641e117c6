package strongroom.hsm;

/** The numbers of PKCS#11's header that are used here, under the names it gives them. */
final class Ck {
  static final long CKU_SO = 0;
  static final long CKU_USER = 1;

  static final long CKF_TOKEN_PRESENT = 0x1;
  static final long CKF_RW_SESSION = 0x2;
  static final long CKF_SERIAL_SESSION = 0x4;
  static final long CKF_OS_LOCKING_OK = 0x2;

  static final long CKF_LOGIN_REQUIRED = 0x4;
  static final long CKF_WRITE_PROTECTED = 0x2;
  static final long CKF_USER_PIN_INITIALIZED = 0x8;
  static final long CKF_CLOCK_ON_TOKEN = 0x40;
  static final long CKF_PROTECTED_AUTHENTICATION_PATH = 0x100;
  static final long CKF_TOKEN_INITIALIZED = 0x400;
  static final long CKF_USER_PIN_COUNT_LOW = 0x10000;
  static final long CKF_USER_PIN_FINAL_TRY = 0x20000;
  static final long CKF_USER_PIN_LOCKED = 0x40000;
  static final long CKF_ERROR_STATE = 0x1000000;

  static final long CKO_PUBLIC_KEY = 2;
  static final long CKO_PRIVATE_KEY = 3;
  static final long CKO_SECRET_KEY = 4;

  static final long CKK_RSA = 0;
  static final long CKK_EC = 3;
  static final long CKK_EC_EDWARDS = 0x40;
  static final long CKK_GENERIC_SECRET = 0x10;
  static final long CKK_AES = 0x1F;

  static final long CKA_CLASS = 0;
  static final long CKA_TOKEN = 1;
  static final long CKA_PRIVATE = 2;
  static final long CKA_LABEL = 3;
  static final long CKA_VALUE = 0x11;
  static final long CKA_KEY_TYPE = 0x100;
  static final long CKA_ID = 0x102;
  static final long CKA_SENSITIVE = 0x103;
  static final long CKA_ENCRYPT = 0x104;
  static final long CKA_DECRYPT = 0x105;
  static final long CKA_WRAP = 0x106;
  static final long CKA_UNWRAP = 0x107;
  static final long CKA_SIGN = 0x108;
  static final long CKA_VERIFY = 0x10A;
  static final long CKA_DERIVE = 0x10C;
  static final long CKA_MODULUS = 0x120;
  static final long CKA_MODULUS_BITS = 0x121;
  static final long CKA_PUBLIC_EXPONENT = 0x122;
  static final long CKA_VALUE_LEN = 0x161;
  static final long CKA_EC_PARAMS = 0x180;
  static final long CKA_EC_POINT = 0x181;
  static final long CKA_EXTRACTABLE = 0x162;
  static final long CKA_LOCAL = 0x163;
  static final long CKA_NEVER_EXTRACTABLE = 0x164;
  static final long CKA_ALWAYS_SENSITIVE = 0x165;
  static final long CKA_MODIFIABLE = 0x170;

  static final long CKZ_DATA_SPECIFIED = 1;

  /** {@code CK_UNAVAILABLE_INFORMATION}: a length or count that the library does not tell. */
  static final long UNAVAILABLE = -1L;

  private Ck() {}
}
