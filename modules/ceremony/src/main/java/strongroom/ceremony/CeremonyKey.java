package strongroom.ceremony;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.SortedMap;

/**
 * The Ed25519 key that signs the record. It is stored behind the barrier, so that only who has the
 * root key has it; the public half is for everybody who checks.
 */
public final class CeremonyKey {
  private static final String ALGORITHM = "Ed25519";
  private static final int PRIVATE_HALF_BYTES = 48;

  private final PrivateKey privateHalf;
  private final byte[] publicHalf;

  private CeremonyKey(PrivateKey privateHalf, byte[] publicHalf) {
    this.privateHalf = privateHalf;
    this.publicHalf = publicHalf;
  }

  /** A new one. */
  public static CeremonyKey generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, random);
      KeyPair pair = generator.generateKeyPair();
      return new CeremonyKey(pair.getPrivate(), pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is not to be had from this Java", e);
    }
  }

  /** What {@link #toBytes} has made. */
  public static CeremonyKey parse(byte[] stored) {
    try {
      byte[] half = new byte[PRIVATE_HALF_BYTES];
      byte[] other = new byte[Math.max(0, stored.length - half.length)];
      System.arraycopy(stored, 0, half, 0, Math.min(half.length, stored.length));
      System.arraycopy(stored, half.length, other, 0, other.length);
      publicKey(other);
      return new CeremonyKey(
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(half)), other);
    } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
      throw new CeremonyFault("the stored key of the ceremony record is none", e);
    }
  }

  /** Both halves. A secret. */
  public byte[] toBytes() {
    byte[] half = privateHalf.getEncoded();
    byte[] both = new byte[half.length + publicHalf.length];
    System.arraycopy(half, 0, both, 0, half.length);
    System.arraycopy(publicHalf, 0, both, half.length, publicHalf.length);
    return both;
  }

  /** The public half, as X.509 has it. */
  public byte[] publicHalf() {
    return publicHalf.clone();
  }

  /** What it is known by. */
  public String fingerprint() {
    return fingerprint(publicHalf);
  }

  /** SHA-256 of a public half, in hex. */
  public static String fingerprint(byte[] publicHalf) {
    return Hashes.hex(publicHalf);
  }

  /** Signs {@code entry}, with what HSMs have wrapped of its digest. */
  public SignedEntry sign(CeremonyEntry entry, SortedMap<String, byte[]> proofs) {
    String text = entry.text();
    return new SignedEntry(text, signature(text), proofs);
  }

  /** Signs the end of a record of {@code count} entries whose last one is {@code last}. */
  public CeremonyHead head(long count, SignedEntry last) {
    String hash = last.hash();
    return new CeremonyHead(count, hash, signature(CeremonyHead.text(count, hash)));
  }

  private byte[] signature(String text) {
    try {
      Signature signing = Signature.getInstance(ALGORITHM);
      signing.initSign(privateHalf);
      signing.update(text.getBytes(StandardCharsets.UTF_8));
      return signing.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the ceremony record could not be signed", e);
    }
  }

  /** Whether {@code signature} is that of the key with {@code publicHalf} for {@code text}. */
  static boolean signed(byte[] publicHalf, String text, byte[] signature) {
    try {
      Signature checking = Signature.getInstance(ALGORITHM);
      checking.initVerify(publicKey(publicHalf));
      checking.update(text.getBytes(StandardCharsets.UTF_8));
      return checking.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
  }

  /** Names its fingerprint only. */
  @Override
  public String toString() {
    return "CeremonyKey[" + fingerprint() + "]";
  }
}
