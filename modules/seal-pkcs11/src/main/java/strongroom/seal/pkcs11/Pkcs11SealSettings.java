package strongroom.seal.pkcs11;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.KeySearch;
import strongroom.hsm.Mechanism;
import strongroom.hsm.OaepHash;
import strongroom.hsm.Pkcs11Uri;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.TokenSettings;
import strongroom.seal.HealthCheck;
import strongroom.seal.SealFault;

/**
 * The stanza {@code seal "pkcs11"}, but for the PIN, which comes from a {@link
 * strongroom.hsm.PinSource}.
 *
 * @param name the seal's name
 * @param library path of the PKCS#11 library
 * @param choice which HSM token
 * @param key the key that wraps
 * @param defaultKeyLabel the key of blobs that name none
 * @param hmacKey the key that authenticates; empty names where there is none
 * @param defaultHmacKeyLabel the HMAC key of blobs that name none
 * @param mechanism for new blobs; empty for the best that token and key allow
 * @param hmacMechanism for new blobs
 * @param generateKey whether missing keys are made at initialization
 * @param keyAlsoWraps whether a key that is made may wrap other keys too, as other servers' do
 * @param rsaEncryptLocal whether the public half of an RSA pair is used in software; empty for
 *     where the token shows it
 * @param oaepHash for new blobs
 * @param token sessions and deadlines
 * @param isolated whether the library runs in a process of its own
 * @param autoUnseal whether a node unseals by the HSM alone
 * @param healthCheck the background probe; empty where it is off
 */
public record Pkcs11SealSettings(
    String name,
    String library,
    SlotChoice choice,
    KeyName key,
    Optional<String> defaultKeyLabel,
    KeyName hmacKey,
    Optional<String> defaultHmacKeyLabel,
    Optional<Mechanism> mechanism,
    Mechanism hmacMechanism,
    boolean generateKey,
    boolean keyAlsoWraps,
    Optional<Boolean> rsaEncryptLocal,
    OaepHash oaepHash,
    TokenSettings token,
    boolean isolated,
    boolean autoUnseal,
    Optional<HealthCheck> healthCheck) {

  /** Every parameter that the stanza may have, older spellings in brackets. */
  public static final List<String> PARAMETERS =
      List.of(
          "lib (module)",
          "slot",
          "token_label (token)",
          "serial",
          "uri",
          "pin",
          "key_label (label)",
          "key_id",
          "default_key_label",
          "hmac_key_label",
          "hmac_key_id",
          "default_hmac_key_label",
          "mechanism",
          "hmac_mechanism",
          "generate_key",
          "key_allow_wrap",
          "force_rw_session (regenerate_key)",
          "max_parallel",
          "rsa_encrypt_local (disable_software_encryption)",
          "rsa_oaep_hash",
          "max_operation_duration",
          "isolate_library",
          "name",
          "priority",
          "disabled",
          "auto_unseal",
          "health_check_enabled",
          "health_check_interval",
          "health_check_interval_unhealthy",
          "health_check_timeout");

  static final List<Mechanism> HMAC_MECHANISMS =
      List.of(Mechanism.SHA256_HMAC, Mechanism.SHA384_HMAC, Mechanism.SHA512_HMAC);

  private static final int SESSIONS_MAX = 1024;

  /**
   * Reads a stanza whose values are resolved: the environment has been asked, {@code env://} and
   * {@code file://} are read. {@code pin} may be among them and is not kept; {@code disabled} and
   * {@code priority} are the caller's.
   *
   * @throws SealFault.Configuration that names the parameter and what it may be
   */
  public static Pkcs11SealSettings parse(Map<String, String> values) {
    Parameters given = new Parameters(values);
    for (String notKept : List.of("pin", "disabled", "priority")) {
      given.text(notKept);
    }
    Optional<Pkcs11Uri> uri = given.read(Pkcs11Uri::parse, "uri");
    Pkcs11SealSettings settings =
        new Pkcs11SealSettings(
            given.text("name").orElse("pkcs11"),
            given
                .text("lib", "module")
                .or(() -> uri.flatMap(Pkcs11Uri::module))
                .orElseThrow(
                    () ->
                        Parameters.wrong(
                            "lib", "is required: the path of the HSM vendor's PKCS#11 library")),
            choice(given, uri),
            new KeyName(
                given.text("key_label", "label").or(() -> uri.flatMap(Pkcs11Uri::keyLabel)),
                given.read(KeySearch::parseId, "key_id").or(() -> uri.flatMap(Pkcs11Uri::keyId))),
            given.text("default_key_label"),
            new KeyName(
                given.text("hmac_key_label"), given.read(KeySearch::parseId, "hmac_key_id")),
            given.text("default_hmac_key_label"),
            given.read(Pkcs11SealSettings::mechanism, "mechanism"),
            given
                .read(Pkcs11SealSettings::hmacMechanism, "hmac_mechanism")
                .orElse(Mechanism.SHA256_HMAC),
            given.flag("generate_key").orElse(false),
            given.flag("key_allow_wrap").orElse(false),
            rsaEncryptLocal(given),
            given.read(Pkcs11SealSettings::oaepHash, "rsa_oaep_hash").orElse(OaepHash.SHA256),
            token(given),
            given.flag("isolate_library").orElse(false),
            given.flag("auto_unseal").orElse(true),
            healthCheck(given));
    given.nothingLeft(PARAMETERS);
    settings.checkKeys();
    return settings;
  }

  /** The same but for the key that wraps. */
  Pkcs11SealSettings withKey(KeyName other) {
    return new Pkcs11SealSettings(
        name,
        library,
        choice,
        other,
        defaultKeyLabel,
        hmacKey,
        defaultHmacKeyLabel,
        mechanism,
        hmacMechanism,
        generateKey,
        keyAlsoWraps,
        rsaEncryptLocal,
        oaepHash,
        token,
        isolated,
        autoUnseal,
        healthCheck);
  }

  /** Opens the library, in this process or in one of its own. */
  public HsmLibrary open(HsmObserver observer) {
    return isolated
        ? HsmLibrary.openIsolated(library, token.callMax(), observer)
        : HsmLibrary.open(library, token.callMax(), observer);
  }

  private static SlotChoice choice(Parameters given, Optional<Pkcs11Uri> uri) {
    Optional<Long> slot =
        given
            .read(SlotChoice::parseSlot, "slot")
            .or(() -> uri.flatMap(Pkcs11Uri::slot).map(SlotChoice::parseSlot));
    SlotChoice choice =
        new SlotChoice(
            slot.map(OptionalLong::of).orElse(OptionalLong.empty()),
            given.text("token_label", "token").or(() -> uri.flatMap(Pkcs11Uri::tokenLabel)),
            given.text("serial").or(() -> uri.flatMap(Pkcs11Uri::serial)));
    if (choice.slot().isEmpty() && choice.label().isEmpty() && choice.serial().isEmpty()) {
      throw Parameters.wrong("slot", "one of slot, token_label, serial and uri is required");
    }
    return choice;
  }

  private static TokenSettings token(Parameters given) {
    Optional<Integer> sessionsMax = given.read(Pkcs11SealSettings::sessionsMax, "max_parallel");
    return new TokenSettings(
        sessionsMax.map(OptionalInt::of).orElse(OptionalInt.empty()),
        given.duration("max_operation_duration", TokenSettings.CALL_MAX_DEFAULT),
        given.flag("force_rw_session", "regenerate_key").orElse(false),
        false);
  }

  private static int sessionsMax(String text) {
    if (!text.strip().matches("\\d{1,4}") || Integer.parseInt(text.strip()) > SESSIONS_MAX) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a number from 0 (the token's limit) to " + SESSIONS_MAX);
    }
    int number = Integer.parseInt(text.strip());
    return number == 0 ? TokenSettings.SESSIONS_MAX_DEFAULT : number;
  }

  private static Optional<Boolean> rsaEncryptLocal(Parameters given) {
    Optional<String> local = given.text("rsa_encrypt_local");
    Optional<Boolean> disabled = given.flag("disable_software_encryption");
    if (local.isEmpty() || local.get().equalsIgnoreCase("auto")) {
      return disabled.map(d -> !d);
    }
    return new Parameters(Map.of("rsa_encrypt_local", local.get())).flag("rsa_encrypt_local");
  }

  private static Optional<HealthCheck> healthCheck(Parameters given) {
    HealthCheck check =
        new HealthCheck(
            given.duration("health_check_interval", Duration.ofSeconds(4)),
            given.duration("health_check_interval_unhealthy", Duration.ofSeconds(4)),
            given.duration("health_check_timeout", Duration.ofSeconds(3)));
    return given.flag("health_check_enabled").orElse(true) ? Optional.of(check) : Optional.empty();
  }

  private static Mechanism mechanism(String text) {
    Mechanism mechanism =
        Mechanism.parse(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "\"" + text + "\" is no mechanism; " + WrapMethod.choices()));
    if (mechanism.equals(Mechanism.AES_CBC) || mechanism.equals(Mechanism.RSA_PKCS)) {
      throw new IllegalArgumentException(
          mechanism + " is not safe for new secrets; " + WrapMethod.choices());
    }
    if (WrapMethod.of(mechanism).isEmpty()) {
      throw new IllegalArgumentException(mechanism + " cannot wrap; " + WrapMethod.choices());
    }
    return mechanism;
  }

  private static Mechanism hmacMechanism(String text) {
    return Mechanism.parse(text)
        .filter(HMAC_MECHANISMS::contains)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\""
                        + text
                        + "\" is not one of CKM_SHA256_HMAC (0x0251), CKM_SHA384_HMAC (0x0261),"
                        + " CKM_SHA512_HMAC (0x0271)"));
  }

  private static OaepHash oaepHash(String text) {
    return OaepHash.of(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException("\"" + text + "\" is not one of " + OaepHash.words()));
  }

  private void checkKeys() {
    if (key.isEmpty()) {
      throw Parameters.wrong("key_label", "is required unless key_id is given");
    }
    if (hmacKey.label().isPresent() && hmacKey.label().equals(key.label())) {
      throw Parameters.wrong("hmac_key_label", "must not be the same as key_label");
    }
    boolean cbc = mechanism.isPresent() && mechanism.get().equals(Mechanism.AES_CBC_PAD);
    if (cbc && hmacKey.isEmpty()) {
      throw Parameters.wrong(
          "hmac_key_label",
          "is required with CKM_AES_CBC_PAD, which does not notice damage by itself");
    }
  }
}
