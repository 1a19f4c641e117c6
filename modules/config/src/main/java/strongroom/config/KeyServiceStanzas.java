package strongroom.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys of the seals whose key is kept by a service, by type. */
final class KeyServiceStanzas {
  private static final List<SettingKey> AWSKMS =
      List.of(
          text("kms_key_id", "required", "key id, ARN, or alias", "VAULT_AWSKMS_SEAL_KEY_ID"),
          text("region", "see docs/seals.md", "AWS region", "AWS_REGION", "AWS_DEFAULT_REGION"),
          text("access_key", "see docs/seals.md", "access key id", "AWS_ACCESS_KEY_ID"),
          text("secret_key", "with `access_key`", "its secret", "AWS_SECRET_ACCESS_KEY"),
          text("session_token", "", "of temporary credentials", "AWS_SESSION_TOKEN"),
          text("endpoint", "the region's", "address of KMS", "AWS_KMS_ENDPOINT"));

  private static final List<SettingKey> AZUREKEYVAULT =
      List.of(
          text("tenant_id", "with a client", "of the directory", "AZURE_TENANT_ID"),
          text("client_id", "the machine's identity", "who calls", "AZURE_CLIENT_ID"),
          text("client_secret", "see docs/seals.md", "its secret", "AZURE_CLIENT_SECRET"),
          text("environment", "`AZUREPUBLICCLOUD`", "which cloud", "AZURE_ENVIRONMENT"),
          text("vault_name", "required", "of vault or HSM", "VAULT_AZUREKEYVAULT_VAULT_NAME"),
          text("key_name", "required", "of the key in it", "VAULT_AZUREKEYVAULT_KEY_NAME"),
          text(
              "resource",
              "`vault.azure.net`",
              "domain of the service; `managedhsm.azure.net` for Managed HSM",
              "AZURE_AD_RESOURCE"));

  private static final List<SettingKey> GCPCKMS =
      List.of(
          text(
              "credentials",
              "the machine's identity",
              "a service account's key: path or JSON",
              "GOOGLE_CREDENTIALS",
              "GOOGLE_APPLICATION_CREDENTIALS"),
          text("project", "required", "project of the key", "GOOGLE_PROJECT"),
          text("region", "required", "location of the key ring", "GOOGLE_REGION"),
          text("key_ring", "required", "key ring", "VAULT_GCPCKMS_SEAL_KEY_RING"),
          text("crypto_key", "required", "key in it", "VAULT_GCPCKMS_SEAL_CRYPTO_KEY"));

  private static final List<SettingKey> OCIKMS =
      List.of(
          text("key_id", "required", "OCID of the key", "VAULT_OCIKMS_SEAL_KEY_ID"),
          text(
              "crypto_endpoint",
              "required",
              "address that encrypts and decrypts",
              "VAULT_OCIKMS_CRYPTO_ENDPOINT"),
          text(
              "management_endpoint",
              "",
              "address that tells of keys",
              "VAULT_OCIKMS_MANAGEMENT_ENDPOINT"),
          flag("auth_type_api_key", "the API key in ~/.oci/config, not the instance's identity"));

  private static final List<SettingKey> TRANSIT =
      List.of(
          text("address", "required", "of the other server", "VAULT_ADDR"),
          text("token", "required", "its token", "VAULT_TOKEN"),
          text("key_name", "required", "the transit key", "VAULT_TRANSIT_SEAL_KEY_NAME"),
          text(
              "mount_path",
              "required",
              "where transit is mounted",
              "VAULT_TRANSIT_SEAL_MOUNT_PATH"),
          text("namespace", "", "namespace of the mount", "VAULT_NAMESPACE"),
          flag("disable_renewal", "the token is not renewed", "VAULT_TRANSIT_SEAL_DISABLE_RENEWAL"),
          text("tls_ca_cert", "Java's own", "who is trusted: path or PEM", "VAULT_CACERT"),
          text("tls_client_cert", "", "path or PEM", "VAULT_CLIENT_CERT"),
          text("tls_client_key", "", "path or PEM", "VAULT_CLIENT_KEY"),
          text("tls_server_name", "of `address`", "name to verify", "VAULT_TLS_SERVER_NAME"),
          flag("tls_skip_verify", "trust anyone", "VAULT_SKIP_VERIFY"));

  private static final List<SettingKey> STATIC =
      List.of(
          text("current_key_id", "required", "a name for it", "BAO_STATIC_SEAL_CURRENT_KEY_ID"),
          text(
              "current_key",
              "required",
              "32 bytes, raw, in hexadecimal or Base64",
              "BAO_STATIC_SEAL_CURRENT_KEY"),
          text("previous_key_id", "", "name of the key before", "BAO_STATIC_SEAL_PREVIOUS_KEY_ID"),
          text("previous_key", "", "the key before", "BAO_STATIC_SEAL_PREVIOUS_KEY"));

  private static final List<SettingKey> KMIP =
      List.of(
          text(
              "kms_key_id",
              "required",
              "unique identifier of the key",
              "BAO_KMIP_WRAPPER_KEY_ID",
              "BAO_KMIP_KMS_KEY_ID"),
          text("endpoint", "required", "host and port", "BAO_KMIP_ENDPOINT"),
          text("client_cert", "required", "path or PEM", "BAO_KMIP_CLIENT_CERT"),
          text("client_key", "required", "path or PEM", "BAO_KMIP_CLIENT_KEY"),
          text("ca_cert", "Java's own", "who is trusted: path or PEM", "BAO_KMIP_CA_CERT"),
          text("server_name", "of `endpoint`", "name to verify", "BAO_KMIP_SERVER_NAME"),
          SettingKey.of("timeout", Kind.DURATION, "10s", "deadline of one call")
              .variables("BAO_KMIP_TIMEOUT"),
          text("encrypt_alg", "`AES_GCM`", "see docs/seals.md", "BAO_KMIP_ENCRYPT_ALG"),
          text(
              "tls12_ciphers",
              "Java's own",
              "cipher suites of TLS 1.2, commas between",
              "BAO_KMIP_TLS12_CIPHERS"));

  /** Each type with its keys. */
  static final Map<String, List<SettingKey>> BY_TYPE = byType();

  private KeyServiceStanzas() {}

  private static Map<String, List<SettingKey>> byType() {
    Map<String, List<SettingKey>> types = new LinkedHashMap<>();
    types.put("awskms", AWSKMS);
    types.put("azurekeyvault", AZUREKEYVAULT);
    types.put("gcpckms", GCPCKMS);
    types.put("ocikms", OCIKMS);
    types.put("transit", TRANSIT);
    types.put("static", STATIC);
    types.put("kmip", KMIP);
    return types;
  }

  private static SettingKey text(
      String name, String fallback, String meaning, String... variables) {
    return SettingKey.of(name, Kind.TEXT, fallback, meaning).variables(variables);
  }

  private static SettingKey flag(String name, String meaning, String... variables) {
    return SettingKey.of(name, Kind.BOOLEAN, "false", meaning).variables(variables);
  }
}
