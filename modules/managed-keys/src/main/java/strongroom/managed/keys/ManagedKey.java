package strongroom.managed.keys;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import strongroom.secret.SecretBytes;

/**
 * A key that lives outside of the server. Engines use it in place of a key of their own; the key
 * itself is never here. Every call may wait for the device, up to its deadline, and ends by result
 * or by {@link ManagedKeyFault}. Safe for several threads.
 */
public interface ManagedKey {
  /** The public half as a {@code SubjectPublicKeyInfo} in DER; empty where the key is symmetric. */
  Optional<byte[]> publicKey();

  /**
   * The schemes that it signs by; empty where it does not sign.
   *
   * @return the preferred one first
   */
  List<SignatureScheme> schemes();

  /**
   * Signs what {@link SignatureScheme#hash} made of a message: its digest, or for EdDSA the message
   * itself.
   *
   * @return of ECDSA in DER (X9.62), of EdDSA as in RFC 8032, of RSA as in RFC 8017
   * @throws ManagedKeyFault.Unsupported where the key does not sign so
   */
  byte[] signPrepared(SignatureScheme scheme, byte[] prepared);

  /**
   * Whether {@code signature} is this key's for what {@link SignatureScheme#hash} made of a
   * message. A signature of any wrong form is just not right.
   */
  boolean verifyPrepared(SignatureScheme scheme, byte[] prepared, byte[] signature);

  /**
   * Encrypts.
   *
   * @param aad bound to the ciphertext; must be empty with RSA
   * @return all that {@link #decrypt} needs: by AES-GCM the IV of 12 bytes, ciphertext and tag
   */
  byte[] encrypt(SecretBytes plaintext, byte[] aad);

  /**
   * Decrypts what {@link #encrypt} made; the caller closes the result.
   *
   * @throws ManagedKeyFault.Rejected where it is damaged or of another key
   */
  SecretBytes decrypt(byte[] ciphertext, byte[] aad);

  /** Signs {@code message}. */
  default byte[] sign(SignatureScheme scheme, byte[] message) {
    return signPrepared(scheme, prepared(scheme, message));
  }

  /** Whether {@code signature} is this key's for {@code message}. */
  default boolean verify(SignatureScheme scheme, byte[] message, byte[] signature) {
    return verifyPrepared(scheme, prepared(scheme, message), signature);
  }

  private static byte[] prepared(SignatureScheme scheme, byte[] message) {
    if (scheme.kind() == SignatureScheme.Kind.EDDSA) {
      return message;
    }
    try {
      return MessageDigest.getInstance(scheme.hash().javaName()).digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(scheme.hash().javaName() + " is not to be had", e);
    }
  }
}
