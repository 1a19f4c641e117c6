package strongroom.hsm;

/**
 * What encrypting gave.
 *
 * @param iv the IV that was used, the HSM's own where it made one; empty for RSA
 * @param ciphertext with the tag behind it for GCM
 */
public record Encrypted(byte[] iv, byte[] ciphertext) {}
