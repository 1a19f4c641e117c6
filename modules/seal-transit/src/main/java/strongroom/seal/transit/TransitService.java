package strongroom.seal.transit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import strongroom.logical.JsonBody;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.EncryptedKey;
import strongroom.seal.envelope.KeyService;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.HttpAnswer;
import strongroom.secret.SecretBytes;

/**
 * Encrypts data keys by a key of another server's transit engine (Vault API, {@code
 * transit/encrypt/:name} and {@code transit/decrypt/:name}). Parameters and variables as in Vault's
 * seal {@code transit}.
 */
public final class TransitService implements KeyService {
  private static final String MECHANISM = "transit";

  private final String mount;
  private final String keyName;
  private final boolean renews;
  private final TransitClient client;
  private final TokenRenewal renewal;

  private TransitService(SealStanza stanza) {
    mount = stanza.required("mount_path", "where transit is mounted there: transit/");
    keyName = stanza.required("key_name", "a key of transit");
    renews = !stanza.flag("disable_renewal");
    client = new TransitClient(stanza);
    renewal = new TokenRenewal(client, stanza.name());
  }

  /**
   * The service of {@code stanza}; asks nothing yet.
   *
   * @throws SealFault.Configuration where a parameter is missing or wrong
   */
  public static KeyService open(SealStanza stanza) {
    return new TransitService(stanza);
  }

  private String path(String operation, String key) {
    return TransitClient.path(mount) + "/" + operation + "/" + TransitClient.path(key);
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    HttpAnswer answer =
        dataKey.withHeapCopy(
            bytes -> {
              JsonBody body =
                  out -> {
                    out.writeStartObject();
                    out.writeName("plaintext");
                    out.writeBinary(bytes);
                    out.writeEndObject();
                  };
              return checked(client.post(path("encrypt", keyName), body, deadline), keyName);
            });
    String ciphertext = answer.needText("data", "ciphertext");
    return new EncryptedKey(keyName, MECHANISM, ciphertext.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    String ciphertext = new String(encrypted.ciphertext(), StandardCharsets.UTF_8);
    JsonBody body =
        out -> {
          out.writeStartObject();
          out.writeStringProperty("ciphertext", ciphertext);
          out.writeEndObject();
        };
    String key = encrypted.keyId();
    HttpAnswer answer = client.post(path("decrypt", key), body, deadline);
    // A key that is missing may come back; what another key made stays another key's.
    if (answer.status() == 400 && !TransitClient.reason(answer).contains("key not found")) {
      throw new SealFault.Data(
          answer.from()
              + ": the transit key \""
              + key
              + "\" did not wrap this, or its version is no longer there, or it is damaged",
          null);
    }
    return SecretBytes.takeFrom(
        checked(answer, key).needBytes(Base64.getDecoder(), "data", "plaintext"));
  }

  private HttpAnswer checked(HttpAnswer answer, String key) {
    if (!answer.good()) {
      String path = mount.replaceAll("/+$", "") + "/encrypt/" + key;
      throw answer.fault(
          TransitClient.reason(answer),
          "the token needs update on "
              + path
              + " and "
              + path.replace("/encrypt/", "/decrypt/")
              + ", and the key must be there");
    }
    if (renews) {
      renewal.start();
    }
    return answer;
  }

  @Override
  public Map<String, String> details() {
    return Map.of("address", client.authority(), "mount_path", mount, "key_id", keyName);
  }

  @Override
  public void close() {
    renewal.close();
    client.close();
  }
}
