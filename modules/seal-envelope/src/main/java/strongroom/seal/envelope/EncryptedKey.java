package strongroom.seal.envelope;

/**
 * A data key as a key service encrypted it.
 *
 * @param keyId what the service finds its key again by, version included where it has one
 * @param mechanism by what it was encrypted, as the service calls it
 * @param ciphertext what the service made of it
 */
public record EncryptedKey(String keyId, String mechanism, byte[] ciphertext) {
  /** Names the key. */
  @Override
  public String toString() {
    return "EncryptedKey[" + keyId + " " + mechanism + "]";
  }
}
