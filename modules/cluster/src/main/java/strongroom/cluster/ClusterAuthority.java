package strongroom.cluster;

import java.io.ByteArrayInputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Issues the certificates that a cluster's nodes know each other by: EC P-256, signed with ECDSA
 * and SHA-256. Kept behind the barrier, so that whoever can unseal a node, and nobody else, can
 * speak for one.
 */
public final class ClusterAuthority {
  /** How long a node's certificate is valid; nodes replace theirs long before. */
  public static final Duration NODE_VALIDITY = Duration.ofDays(30);

  private static final Duration VALIDITY = Duration.ofDays(10 * 365);

  /** Clocks differ. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final byte[] ECDSA_SHA256 =
      Der.sequence(new byte[] {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2});
  private static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
  private static final byte[] BASIC_CONSTRAINTS = {6, 3, 0x55, 0x1d, 0x13};
  private static final byte[] KEY_USAGE = {6, 3, 0x55, 0x1d, 0x0f};
  private static final byte[] TRUE = {1, 1, (byte) 0xff};
  private static final String NAME = "strongroom cluster";

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  private ClusterAuthority(X509Certificate certificate, PrivateKey key, SecureRandom random) {
    this.certificate = certificate;
    this.key = key;
    this.random = random;
  }

  /** A new one. */
  public static ClusterAuthority create(Instant now, SecureRandom random) {
    try {
      KeyPair pair = pair(random);
      Subject self = new Subject(NAME, pair.getPublic(), true, VALIDITY);
      return new ClusterAuthority(
          certificate(self, pair.getPrivate(), now, random), pair.getPrivate(), random);
    } catch (GeneralSecurityException e) {
      throw new ClusterFault("the cluster's authority cannot be made", e);
    }
  }

  /** What {@link #toBytes} gave. */
  public static ClusterAuthority parse(byte[] bytes, SecureRandom random) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      byte[] certificate = new byte[Math.clamp(in.getInt(), 0, bytes.length)];
      in.get(certificate);
      byte[] key = new byte[in.remaining()];
      in.get(key);
      return new ClusterAuthority(
          parseCertificate(certificate),
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
          random);
    } catch (GeneralSecurityException | BufferUnderflowException e) {
      throw new ClusterFault("the cluster's authority is not what was written", e);
    }
  }

  /** Certificate and key, a secret: length of the certificate (4 bytes), certificate, PKCS#8. */
  public byte[] toBytes() {
    try {
      byte[] encoded = certificate.getEncoded();
      byte[] pkcs8 = key.getEncoded();
      return ByteBuffer.allocate(4 + encoded.length + pkcs8.length)
          .putInt(encoded.length)
          .put(encoded)
          .put(pkcs8)
          .array();
    } catch (GeneralSecurityException e) {
      throw new ClusterFault("the cluster's authority cannot be written", e);
    }
  }

  /** An identity for {@code nodeId}, its key made here and in memory only. */
  public NodeIdentity issue(String nodeId, Instant now) {
    try {
      KeyPair pair = pair(random);
      return new NodeIdentity(pair.getPrivate(), sign(nodeId, pair.getPublic(), now), certificate);
    } catch (GeneralSecurityException e) {
      throw new ClusterFault("a certificate for " + nodeId + " cannot be made", e);
    }
  }

  /**
   * A certificate for {@code nodeId} on a key that it has made itself.
   *
   * @param publicKey the X.509 encoding of the node's EC key
   * @return DER
   */
  public byte[] certify(String nodeId, byte[] publicKey, Instant now) {
    try {
      PublicKey parsed =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(publicKey));
      return sign(nodeId, parsed, now).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new ClusterFault("a certificate for " + nodeId + " cannot be made", e);
    }
  }

  /** The authority's own certificate, DER; no secret. */
  public byte[] certificate() {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new ClusterFault("the cluster's certificate cannot be written", e);
    }
  }

  static KeyPair pair(SecureRandom random) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  static X509Certificate parseCertificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private X509Certificate sign(String nodeId, PublicKey of, Instant now)
      throws GeneralSecurityException {
    return certificate(new Subject(nodeId, of, false, NODE_VALIDITY), key, now, random);
  }

  private record Subject(String name, PublicKey key, boolean authority, Duration validity) {}

  private static X509Certificate certificate(
      Subject subject, PrivateKey issuer, Instant now, SecureRandom random)
      throws GeneralSecurityException {
    byte[] serial = new byte[16];
    random.nextBytes(serial);
    serial[0] = (byte) ((serial[0] & 0x3f) | 0x40); // positive, and never shorter
    byte[] content =
        Der.sequence(
            Der.of(0xa0, Der.integer(new byte[] {2})),
            Der.integer(serial),
            ECDSA_SHA256,
            name(NAME),
            Der.sequence(Der.time(now.minus(BACKDATED)), Der.time(now.plus(subject.validity()))),
            name(subject.name()),
            subject.key().getEncoded(),
            Der.of(0xa3, extensions(subject.authority())));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(issuer, random);
    signature.update(content);
    return parseCertificate(Der.sequence(content, ECDSA_SHA256, Der.bits(signature.sign())));
  }

  private static byte[] extensions(boolean authority) {
    byte[] constraints = authority ? Der.sequence(TRUE) : Der.sequence();
    // The first bits of key usage: digitalSignature is bit 0, keyCertSign bit 5 (RFC 5280).
    byte[] usage = authority ? new byte[] {3, 2, 2, 4} : new byte[] {3, 2, 7, (byte) 0x80};
    return Der.sequence(
        Der.sequence(BASIC_CONSTRAINTS, TRUE, Der.of(4, constraints)),
        Der.sequence(KEY_USAGE, TRUE, Der.of(4, usage)));
  }

  private static byte[] name(String commonName) {
    return Der.sequence(
        Der.set(Der.joined(List.of(Der.sequence(COMMON_NAME, Der.text(commonName))))));
  }
}
