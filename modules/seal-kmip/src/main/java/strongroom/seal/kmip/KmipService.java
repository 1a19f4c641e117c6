package strongroom.seal.kmip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.EncryptedKey;
import strongroom.seal.envelope.KeyService;
import strongroom.seal.envelope.SealStanza;
import strongroom.secret.SecretBytes;
import strongroom.tls.ClientTls;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/**
 * Encrypts data keys by an AES key of a KMIP server (KMIP Specification 1.4, sections 4.29 Encrypt
 * and 4.30 Decrypt) in GCM, the purpose as associated data. Parameters and variables as in
 * OpenBao's seal {@code kmip}.
 */
public final class KmipService implements KeyService {
  private static final int PORT = 5696;
  private static final int TAG_BYTES = 16;
  private static final int OPERATION_ENCRYPT = 0x1F;
  private static final int OPERATION_DECRYPT = 0x20;
  private static final int ALGORITHM_AES = 3;
  private static final int MODE_GCM = 9;
  private static final int STATUS_SUCCESS = 0;
  private static final int REASON_CRYPTOGRAPHIC_FAILURE = 0x0A;
  private static final int REASON_GENERAL_FAILURE = 0x100;
  private static final String MECHANISM = "AES_GCM";

  private final String keyId;
  private final KmipConnection connection;

  private KmipService(SealStanza stanza) {
    keyId =
        stanza.required("kms_key_id", "the key's unique identifier, or BAO_KMIP_WRAPPER_KEY_ID");
    if (!stanza.text("encrypt_alg").orElse(MECHANISM).equals(MECHANISM)) {
      throw stanza.wrong("encrypt_alg", "this version knows AES_GCM only");
    }
    String endpoint = stanza.required("endpoint", "host and port, or BAO_KMIP_ENDPOINT");
    int colon = endpoint.lastIndexOf(':');
    boolean named = colon > endpoint.lastIndexOf(']');
    String host = (named ? endpoint.substring(0, colon) : endpoint).replaceAll("[\\[\\]]", "");
    String port = named ? endpoint.substring(colon + 1) : Integer.toString(PORT);
    if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
      throw stanza.wrong("endpoint", "is not host:port");
    }
    List<String> suites =
        stanza
            .text("tls12_ciphers")
            .map(text -> Arrays.stream(text.split(",", -1)).map(String::strip).toList())
            .orElse(List.of());
    connection =
        new KmipConnection(
            host,
            Integer.parseInt(port),
            stanza.text("server_name").orElse(host),
            tls(stanza),
            suites);
  }

  /**
   * The service of {@code stanza}; asks nothing yet.
   *
   * @throws SealFault.Configuration where a parameter is missing or wrong, or a file is no key or
   *     certificate
   */
  public static KeyService open(SealStanza stanza) {
    return new KmipService(stanza);
  }

  private static SSLContext tls(SealStanza stanza) {
    String certificate = stanza.required("client_cert", "a certificate: a path or PEM");
    Optional<String> authorities = stanza.text("ca_cert");
    try (SecretBytes key =
        stanza
            .secrets()
            .take("client_key")
            .orElseThrow(() -> stanza.wrong("client_key", "is required: a path or PEM"))) {
      return new ClientTls(
              authorities
                  .map(given -> Pem.of("ca_cert", given.getBytes(UTF_8)).certificates())
                  .orElseGet(List::of),
              Optional.of(
                  new ClientTls.Identity(
                      key.withHeapCopy(bytes -> Pem.of("client_key", bytes).privateKey()),
                      Pem.of("client_cert", certificate.getBytes(UTF_8)).certificates())),
              Optional.empty(),
              false)
          .context();
    } catch (PemFault e) {
      throw new SealFault.Configuration("seal \"kmip\": " + e.getMessage(), e);
    }
  }

  private static Ttlv parameters() {
    return Ttlv.Structure.of(
        Tag.CRYPTOGRAPHIC_PARAMETERS,
        new Ttlv.Enumeration(Tag.BLOCK_CIPHER_MODE, MODE_GCM),
        new Ttlv.Enumeration(Tag.CRYPTOGRAPHIC_ALGORITHM, ALGORITHM_AES),
        new Ttlv.Whole(Tag.TAG_LENGTH, TAG_BYTES));
  }

  private static Ttlv associated(Purpose purpose) {
    return new Ttlv.Bytes(Tag.ASSOCIATED_DATA, ("strongroom kmip " + purpose).getBytes(UTF_8));
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    Ttlv.Structure made =
        dataKey.withHeapCopy(
            bytes ->
                call(
                    OPERATION_ENCRYPT,
                    Ttlv.Structure.of(
                        Tag.REQUEST_PAYLOAD,
                        new Ttlv.Text(Tag.UNIQUE_IDENTIFIER, keyId),
                        parameters(),
                        new Ttlv.Bytes(Tag.DATA, bytes),
                        associated(purpose)),
                    deadline));
    byte[] iv = need(made, Tag.IV);
    byte[] tag = need(made, Tag.AUTHENTICATION_TAG);
    byte[] data = need(made, Tag.DATA);
    byte[] ciphertext =
        ByteBuffer.allocate(2 + iv.length + tag.length + data.length)
            .put((byte) iv.length)
            .put(iv)
            .put((byte) tag.length)
            .put(tag)
            .put(data)
            .array();
    return new EncryptedKey(keyId, MECHANISM, ciphertext);
  }

  private byte[] need(Ttlv.Structure payload, int tag) {
    byte[] bytes = payload.bytes(tag).orElseThrow(() -> unclear("it lacks a value of its answer"));
    if (bytes.length > 255) {
      throw unclear("a value of its answer is too long");
    }
    return bytes;
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    ByteBuffer parts = ByteBuffer.wrap(encrypted.ciphertext());
    byte[] iv = part(parts);
    byte[] tag = part(parts);
    byte[] data = new byte[parts.remaining()];
    parts.get(data);
    // A shorter tag would be easier to guess.
    if (tag.length != TAG_BYTES || !encrypted.mechanism().equals(MECHANISM)) {
      throw new SealFault.Data("what is to be unwrapped is damaged", null);
    }
    Ttlv.Structure made =
        call(
            OPERATION_DECRYPT,
            Ttlv.Structure.of(
                Tag.REQUEST_PAYLOAD,
                new Ttlv.Text(Tag.UNIQUE_IDENTIFIER, encrypted.keyId()),
                parameters(),
                new Ttlv.Bytes(Tag.DATA, data),
                new Ttlv.Bytes(Tag.IV, iv),
                associated(purpose),
                new Ttlv.Bytes(Tag.AUTHENTICATION_TAG, tag)),
            deadline);
    return SecretBytes.takeFrom(need(made, Tag.DATA));
  }

  private static byte[] part(ByteBuffer from) {
    int length = from.hasRemaining() ? from.get() & 0xff : 0;
    if (length == 0 || length > from.remaining()) {
      throw new SealFault.Data("what is to be unwrapped is damaged", null);
    }
    byte[] part = new byte[length];
    from.get(part);
    return part;
  }

  private Ttlv.Structure call(int operation, Ttlv.Structure payload, Deadline deadline) {
    Ttlv request =
        Ttlv.Structure.of(
            Tag.REQUEST_MESSAGE,
            Ttlv.Structure.of(
                Tag.REQUEST_HEADER,
                Ttlv.Structure.of(
                    Tag.PROTOCOL_VERSION,
                    new Ttlv.Whole(Tag.PROTOCOL_VERSION_MAJOR, 1),
                    new Ttlv.Whole(Tag.PROTOCOL_VERSION_MINOR, 4)),
                new Ttlv.Whole(Tag.BATCH_COUNT, 1)),
            Ttlv.Structure.of(
                Tag.BATCH_ITEM, new Ttlv.Enumeration(Tag.OPERATION, operation), payload));
    byte[] answer = connection.exchange(request.encode(), deadline);
    try {
      if (Ttlv.decode(answer) instanceof Ttlv.Structure message
          && message.tag() == Tag.RESPONSE_MESSAGE) {
        return payload(message, payload.text(Tag.UNIQUE_IDENTIFIER).orElse(""));
      }
      throw unclear("its answer is no KMIP response");
    } catch (Ttlv.Malformed e) {
      throw unclear("its answer is no KMIP: " + e.getMessage());
    } finally {
      Arrays.fill(answer, (byte) 0);
    }
  }

  private Ttlv.Structure payload(Ttlv.Structure message, String key) {
    Ttlv.Structure item =
        message.structure(Tag.BATCH_ITEM).orElseThrow(() -> unclear("its answer is empty"));
    if (item.number(Tag.RESULT_STATUS).orElse(1) != STATUS_SUCCESS) {
      throw refused(item, key);
    }
    return item.structure(Tag.RESPONSE_PAYLOAD)
        .orElseThrow(() -> unclear("its answer has no payload"));
  }

  private SealFault refused(Ttlv.Structure item, String key) {
    int reason = item.number(Tag.RESULT_REASON).orElse(REASON_GENERAL_FAILURE);
    String from = "the KMIP server at " + connection.authority();
    if (reason == REASON_CRYPTOGRAPHIC_FAILURE) {
      return new SealFault.Data(
          from + ": the key " + key + " did not wrap this, or it is damaged", null);
    }
    String said =
        item.text(Tag.RESULT_MESSAGE).map(m -> m.replaceAll("\\p{Cntrl}+", " ")).orElse("");
    String message =
        "%s refused: reason 0x%02X, %s"
            .formatted(from, reason, said.length() > 300 ? said.substring(0, 300) : said);
    return reason == REASON_GENERAL_FAILURE
        ? new SealFault.Away(message, null)
        : new SealFault.Configuration(
            message
                + "; the key "
                + key
                + " must be an active AES key that this client may encrypt and decrypt with",
            null);
  }

  private SealFault.Away unclear(String why) {
    return new SealFault.Away("the KMIP server at " + connection.authority() + ": " + why, null);
  }

  @Override
  public Map<String, String> details() {
    return Map.of("key_id", keyId, "address", connection.authority());
  }

  /** No connection outlives a call. */
  @Override
  public void close() {}
}
