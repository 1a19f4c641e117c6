package strongroom.hsm;

/** A way to encrypt, with its parameters. */
public sealed interface CipherMode {
  /** Its mechanism. */
  Mechanism mechanism();

  /**
   * AES-GCM with a 128-bit tag behind the ciphertext.
   *
   * @param iv 12 bytes. An HSM that makes its own ignores it when encrypting
   * @param aad associated data: not encrypted, but bound to the ciphertext
   */
  record Gcm(byte[] iv, byte[] aad) implements CipherMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.AES_GCM;
    }
  }

  /**
   * AES-CBC with PKCS#7 padding. Says nothing of damage: put an HMAC over it.
   *
   * @param iv 16 bytes
   */
  record CbcPad(byte[] iv) implements CipherMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.AES_CBC_PAD;
    }
  }

  /**
   * RSA OAEP without a label.
   *
   * @param hash for the padding and its mask function
   */
  record Oaep(OaepHash hash) implements CipherMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.RSA_PKCS_OAEP;
    }
  }
}
