package strongroom.seal.envelope;

import java.util.Map;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/**
 * What encrypts data keys of 32 bytes with a key that it does not hand out. Safe for several
 * threads; both calls end by their deadline, with a result or a {@link SealFault}.
 */
public interface KeyService extends AutoCloseable {
  /**
   * Encrypts {@code dataKey} by the key that the configuration names.
   *
   * @param purpose is bound in where the service knows associated data; the envelope binds it too
   * @throws SealFault.Away where the service cannot be reached or is too busy
   * @throws SealFault.Configuration where the service refuses: credentials, key, permission
   */
  EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline);

  /**
   * Decrypts what {@link #encrypt} gave, by the key that made it, whatever the configuration names
   * now. The caller closes the result.
   *
   * @throws SealFault.Data where the service says that it did not make {@code encrypted}
   * @throws SealFault.Away as for encrypt
   * @throws SealFault.Configuration as for encrypt
   */
  SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline);

  /** What operators know it by: {@code key_id}, {@code address}…; never a secret. Never blocks. */
  Map<String, String> details();

  /** Ends connections. */
  @Override
  void close();
}
