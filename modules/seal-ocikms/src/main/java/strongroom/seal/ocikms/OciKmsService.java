package strongroom.seal.ocikms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonBody;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.EncryptedKey;
import strongroom.seal.envelope.KeyService;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.HttpAnswer;
import strongroom.seal.http.HttpCall;
import strongroom.seal.http.HttpService;
import strongroom.secret.SecretBytes;
import tools.jackson.core.JsonGenerator;

/**
 * Encrypts data keys by an AES key in Oracle Cloud KMS (Key Management API 20180608: Encrypt,
 * Decrypt), the purpose as associated data. Parameters and variables as in Vault's seal {@code
 * ocikms}; {@code management_endpoint} is not asked for anything.
 */
public final class OciKmsService implements KeyService {
  private static final String MECHANISM = "AES_256_GCM";
  private static final String API = "/20180608/";

  private final String keyId;
  private final URI endpoint;
  private final Clock clock;
  private final OciIdentity identity;
  private final HttpService http = new HttpService("OCI KMS", Optional.empty());

  private OciKmsService(SealStanza stanza, Map<String, String> environment, Clock clock) {
    this.clock = clock;
    keyId = stanza.required("key_id", "the key's OCID, or VAULT_OCIKMS_SEAL_KEY_ID");
    endpoint = endpoint(stanza);
    identity =
        stanza.flag("auth_type_api_key")
            ? new ApiKeyIdentity(environment)
            : new InstanceIdentity(environment, clock);
  }

  /**
   * The service of {@code stanza}; asks nothing yet.
   *
   * @param environment the process's variables, where Oracle's own tools look too
   * @throws SealFault.Configuration where a parameter is missing or wrong
   */
  public static KeyService open(SealStanza stanza, Map<String, String> environment, Clock clock) {
    return new OciKmsService(stanza, environment, clock);
  }

  private static URI endpoint(SealStanza stanza) {
    String text =
        stanza.required("crypto_endpoint", "the vault's, or VAULT_OCIKMS_CRYPTO_ENDPOINT");
    return HttpCall.address("seal \"ocikms\": crypto_endpoint", text);
  }

  private interface Members {
    void write(JsonGenerator out);
  }

  private static JsonBody body(String key, Purpose purpose, Members members) {
    return out -> {
      out.writeStartObject();
      out.writeStringProperty("keyId", key);
      out.writeStringProperty("encryptionAlgorithm", MECHANISM);
      out.writeObjectPropertyStart("associatedData");
      out.writeStringProperty("strongroom", purpose.name());
      out.writeEndObject();
      members.write(out);
      out.writeEndObject();
    };
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    HttpAnswer answer =
        dataKey.withHeapCopy(
            bytes ->
                call(
                    "encrypt",
                    body(
                        keyId,
                        purpose,
                        out -> {
                          out.writeName("plaintext");
                          out.writeBinary(bytes);
                        }),
                    deadline));
    if (!answer.good()) {
      throw fault(answer, keyId);
    }
    return new EncryptedKey(keyId, MECHANISM, answer.needText("ciphertext").getBytes(US_ASCII));
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    String ciphertext = new String(encrypted.ciphertext(), US_ASCII);
    HttpAnswer answer =
        call(
            "decrypt",
            body(
                encrypted.keyId(),
                purpose,
                out -> out.writeStringProperty("ciphertext", ciphertext)),
            deadline);
    if (answer.status() == 400) {
      throw new SealFault.Data(
          answer.from() + ": " + encrypted.keyId() + " did not wrap this, or it is damaged", null);
    }
    if (!answer.good()) {
      throw fault(answer, encrypted.keyId());
    }
    return SecretBytes.takeFrom(answer.needBytes(Base64.getDecoder(), "plaintext"));
  }

  private HttpAnswer call(String operation, JsonBody body, Deadline deadline) {
    HttpAnswer answer = send(operation, body, deadline);
    if (answer.status() == 401) {
      identity.forget();
      answer = send(operation, body, deadline);
    }
    return answer;
  }

  private HttpAnswer send(String operation, JsonBody body, Deadline deadline) {
    return http.send(
        identity
            .signature(deadline)
            .post(
                endpoint.resolve(API + operation),
                Json.toBytes(body),
                OciSignature.FOR_SERVICES,
                clock.instant()),
        deadline);
  }

  private static SealFault fault(HttpAnswer answer, String key) {
    String message = answer.text("message").map(m -> ": " + m).orElse("");
    return answer.fault(
        answer.text("code").orElse("") + message,
        "the caller needs to use the key " + key + ", and its clock must be right");
  }

  @Override
  public Map<String, String> details() {
    return Map.of("key_id", keyId, "address", endpoint.getAuthority());
  }

  @Override
  public void close() {
    http.close();
    identity.close();
  }
}
