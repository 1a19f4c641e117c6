package strongroom.hsm;

import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import strongroom.secret.SecretBytes;

/**
 * An HSM token in use, made by {@link HsmLibrary#token}. Connects with the first call: finds its
 * slot, logs in once, and keeps sessions for the calls. What an HSM loses by itself it gets back by
 * itself: session, login, device. Every call ends within {@link TokenSettings#callMax} by result or
 * by {@link HsmFault}.
 *
 * <p>It never logs out, since that ends the login of all sessions of the process. Safe for several
 * threads.
 */
public sealed interface HsmToken extends AutoCloseable permits LocalToken, IsolatedToken {
  /** The slot it is connected to; connects where it is not. */
  Slot slot();

  /** What the HSM token offers of what is used here; {@link HsmLibrary#mechanisms} tells of all. */
  List<MechanismInfo> mechanisms();

  /** What it offers of {@code mechanism}; empty where it does not have it. */
  default Optional<MechanismInfo> mechanism(Mechanism mechanism) {
    return mechanisms().stream().filter(m -> m.mechanism().equals(mechanism)).findFirst();
  }

  /** The keys that fit {@code search}. */
  List<HsmKey> keys(KeySearch search);

  /**
   * Makes a key and reads back that it is sensitive, not extractable and of the right size.
   *
   * @return the key; of a pair, the private half
   * @throws HsmFault.Unsound where the HSM made something less safe, which is destroyed again
   */
  HsmKey generate(NewKey wanted);

  /** Destroys the key object. */
  void destroy(HsmKey key);

  /** Encrypts; the result carries the IV that was used. */
  Encrypted encrypt(HsmKey key, CipherMode mode, SecretBytes plaintext);

  /** Decrypts; the caller closes the result. */
  SecretBytes decrypt(HsmKey key, CipherMode mode, byte[] ciphertext);

  /** Signs {@code data} by a mechanism without a parameter, such as an HMAC. */
  byte[] sign(HsmKey key, Mechanism mechanism, byte[] data);

  /** Whether {@code signature} is {@code key}'s for {@code data}. */
  boolean verify(HsmKey key, Mechanism mechanism, byte[] data, byte[] signature);

  /**
   * Wraps {@code secret} by AES key wrap with padding (RFC 5649). Give it a multiple of 8 bytes:
   * SoftHSM does not take the padding off again.
   */
  byte[] wrap(HsmKey key, Mechanism mechanism, SecretBytes secret);

  /** Unwraps what {@link #wrap} made; the caller closes the result. */
  SecretBytes unwrap(HsmKey key, Mechanism mechanism, byte[] wrapped);

  /** Random bytes of the HSM. */
  byte[] random(int length);

  /** The public half of an RSA pair, read from the HSM, for encrypting outside it. */
  RSAPublicKey publicKey(HsmKey key);

  /** How many calls missed their deadline and hang in the library of this process still. */
  int hungCalls();

  /** Its sessions, from memory; of an isolated library those of all its tokens, a call ago. */
  HsmSessions sessions();

  /** Closes idle sessions. Calls in flight end by themselves. */
  @Override
  void close();
}
