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
  /** Which types this version has. */
  static final Set<String> AVAILABLE = Set.of("pkcs11", "shamir");

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
          "uri");

  private static final List<SettingKey> COMMON =
      List.of(
          SettingKey.of("disabled", Kind.BOOLEAN, "false", "as if the stanza were not there"),
          SettingKey.of("name", Kind.TEXT, "the type", "tells several seals apart"),
          SettingKey.none("priority", Kind.WHOLE, "one seal is used at a time"),
          SettingKey.of(
              "auto_unseal", Kind.BOOLEAN, "true", "false: key shares are needed beside the seal"),
          SettingKey.of("health_check_enabled", Kind.BOOLEAN, "true", "try the seal periodically"),
          SettingKey.of("health_check_interval", Kind.DURATION, "5s", "while it is well"),
          SettingKey.of("health_check_interval_unhealthy", Kind.DURATION, "4s", "while it is not"),
          SettingKey.of("health_check_timeout", Kind.DURATION, "3s", "how long one try may take"));

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

  private static SettingKey text(String name, String... variables) {
    return SettingKey.lacking(name, Kind.TEXT, "see the seal's own page").variables(variables);
  }

  private static SettingKey flag(String name, String... variables) {
    return SettingKey.lacking(name, Kind.BOOLEAN, "see the seal's own page").variables(variables);
  }

  private static final Map<String, List<SettingKey>> OTHERS = others();

  private static Map<String, List<SettingKey>> others() {
    Map<String, List<SettingKey>> others = new LinkedHashMap<>();
    others.put(
        "awskms",
        List.of(
            text("region", "AWS_REGION", "AWS_DEFAULT_REGION"),
            text("access_key", "AWS_ACCESS_KEY_ID"),
            text("secret_key", "AWS_SECRET_ACCESS_KEY"),
            text("session_token", "AWS_SESSION_TOKEN"),
            text("kms_key_id", "VAULT_AWSKMS_SEAL_KEY_ID"),
            text("endpoint", "AWS_KMS_ENDPOINT")));
    others.put(
        "azurekeyvault",
        List.of(
            text("tenant_id", "AZURE_TENANT_ID"),
            text("client_id", "AZURE_CLIENT_ID"),
            text("client_secret", "AZURE_CLIENT_SECRET"),
            text("environment", "AZURE_ENVIRONMENT"),
            text("vault_name", "VAULT_AZUREKEYVAULT_VAULT_NAME"),
            text("key_name", "VAULT_AZUREKEYVAULT_KEY_NAME"),
            text("resource", "AZURE_AD_RESOURCE")));
    others.put(
        "gcpckms",
        List.of(
            text("credentials", "GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"),
            text("project", "GOOGLE_PROJECT"),
            text("region", "GOOGLE_REGION"),
            text("key_ring", "VAULT_GCPCKMS_SEAL_KEY_RING"),
            text("crypto_key", "VAULT_GCPCKMS_SEAL_CRYPTO_KEY")));
    others.put(
        "ocikms",
        List.of(
            text("key_id", "VAULT_OCIKMS_SEAL_KEY_ID"),
            text("crypto_endpoint", "VAULT_OCIKMS_CRYPTO_ENDPOINT"),
            text("management_endpoint", "VAULT_OCIKMS_MANAGEMENT_ENDPOINT"),
            flag("auth_type_api_key")));
    others.put(
        "transit",
        List.of(
            text("address", "VAULT_ADDR"),
            text("token", "VAULT_TOKEN"),
            text("key_name", "VAULT_TRANSIT_SEAL_KEY_NAME"),
            text("mount_path", "VAULT_TRANSIT_SEAL_MOUNT_PATH"),
            text("namespace", "VAULT_NAMESPACE"),
            flag("disable_renewal", "VAULT_TRANSIT_SEAL_DISABLE_RENEWAL"),
            text("tls_ca_cert", "VAULT_CACERT"),
            text("tls_client_cert", "VAULT_CLIENT_CERT"),
            text("tls_client_key", "VAULT_CLIENT_KEY"),
            text("tls_server_name", "VAULT_TLS_SERVER_NAME"),
            flag("tls_skip_verify", "VAULT_SKIP_VERIFY")));
    others.put(
        "static",
        List.of(
            text("current_key_id"),
            text("current_key"),
            text("previous_key_id"),
            text("previous_key")));
    others.put(
        "kmip",
        List.of(
            text("kms_key_id", "BAO_KMIP_KMS_KEY_ID"),
            text("endpoint", "BAO_KMIP_ENDPOINT"),
            text("client_cert", "BAO_KMIP_CLIENT_CERT"),
            text("client_key", "BAO_KMIP_CLIENT_KEY"),
            text("ca_cert", "BAO_KMIP_CA_CERT"),
            text("server_name", "BAO_KMIP_SERVER_NAME"),
            text("timeout", "BAO_KMIP_TIMEOUT"),
            text("encrypt_alg", "BAO_KMIP_ENCRYPT_ALG"),
            text("tls12_ciphers", "BAO_KMIP_TLS12_CIPHERS")));
    return others;
  }

  static final Stanza PKCS11 = Stanza.strict("seal \"pkcs11\"", Stanza.join(PKCS11_KEYS, COMMON));

  /** Every type that is known, with its stanza: those of this version, then the others. */
  static final Map<String, Stanza> BY_TYPE = byType();

  private SealStanzas() {}

  private static Map<String, Stanza> byType() {
    Map<String, Stanza> stanzas = new LinkedHashMap<>();
    stanzas.put("pkcs11", PKCS11);
    stanzas.put("shamir", Stanza.strict("seal \"shamir\"", COMMON));
    OTHERS.forEach(
        (type, keys) ->
            stanzas.put(type, Stanza.strict("seal \"" + type + "\"", Stanza.join(keys, COMMON))));
    return stanzas;
  }

  /** Whether every seal has it and it is no parameter of its own: how it is tried is one. */
  static boolean isCommon(String name) {
    return !name.startsWith("health_check_")
        && COMMON.stream().anyMatch(key -> key.name().equals(name));
  }
}
