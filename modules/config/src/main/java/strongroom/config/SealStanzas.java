package strongroom.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of seals, by type. An unknown key is an error: one that is missed can mean data that
 * nobody can open again.
 */
final class SealStanzas {
  /** Keys whose values are never shown, and are held outside the heap. */
  static final Set<String> SECRET =
      Set.of(
          "pin",
          "access_key",
          "secret_key",
          "session_token",
          "client_secret",
          "credentials",
          "token",
          "current_key",
          "previous_key",
          "client_key",
          "tls_client_key",
          "uri");

  /** Keys whose values in a file are taken whole: the bytes of a key may end like a line. */
  static final Set<String> WHOLE_FILE = Set.of("current_key", "previous_key");

  private static final List<SettingKey> COMMON =
      List.of(
          SettingKey.of(
              "disabled", Kind.BOOLEAN, "false", "unwraps what it has wrapped, wraps nothing new"),
          SettingKey.of("name", Kind.TEXT, "the type", "tells several seals apart"),
          SettingKey.of("priority", Kind.WHOLE, "1", "of several seals the lowest comes first"),
          SettingKey.of(
              "auto_unseal", Kind.BOOLEAN, "true", "false: key shares are needed beside the seal"));

  /** An HSM is asked often: it costs nothing, and its state is worth knowing. */
  private static final List<SettingKey> HEALTH_OF_HSM = health("4s", "4s", "3s");

  /** Clouds count calls. */
  private static final List<SettingKey> HEALTH_OF_SERVICE = health("10m", "1m", "1m");

  private static List<SettingKey> health(String well, String unwell, String timeout) {
    return List.of(
        SettingKey.of("health_check_enabled", Kind.BOOLEAN, "true", "try the seal periodically"),
        SettingKey.of("health_check_interval", Kind.DURATION, well, "while it is well"),
        SettingKey.of("health_check_interval_unhealthy", Kind.DURATION, unwell, "while it is not"),
        SettingKey.of("health_check_timeout", Kind.DURATION, timeout, "how long one try may take"));
  }

  private static final List<SettingKey> PKCS11_KEYS =
      List.of(
          SettingKey.of("lib", Kind.TEXT, "required", "path of the PKCS#11 library")
              .variables("VAULT_HSM_LIB")
              .aliases("module"),
          SettingKey.of("slot", Kind.TEXT, "this or `token_label`", "slot number, decimal or 0x")
              .variables("VAULT_HSM_SLOT"),
          SettingKey.of("token_label", Kind.TEXT, "this or `slot`", "the HSM token's label")
              .variables("VAULT_HSM_TOKEN_LABEL")
              .aliases("token"),
          SettingKey.of("serial", Kind.TEXT, "", "the HSM token's serial number")
              .variables("VAULT_HSM_SERIAL"),
          SettingKey.of("uri", Kind.TEXT, "", "RFC 7512 URI of token and key")
              .variables("VAULT_HSM_URI"),
          SettingKey.of("pin", Kind.TEXT, "required", "the user PIN").variables("VAULT_HSM_PIN"),
          SettingKey.of("key_label", Kind.TEXT, "this or `key_id`", "label of the key")
              .variables("VAULT_HSM_KEY_LABEL")
              .aliases("label"),
          SettingKey.of("default_key_label", Kind.TEXT, "`key_label`", "for blobs without a label")
              .variables("VAULT_HSM_DEFAULT_KEY_LABEL"),
          SettingKey.of("key_id", Kind.TEXT, "", "id of the key, hexadecimal")
              .variables("VAULT_HSM_KEY_ID"),
          SettingKey.of("hmac_key_label", Kind.TEXT, "for CBC modes", "label of the HMAC key")
              .variables("VAULT_HSM_HMAC_KEY_LABEL"),
          SettingKey.of("default_hmac_key_label", Kind.TEXT, "", "for blobs without a label")
              .variables("VAULT_HSM_HMAC_DEFAULT_KEY_LABEL"),
          SettingKey.of("hmac_key_id", Kind.TEXT, "", "id of the HMAC key, hexadecimal")
              .variables("VAULT_HSM_HMAC_KEY_ID"),
          SettingKey.of("mechanism", Kind.TEXT, "the best allowed", "name or number")
              .variables("VAULT_HSM_MECHANISM"),
          SettingKey.of("hmac_mechanism", Kind.TEXT, "0x0251", "name or number")
              .variables("VAULT_HSM_HMAC_MECHANISM"),
          SettingKey.of("generate_key", Kind.BOOLEAN, "false", "make missing keys at init")
              .variables("VAULT_HSM_GENERATE_KEY"),
          SettingKey.of(
              "key_allow_wrap", Kind.BOOLEAN, "false", "a key that is made may wrap others"),
          SettingKey.of("force_rw_session", Kind.BOOLEAN, "false", "read-write sessions only")
              .variables("VAULT_HSM_FORCE_RW_SESSION")
              .aliases("regenerate_key"),
          SettingKey.of("max_parallel", Kind.WHOLE, "the token's limit", "sessions in the pool")
              .variables("VAULT_HSM_MAX_PARALLEL"),
          SettingKey.of("rsa_encrypt_local", Kind.TEXT, "`auto`", "RSA's public half in software")
              .variables("VAULT_HSM_RSA_ENCRYPT_LOCAL"),
          SettingKey.of(
              "disable_software_encryption", Kind.BOOLEAN, "false", "RSA's public half in the HSM"),
          SettingKey.of("rsa_oaep_hash", Kind.TEXT, "`sha256`", "`sha1` to `sha512`")
              .variables("VAULT_HSM_RSA_OAEP_HASH"),
          SettingKey.of("max_operation_duration", Kind.DURATION, "10s", "deadline of one call"),
          SettingKey.of(
              "isolate_library", Kind.BOOLEAN, "false", "the library in a helper process"));

  static final Stanza PKCS11 =
      Stanza.strict("seal \"pkcs11\"", Stanza.join(PKCS11_KEYS, COMMON, HEALTH_OF_HSM));

  /** Every type that is known, with its stanza. */
  static final Map<String, Stanza> BY_TYPE = byType();

  private SealStanzas() {}

  private static Map<String, Stanza> byType() {
    Map<String, Stanza> stanzas = new LinkedHashMap<>();
    stanzas.put("pkcs11", PKCS11);
    stanzas.put("shamir", Stanza.strict("seal \"shamir\"", Stanza.join(COMMON, HEALTH_OF_HSM)));
    KeyServiceStanzas.BY_TYPE.forEach(
        (type, keys) ->
            stanzas.put(
                type,
                Stanza.strict(
                    "seal \"" + type + "\"", Stanza.join(keys, COMMON, HEALTH_OF_SERVICE))));
    return stanzas;
  }

  /** Whether it is no parameter of its own. */
  static boolean isCommon(String name) {
    return COMMON.stream().anyMatch(key -> key.name().equals(name));
  }
}
