package strongroom.hsm;

/** A way to sign with the private half of a pair, and what of a message goes into the HSM. */
public sealed interface SignMode {
  /** Its mechanism. */
  Mechanism mechanism();

  /** ECDSA over a digest; the signature is {@code r} and {@code s} of the curve's length each. */
  record Ecdsa() implements SignMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.ECDSA;
    }
  }

  /** Pure Ed25519 over the message itself. */
  record EdDsa() implements SignMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.EDDSA;
    }
  }

  /**
   * RSA PSS over a digest, with a salt as long as the digest.
   *
   * @param hash what made the digest, the same for the mask function
   */
  record Pss(OaepHash hash) implements SignMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.RSA_PKCS_PSS;
    }
  }

  /** RSA PKCS#1 v1.5 over a {@code DigestInfo}. */
  record Pkcs1() implements SignMode {
    @Override
    public Mechanism mechanism() {
      return Mechanism.RSA_PKCS;
    }
  }
}
