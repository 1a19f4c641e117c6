package strongroom.cluster;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** What a node proves itself with to the others: key, certificate, and whom it believes. */
public final class NodeIdentity {
  private final PrivateKey key;
  private final X509Certificate certificate;
  private final X509Certificate authority;

  NodeIdentity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
    this.key = key;
    this.certificate = certificate;
    this.authority = authority;
  }

  /** A key whose certificate another node is asked for. */
  public static final class Wanted {
    private final KeyPair pair;

    private Wanted(KeyPair pair) {
      this.pair = pair;
    }

    /** The public key's X.509 encoding. */
    public byte[] publicKey() {
      return pair.getPublic().getEncoded();
    }

    /**
     * The identity, with the certificates that were answered.
     *
     * @throws ClusterFault where they are not of this key and that authority
     */
    public NodeIdentity with(byte[] certificate, byte[] authority) {
      try {
        X509Certificate own = ClusterAuthority.parseCertificate(certificate);
        X509Certificate issuer = ClusterAuthority.parseCertificate(authority);
        own.verify(issuer.getPublicKey());
        if (!own.getPublicKey().equals(pair.getPublic())) {
          throw new GeneralSecurityException("the certificate is of another key");
        }
        return new NodeIdentity(pair.getPrivate(), own, issuer);
      } catch (GeneralSecurityException e) {
        throw new ClusterFault("the certificate that the cluster gave cannot be used", e);
      }
    }
  }

  /** A key of this node's own, made here. */
  public static Wanted wanted(SecureRandom random) {
    try {
      return new Wanted(ClusterAuthority.pair(random));
    } catch (GeneralSecurityException e) {
      throw new ClusterFault("a key cannot be made", e);
    }
  }

  /** Until when its certificate is valid. */
  public Instant validUntil() {
    return certificate.getNotAfter().toInstant();
  }

  /** A TLS context that shows this and believes the authority's certificates only. */
  SSLContext context() {
    try {
      KeyStore believed = KeyStore.getInstance("PKCS12");
      believed.load(null, null);
      believed.setCertificateEntry("authority", authority);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(believed);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ClusterFault("the cluster's certificate cannot be used", e);
    }
  }

  /**
   * What hands out the key. Not Java's "PKIX", which has each handshake decrypt the key anew by a
   * password that is made slow to try: that takes longer than all else in it, and a change of
   * leaders is many handshakes at once.
   */
  KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("node", key, new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(own, new char[0]);
    return keys.getKeyManagers();
  }

  /** The node that {@code certificate} is of; empty text for none. */
  static String nodeOf(X509Certificate certificate) {
    try {
      LdapName name = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn part : name.getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return String.valueOf(part.getValue());
        }
      }
      return "";
    } catch (InvalidNameException e) {
      return "";
    }
  }
}
