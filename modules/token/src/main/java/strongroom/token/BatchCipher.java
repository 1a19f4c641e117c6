package strongroom.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.RefusedException;
import strongroom.secret.SecretBytes;

/**
 * Batch tokens: {@code hvb.} and, in Base64 for URLs, a nonce of 96 bits and the token's entry in
 * AES-256-GCM. Nothing of them is stored, so they can be made without a commit and cannot be
 * revoked one by one.
 */
final class BatchCipher implements AutoCloseable {
  private static final int NONCE_LENGTH = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] PURPOSE = "batch token 1".getBytes(StandardCharsets.US_ASCII);

  private final SecretBytes key;
  private final SecureRandom random;

  /** Encrypts under {@code key}, 32 bytes, which this closes. */
  BatchCipher(SecretBytes key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  String seal(TokenEntry entry) {
    byte[] nonce = new byte[NONCE_LENGTH];
    random.nextBytes(nonce);
    byte[] sealed = apply(Cipher.ENCRYPT_MODE, nonce, Json.toBytes(entry.toJson()));
    byte[] whole = Arrays.copyOf(nonce, NONCE_LENGTH + sealed.length);
    System.arraycopy(sealed, 0, whole, NONCE_LENGTH, sealed.length);
    return TokenText.BATCH_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
  }

  /** The entry in {@code token}, or empty where it is none of ours. */
  Optional<TokenEntry> open(String token) {
    try {
      byte[] whole =
          Base64.getUrlDecoder().decode(token.substring(TokenText.BATCH_PREFIX.length()));
      if (whole.length <= NONCE_LENGTH) {
        return Optional.empty();
      }
      byte[] nonce = Arrays.copyOf(whole, NONCE_LENGTH);
      byte[] sealed = Arrays.copyOfRange(whole, NONCE_LENGTH, whole.length);
      JsonObject json = Json.parseObject(apply(Cipher.DECRYPT_MODE, nonce, sealed));
      return Optional.of(TokenEntry.fromJson(json));
    } catch (IllegalArgumentException | NotAuthentic | Json.MalformedJson | RefusedException e) {
      return Optional.empty();
    }
  }

  private byte[] apply(int mode, byte[] nonce, byte[] in) {
    return key.withHeapCopy(
        bytes -> {
          try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                mode, new SecretKeySpec(bytes, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(PURPOSE);
            return cipher.doFinal(in);
          } catch (GeneralSecurityException e) {
            throw new NotAuthentic(e);
          }
        });
  }

  @Override
  public void close() {
    key.close();
  }

  private static final class NotAuthentic extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotAuthentic(GeneralSecurityException cause) {
      super("the batch token does not authenticate", cause);
    }
  }
}
