package strongroom.seal.azurekeyvault;

import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import strongroom.logical.JsonBody;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.EncryptedKey;
import strongroom.seal.envelope.KeyService;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.AuthorizedService;
import strongroom.seal.http.CachedToken;
import strongroom.seal.http.HttpAnswer;
import strongroom.seal.http.HttpService;
import strongroom.secret.SecretBytes;
import tools.jackson.core.Base64Variants;

/**
 * Encrypts data keys by a key in Azure Key Vault or Managed HSM (Key Vault REST API 7.4: Get Key,
 * Wrap Key, Unwrap Key): RSA-OAEP-256 for an RSA key, A256KW for an AES key of a Managed HSM.
 * Parameters and variables as in Vault's seal {@code azurekeyvault}.
 */
public final class AzureKeyVaultService implements KeyService {
  private static final String API = "?api-version=7.4";
  private static final String RSA = "RSA-OAEP-256";
  private static final String AES = "A256KW";

  /** A key and its version, as a blob names them. */
  private static final Pattern KEY_VERSION = Pattern.compile("([A-Za-z0-9-]+)/([A-Za-z0-9]+)");

  private final String keyName;
  private final URI vault;
  private final AzureToken tokens;
  private final AuthorizedService service;

  private AzureKeyVaultService(
      SealStanza stanza, Map<String, String> environment, Clock clock, Optional<URI> elsewhere) {
    keyName = stanza.required("key_name", "or VAULT_AZUREKEYVAULT_KEY_NAME");
    if (!keyName.matches("[A-Za-z0-9-]+")) {
      throw stanza.wrong("key_name", "is no name of a key: letters, digits and hyphens");
    }
    AzureCloud cloud = AzureCloud.of(stanza, environment);
    vault = elsewhere.orElse(cloud.vault());
    tokens = new AzureToken(stanza, environment, cloud, clock);
    service =
        new AuthorizedService(
            new HttpService("Azure Key Vault", Optional.empty()), new CachedToken(tokens, clock));
  }

  /**
   * The service of {@code stanza}; asks nothing yet.
   *
   * @param environment the process's variables, where Azure's own tools look too
   * @throws SealFault.Configuration where a parameter is missing or wrong
   */
  public static KeyService open(SealStanza stanza, Map<String, String> environment, Clock clock) {
    return new AzureKeyVaultService(stanza, environment, clock, Optional.empty());
  }

  /** As {@link #open}, with the vault at another address than its name says. */
  static KeyService openAt(
      URI vault, SealStanza stanza, Map<String, String> environment, Clock clock) {
    return new AzureKeyVaultService(stanza, environment, clock, Optional.of(vault));
  }

  private static JsonBody body(String algorithm, byte[] value) {
    return out -> {
      out.writeStartObject();
      out.writeStringProperty("alg", algorithm);
      out.writeName("value");
      out.writeBinary(Base64Variants.MODIFIED_FOR_URL, value, 0, value.length);
      out.writeEndObject();
    };
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    HttpAnswer described = service.get(vault.resolve("/keys/" + keyName + API), deadline);
    if (!described.good()) {
      throw fault(described, keyName);
    }
    String kid = described.needText("key", "kid");
    Matcher version = KEY_VERSION.matcher(keyName + kid.substring(kid.lastIndexOf('/')));
    if (!version.matches()) {
      throw new SealFault.Away(described.from() + " answered a key without a version", null);
    }
    String mechanism =
        described.text("key", "kty").filter(kty -> kty.startsWith("oct")).isPresent() ? AES : RSA;
    HttpAnswer answer =
        dataKey.withHeapCopy(
            bytes -> service.post(uri(version, "wrapkey"), body(mechanism, bytes), deadline));
    if (!answer.good()) {
      throw fault(answer, keyName);
    }
    return new EncryptedKey(
        version.group(), mechanism, answer.needBytes(Base64.getUrlDecoder(), "value"));
  }

  private URI uri(Matcher version, String operation) {
    return vault.resolve(
        "/keys/" + version.group(1) + "/" + version.group(2) + "/" + operation + API);
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    // Both go into the request, and whoever can write to storage can write them.
    Matcher version = KEY_VERSION.matcher(encrypted.keyId());
    String mechanism = encrypted.mechanism();
    if (!version.matches() || !(mechanism.equals(RSA) || mechanism.equals(AES))) {
      throw new SealFault.Data("what is to be unwrapped names no key of Azure Key Vault", null);
    }
    HttpAnswer answer =
        service.post(uri(version, "unwrapkey"), body(mechanism, encrypted.ciphertext()), deadline);
    if (answer.status() == 400) {
      throw new SealFault.Data(
          answer.from() + ": the key " + version.group() + " did not wrap this, or it is damaged",
          null);
    }
    if (!answer.good()) {
      throw fault(answer, version.group());
    }
    return SecretBytes.takeFrom(answer.needBytes(Base64.getUrlDecoder(), "value"));
  }

  private static SealFault fault(HttpAnswer answer, String key) {
    String code = answer.text("error", "code").orElse("");
    String message = answer.text("error", "message").map(m -> ": " + m).orElse("");
    return answer.fault(
        code + message, "the caller needs get, wrapKey and unwrapKey on the key " + key);
  }

  @Override
  public Map<String, String> details() {
    return Map.of("key_id", keyName, "address", vault.getAuthority());
  }

  @Override
  public void close() {
    service.close();
    tokens.close();
  }
}
