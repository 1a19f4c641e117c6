package strongroom.seal.statickey;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.AesGcm;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.EncryptedKey;
import strongroom.seal.envelope.KeyService;
import strongroom.seal.envelope.SealStanza;
import strongroom.secret.SecretBytes;

/**
 * Encrypts data keys by {@code current_key}; decrypts by the key whose id a blob names, which may
 * be {@code previous_key}. Both are taken anew for each call, so that a reload counts. Parameters
 * as in OpenBao's seal {@code static}.
 */
public final class StaticKeyService implements KeyService {
  private static final String MECHANISM = "AES-256-GCM";

  private final SealStanza stanza;
  private final SecureRandom random;
  private final String currentId;
  private final Optional<String> previousId;

  private StaticKeyService(SealStanza stanza, SecureRandom random) {
    this.stanza = stanza;
    this.random = random;
    currentId = stanza.required("current_key_id", "a name for the key that stays with it");
    previousId = stanza.text("previous_key_id");
  }

  /**
   * The service of {@code stanza}.
   *
   * @throws SealFault.Configuration where a key is missing, is no AES-256 key, or two have one id
   */
  public static KeyService open(SealStanza stanza, SecureRandom random) {
    StaticKeyService service = new StaticKeyService(stanza, random);
    service.check();
    return service;
  }

  private void check() {
    try (SecretBytes current = takeKey("current_key")) {
      if (previousId.isEmpty()) {
        stanza
            .secrets()
            .take("previous_key")
            .ifPresent(
                key -> {
                  key.close();
                  throw stanza.wrong("previous_key_id", "is required with previous_key");
                });
        return;
      }
      try (SecretBytes previous = takeKey("previous_key")) {
        if (previous.contentEquals(current) != previousId.get().equals(currentId)) {
          throw stanza.wrong(
              "previous_key_id", "two keys need two ids, and one key must not have two");
        }
      }
    }
  }

  @Override
  public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
    byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
    random.nextBytes(nonce);
    try (SecretBytes key = takeKey("current_key")) {
      byte[] sealed = AesGcm.encrypt(key, nonce, associated(currentId, purpose), dataKey);
      byte[] ciphertext = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, ciphertext, nonce.length, sealed.length);
      return new EncryptedKey(currentId, MECHANISM, ciphertext);
    }
  }

  @Override
  public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
    String id = encrypted.keyId();
    byte[] ciphertext = encrypted.ciphertext();
    if (ciphertext.length < AesGcm.NONCE_LENGTH) {
      throw damaged(id);
    }
    byte[] nonce = Arrays.copyOf(ciphertext, AesGcm.NONCE_LENGTH);
    byte[] sealed = Arrays.copyOfRange(ciphertext, AesGcm.NONCE_LENGTH, ciphertext.length);
    try (SecretBytes key = takeKey(keyNamed(id))) {
      return AesGcm.decrypt(key, nonce, associated(id, purpose), sealed)
          .orElseThrow(() -> damaged(id));
    }
  }

  private static SealFault.Data damaged(String id) {
    return new SealFault.Data(
        "the static key \""
            + id
            + "\" is not the one that wrapped this, or what it wrapped is damaged",
        null);
  }

  private String keyNamed(String id) {
    if (id.equals(currentId)) {
      return "current_key";
    }
    if (previousId.filter(id::equals).isPresent()) {
      return "previous_key";
    }
    throw new SealFault.Configuration(
        "this was wrapped by the static key \""
            + id
            + "\", and the stanza has \""
            + currentId
            + "\""
            + previousId.map(p -> " and \"" + p + "\"").orElse("")
            + ": give it as previous_key_id and previous_key",
        null);
  }

  private static byte[] associated(String id, Purpose purpose) {
    return ("strongroom static " + purpose + " " + id).getBytes(StandardCharsets.UTF_8);
  }

  private SecretBytes takeKey(String name) {
    try (SecretBytes given =
        stanza
            .secrets()
            .take(name)
            .orElseThrow(
                () -> stanza.wrong(name, "is required: 32 bytes, or their hex or Base64"))) {
      return given
          .withHeapCopy(StaticKey::decode)
          .orElseThrow(
              () -> stanza.wrong(name, "must be 32 bytes, or 32 bytes in hexadecimal or Base64"));
    }
  }

  @Override
  public Map<String, String> details() {
    return Map.of("key_id", currentId);
  }

  /** Holds nothing. */
  @Override
  public void close() {}
}
