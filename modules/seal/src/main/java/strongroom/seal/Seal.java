package strongroom.seal;

import java.util.Map;
import strongroom.secret.SecretBytes;

/**
 * Wraps and unwraps the root key and the recovery key with a key that is not stored beside them.
 * Every call ends within the seal's own deadline, by result or by {@link SealFault}; calls may
 * block until then, so nothing that answers a client from memory makes them. Safe for several
 * threads.
 */
public interface Seal extends AutoCloseable {
  /** What {@code sys/seal-status} calls {@code type}: {@code pkcs11}, {@code shamir}. */
  String type();

  /** Its name in the configuration, by default its type. */
  String name();

  /** Whether a node unseals by this seal alone, without key shares. */
  boolean unsealsByItself();

  /**
   * Shows that the seal can do its work: reachable, logged in, keys there, one wrap and unwrap of
   * random bytes compared. Writes nothing to storage.
   *
   * @param mayGenerateKey whether a missing key may be made now, where the configuration allows it:
   *     true at initialization only
   * @throws SealFault that says what is wrong and what to do; {@link SealFault.KeyToBeMade} where
   *     only a key is missing that the configuration allows to be made
   */
  void prove(boolean mayGenerateKey);

  /**
   * Wraps {@code plaintext}. The result carries what is needed to find the key again: format
   * version, seal type, key label and id, mechanism. It can be unwrapped for the same purpose only.
   */
  byte[] wrap(Purpose purpose, SecretBytes plaintext);

  /**
   * Unwraps what {@link #wrap} made. The caller closes the result.
   *
   * @throws SealFault.Data where {@code wrapped} is damaged, for another purpose, or of another key
   */
  SecretBytes unwrap(Purpose purpose, byte[] wrapped);

  /**
   * What the header of {@code wrapped} says of the key that opens it, for operators: {@code
   * key_label}, {@code key_id}, {@code serial}, {@code mechanism}, as far as there is such a thing.
   * Never asks the HSM and never fails; empty where it is not of this type of seal.
   */
  Map<String, String> describe(byte[] wrapped);

  /** What is known of the seal's health from its last calls. Never blocks, never calls the HSM. */
  SealHealth health();

  /** Ends sessions and threads. */
  @Override
  void close();

  /**
   * What a wrapped secret is for; bound into the wrapping, so that one cannot stand for another.
   */
  enum Purpose {
    /** The root key. */
    ROOT_KEY,
    /** The recovery key. */
    RECOVERY_KEY,
    /** Random bytes of a health check or proof. */
    PROBE,
    /** The digest of an entry of the ceremony record: proves that the HSM took part. */
    CEREMONY
  }
}
