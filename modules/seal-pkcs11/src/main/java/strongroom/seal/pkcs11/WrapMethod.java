package strongroom.seal.pkcs11;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeyFlag;
import strongroom.hsm.Mechanism;
import strongroom.hsm.MechanismInfo;
import strongroom.hsm.NewKey;

/** A way to wrap a secret by a key of an HSM token, in the order in which it is preferred. */
@SuppressWarnings("ImmutableEnumChecker") // Mechanism is a record of one number
enum WrapMethod {
  /** AES-GCM, the blob's header as associated data. */
  GCM(Mechanism.AES_GCM, Mechanism.AES_GCM, NewKey.Kind.AES),
  /** AES-CBC with padding, then an HMAC over header and ciphertext. */
  CBC_HMAC(Mechanism.AES_CBC_PAD, Mechanism.AES_CBC_PAD, NewKey.Kind.AES),
  /** AES key wrap with padding, a digest of the header in front of the secret. */
  KEY_WRAP(Mechanism.AES_KEY_WRAP_KWP, Mechanism.AES_KEY_WRAP_PAD, NewKey.Kind.AES_WRAP),
  /** RSA OAEP, a digest of the header in front of the secret. */
  OAEP(Mechanism.RSA_PKCS_OAEP, Mechanism.RSA_PKCS_OAEP, NewKey.Kind.RSA);

  private final Mechanism mechanism;
  private final Mechanism olderNumber;
  private final NewKey.Kind keyKind;

  WrapMethod(Mechanism mechanism, Mechanism olderNumber, NewKey.Kind keyKind) {
    this.mechanism = mechanism;
    this.olderNumber = olderNumber;
    this.keyKind = keyKind;
  }

  /** The kind of key that is made for it. */
  NewKey.Kind keyKind() {
    return keyKind;
  }

  static Optional<WrapMethod> of(Mechanism mechanism) {
    return Arrays.stream(values())
        .filter(m -> m.mechanisms().anyMatch(mechanism::equals))
        .findFirst();
  }

  private Stream<Mechanism> mechanisms() {
    return Stream.of(mechanism, olderNumber).distinct();
  }

  /** {@code allowed: CKM_AES_GCM (0x1087), …}. */
  static String choices() {
    return "allowed: "
        + Arrays.stream(values())
            .flatMap(WrapMethod::mechanisms)
            .map(Mechanism::toString)
            .collect(Collectors.joining(", "));
  }

  /** Whether {@code key} is of the right type for it, whatever it is allowed to do. */
  boolean fitsType(HsmKey key) {
    return switch (this) {
      case GCM, CBC_HMAC, KEY_WRAP -> key.aes();
      case OAEP -> key.rsa();
    };
  }

  /** Whether {@code key}, which opens what was wrapped, may be used so. */
  boolean allowedBy(HsmKey key) {
    return switch (this) {
      case GCM, CBC_HMAC -> !key.isNot(KeyFlag.ENCRYPT) && !key.isNot(KeyFlag.DECRYPT);
      case KEY_WRAP -> !key.isNot(KeyFlag.WRAP) && !key.isNot(KeyFlag.UNWRAP);
      case OAEP -> !key.isNot(KeyFlag.DECRYPT);
    };
  }

  /** The mechanism by which a token that has {@code offered} does it; empty where none. */
  Optional<Mechanism> offeredBy(List<MechanismInfo> offered) {
    return mechanisms()
        .filter(m -> offered.stream().anyMatch(o -> o.mechanism().equals(m) && does(o)))
        .findFirst();
  }

  private boolean does(MechanismInfo offer) {
    return switch (this) {
      case GCM, CBC_HMAC -> offer.encrypts();
      case KEY_WRAP -> offer.wraps();
      case OAEP -> offer.decrypts();
    };
  }
}
