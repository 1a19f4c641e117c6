package strongroom.hsm;

import java.util.Locale;

/** A yes-or-no attribute of a key ({@code CKA_*}, PKCS#11 2.40 section 4.7 and following). */
public enum KeyFlag {
  /** Stays when the session ends. */
  TOKEN(Ck.CKA_TOKEN),
  /** Needs a login. */
  PRIVATE(Ck.CKA_PRIVATE),
  /** Its value cannot be read. */
  SENSITIVE(Ck.CKA_SENSITIVE),
  /** Has been sensitive ever since it was made. */
  ALWAYS_SENSITIVE(Ck.CKA_ALWAYS_SENSITIVE),
  /** Can be wrapped by another key and so leave the HSM. */
  EXTRACTABLE(Ck.CKA_EXTRACTABLE),
  /** Was never extractable. */
  NEVER_EXTRACTABLE(Ck.CKA_NEVER_EXTRACTABLE),
  /** Was made in the HSM. */
  LOCAL(Ck.CKA_LOCAL),
  /** May encrypt. */
  ENCRYPT(Ck.CKA_ENCRYPT),
  /** May decrypt. */
  DECRYPT(Ck.CKA_DECRYPT),
  /** May wrap keys. */
  WRAP(Ck.CKA_WRAP),
  /** May unwrap keys. */
  UNWRAP(Ck.CKA_UNWRAP),
  /** May sign. */
  SIGN(Ck.CKA_SIGN),
  /** May verify. */
  VERIFY(Ck.CKA_VERIFY),
  /** May be changed. */
  MODIFIABLE(Ck.CKA_MODIFIABLE);

  private final long attribute;

  KeyFlag(long attribute) {
    this.attribute = attribute;
  }

  long attribute() {
    return attribute;
  }

  /** {@code never-extractable}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
