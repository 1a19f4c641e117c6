package strongroom.seal.gcpckms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
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
import strongroom.seal.http.HttpCall;
import strongroom.seal.http.HttpService;
import strongroom.secret.SecretBytes;

/**
 * Encrypts data keys by a symmetric key in Google Cloud KMS (Cloud KMS REST API v1: {@code
 * cryptoKeys.encrypt}, {@code cryptoKeys.decrypt}), the purpose as additional authenticated data.
 * Parameters and variables as in Vault's seal {@code gcpckms}.
 */
public final class GcpKmsService implements KeyService {
  private static final String MECHANISM = "GOOGLE_SYMMETRIC_ENCRYPTION";
  private static final String ENDPOINT = "https://cloudkms.googleapis.com/";

  /** The name of a key or of one of its versions; the key's own part is the first group. */
  private static final Pattern KEY_NAME =
      Pattern.compile(
          "(projects/[\\w.:-]+/locations/[\\w-]+/keyRings/[\\w-]+/cryptoKeys/[\\w-]+)"
              + "(?:/cryptoKeyVersions/\\d+)?");

  private final String key;
  private final String endpoint;
  private final String authority;
  private final GoogleToken tokens;
  private final AuthorizedService kms;

  private GcpKmsService(SealStanza stanza, Map<String, String> environment, Clock clock) {
    key =
        "projects/"
            + stanza.required("project", "the key's project, or GOOGLE_PROJECT")
            + "/locations/"
            + stanza.required("region", "the key ring's location, or GOOGLE_REGION")
            + "/keyRings/"
            + stanza.required("key_ring", "a key ring, or VAULT_GCPCKMS_SEAL_KEY_RING")
            + "/cryptoKeys/"
            + stanza.required("crypto_key", "a key, or VAULT_GCPCKMS_SEAL_CRYPTO_KEY");
    if (!KEY_NAME.matcher(key).matches()) {
      throw stanza.wrong("crypto_key", "with project, region and key_ring is no name of a key");
    }
    endpoint =
        environment
                .getOrDefault("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", ENDPOINT)
                .replaceAll("/+$", "")
            + "/v1/";
    authority =
        HttpCall.address("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", endpoint).getAuthority();
    tokens = new GoogleToken(stanza, environment, clock);
    kms =
        new AuthorizedService(
            new HttpService("Google Cloud KMS", Optional.empty()), new CachedToken(tokens, clock));
  }

  /**
   * The service of {@code stanza}; asks nothing yet.
   *
   * @param environment the process's variables, where Google's own tools look too
   * @throws SealFault.Configuration where a parameter is missing or wrong
   */
  public static KeyService open(SealStanza stanza, Map<String, String> environment, Clock clock) {
    return new GcpKmsService(stanza, environment, clock);
  }

  private static JsonBody body(Purpose purpose, String name, byte[] data) {
    return out -> {
      out.writeStartObject();
      out.writeName(name);
      out.writeBinary(data);
      out.writeName("additionalAuthenticatedData");
      out.writeBinary(("strongroom " + purpose).getBytes(UTF_8));
      out.writeEndObject();
    };
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    HttpAnswer answer =
        dataKey.withHeapCopy(
            bytes ->
                kms.post(
                    URI.create(endpoint + key + ":encrypt"),
                    body(purpose, "plaintext", bytes),
                    deadline));
    if (!answer.good()) {
      throw fault(answer, key);
    }
    return new EncryptedKey(
        answer.text("name").filter(n -> KEY_NAME.matcher(n).matches()).orElse(key),
        MECHANISM,
        answer.needBytes(Base64.getDecoder(), "ciphertext"));
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    // It goes into an address, and whoever can write to storage can write it.
    var name = KEY_NAME.matcher(encrypted.keyId());
    if (!name.matches()) {
      throw new SealFault.Data("what is to be unwrapped names no key of Cloud KMS", null);
    }
    String wrappedBy = name.group(1);
    HttpAnswer answer =
        kms.post(
            URI.create(endpoint + wrappedBy + ":decrypt"),
            body(purpose, "ciphertext", encrypted.ciphertext()),
            deadline);
    if (answer.status() == 400 && isInvalidArgument(answer)) {
      throw new SealFault.Data(
          answer.from() + ": " + wrappedBy + " did not wrap this, or it is damaged", null);
    }
    if (!answer.good()) {
      throw fault(answer, wrappedBy);
    }
    return SecretBytes.takeFrom(answer.needBytes(Base64.getDecoder(), "plaintext"));
  }

  private static boolean isInvalidArgument(HttpAnswer answer) {
    return answer.text("error", "status").filter("INVALID_ARGUMENT"::equals).isPresent();
  }

  private static SealFault fault(HttpAnswer answer, String key) {
    return answer.fault(
        answer.text("error", "message").orElse(""),
        "the caller needs cloudkms.cryptoKeyVersions.useToEncrypt and useToDecrypt on " + key);
  }

  @Override
  public Map<String, String> details() {
    return Map.of("key_id", key, "address", authority);
  }

  @Override
  public void close() {
    kms.close();
    tokens.close();
  }
}
