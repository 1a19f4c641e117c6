package strongroom.seal.awskms;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/**
 * Encrypts data keys by a symmetric key in AWS KMS (AWS KMS API Reference: Encrypt, Decrypt). The
 * purpose is the encryption context {@code strongroom}, so CloudTrail shows it and a key policy can
 * ask for it. Parameters and variables as in Vault's seal {@code awskms}.
 */
public final class AwsKmsService implements KeyService {
  private static final String MECHANISM = "SYMMETRIC_DEFAULT";

  /** What KMS answers where it did not make the ciphertext, or another key did. */
  private static final Set<String> NOT_OURS =
      Set.of("InvalidCiphertextException", "IncorrectKeyException");

  /** What passes by itself though the status is 400. */
  private static final Set<String> PASSING =
      Set.of(
          "ThrottlingException",
          "LimitExceededException",
          "KeyUnavailableException",
          "DependencyTimeoutException",
          "KMSInternalException");

  /** Whose messages say more than their names, and nothing that was sent in secret. */
  private static final Set<String> TELLING =
      Set.of(
          "AccessDeniedException",
          "NotFoundException",
          "DisabledException",
          "KMSInvalidStateException",
          "InvalidKeyUsageException",
          "ValidationException");

  /** What refuses temporary credentials that have come to their end. */
  private static final Set<String> EXPIRED =
      Set.of("ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException");

  private final String keyId;
  private final String region;
  private final URI endpoint;
  private final SignatureV4 signature;
  private final Clock clock;
  private final HttpService http = new HttpService("AWS KMS", Optional.empty());
  private final RoleCredentials roles;
  private final CredentialChain credentials;

  private AwsKmsService(SealStanza stanza, Map<String, String> environment, Clock clock) {
    this.clock = clock;
    keyId = stanza.required("kms_key_id", "a key's id, ARN or alias; or VAULT_AWSKMS_SEAL_KEY_ID");
    ProfileCredentials profile = new ProfileCredentials(environment);
    region =
        stanza.text("region").or(() -> regionOf(keyId)).or(profile::region).orElse("us-east-1");
    endpoint = endpoint(stanza, region);
    signature = new SignatureV4(region, "kms");
    roles = new RoleCredentials(environment, region);
    List<CredentialSource> sources = new ArrayList<>();
    sources.add(new StanzaCredentials(stanza));
    sources.add(roles.sources().getFirst());
    sources.add(profile);
    sources.addAll(roles.sources().subList(1, roles.sources().size()));
    credentials = new CredentialChain(sources, clock);
  }

  /**
   * The service of {@code stanza}; asks nothing yet.
   *
   * @param environment the process's variables, where AWS's own tools look too
   * @throws SealFault.Configuration where a parameter is missing or wrong
   */
  public static KeyService open(SealStanza stanza, Map<String, String> environment, Clock clock) {
    return new AwsKmsService(stanza, environment, clock);
  }

  /** The domain of a region's services. */
  static String domain(String region) {
    return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  }

  private static Optional<String> regionOf(String keyId) {
    String[] parts = keyId.split(":", -1);
    return parts.length >= 6 && parts[0].equals("arn") && !parts[3].isEmpty()
        ? Optional.of(parts[3])
        : Optional.empty();
  }

  private static URI endpoint(SealStanza stanza, String region) {
    if (!region.matches("[a-z0-9-]+")) {
      throw stanza.wrong("region", "is no region, such as us-east-1");
    }
    String text =
        stanza.text("endpoint").orElse("https://kms." + region + "." + domain(region) + "/");
    URI uri =
        HttpCall.address(
            "seal \"awskms\": endpoint", text.contains("://") ? text : "https://" + text);
    return uri.getRawPath().isEmpty() ? uri.resolve("/") : uri;
  }

  private static JsonBody context(Purpose purpose, String dataName, byte[] data, String key) {
    return out -> {
      out.writeStartObject();
      out.writeStringProperty("KeyId", key);
      out.writeName(dataName);
      out.writeBinary(data);
      out.writeObjectPropertyStart("EncryptionContext");
      out.writeStringProperty("strongroom", purpose.name());
      out.writeEndObject();
      out.writeEndObject();
    };
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    HttpAnswer answer =
        dataKey.withHeapCopy(
            bytes -> call("Encrypt", context(purpose, "Plaintext", bytes, keyId), deadline));
    return new EncryptedKey(
        answer.text("KeyId").orElse(keyId),
        MECHANISM,
        answer.needBytes(Base64.getDecoder(), "CiphertextBlob"));
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    HttpAnswer answer =
        call(
            "Decrypt",
            context(purpose, "CiphertextBlob", encrypted.ciphertext(), encrypted.keyId()),
            deadline);
    return SecretBytes.takeFrom(answer.needBytes(Base64.getDecoder(), "Plaintext"));
  }

  private HttpAnswer call(String operation, JsonBody body, Deadline deadline) {
    HttpAnswer answer = send(operation, body, deadline);
    if (!answer.good() && EXPIRED.contains(errorType(answer))) {
      credentials.forget();
      answer = send(operation, body, deadline);
    }
    if (!answer.good()) {
      throw fault(answer);
    }
    return answer;
  }

  private HttpAnswer send(String operation, JsonBody body, Deadline deadline) {
    byte[] bytes = Json.toBytes(body);
    Map<String, String> headers =
        Map.of(
            "content-type",
            "application/x-amz-json-1.1",
            "x-amz-target",
            "TrentService." + operation);
    try (AwsCredentials who = credentials.take(deadline)) {
      Map<String, String> signed = signature.sign(endpoint, headers, bytes, who, clock.instant());
      return http.send(new HttpCall("POST", endpoint, signed, bytes), deadline);
    }
  }

  /** {@code com.amazonaws.kms#NotFoundException} is told as {@code NotFoundException}. */
  private static String errorType(HttpAnswer answer) {
    String type = answer.text("__type").orElse("");
    return type.substring(type.lastIndexOf('#') + 1);
  }

  private SealFault fault(HttpAnswer answer) {
    String type = errorType(answer);
    if (NOT_OURS.contains(type)) {
      return new SealFault.Data(
          answer.from() + ": " + type + ": another key wrapped this, or it is damaged", null);
    }
    if (PASSING.contains(type)) {
      return new SealFault.Away(answer.from() + ": " + type, null);
    }
    String said =
        TELLING.contains(type)
            ? answer.text("message").or(() -> answer.text("Message")).map(m -> ": " + m).orElse("")
            : "";
    return answer.fault(
        type + said,
        "see the credentials, the clock, kms_key_id, the region "
            + region
            + " and that the key's policy allows kms:Encrypt and kms:Decrypt");
  }

  @Override
  public Map<String, String> details() {
    return Map.of("key_id", keyId, "region", region, "address", endpoint.getAuthority());
  }

  @Override
  public void close() {
    http.close();
    roles.close();
    credentials.close();
  }
}
