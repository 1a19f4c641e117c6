package strongroom.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/** A listener's certificates: read at start, and again whenever they are to be renewed. */
final class TlsContext {
  /** Protects nothing: the store lives in memory only. */
  private static final String NO_PASSWORD = "";

  private final HttpSettings.Tls settings;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();

  TlsContext(HttpSettings.Tls settings) {
    this.settings = settings;
    if (settings.requireClientCertificates() && settings.clientAuthorities().isEmpty()) {
      throw new HttpFault(
          "tls_require_and_verify_client_cert needs tls_client_ca_file: without it no client's"
              + " certificate could be verified",
          null);
    }
    load(factory);
    factory.setIncludeProtocols(settings.protocols().toArray(String[]::new));
    factory.setExcludeProtocols();
    if (!settings.cipherSuites().isEmpty()) {
      factory.setExcludeCipherSuites();
      factory.setIncludeCipherSuites(
          TlsNames.cipherSuites(settings.cipherSuites()).toArray(String[]::new));
    }
    factory.setRenegotiationAllowed(false);
    factory.setSniRequired(false);
    factory.setWantClientAuth(
        settings.clientCertificates()
            && settings.clientAuthorities().isPresent()
            && !settings.requireClientCertificates());
    factory.setNeedClientAuth(settings.requireClientCertificates());
  }

  SslContextFactory.Server factory() {
    return factory;
  }

  /**
   * Why clients would refuse the certificate at {@code now} by its dates, where they would. Serving
   * it is better than not starting, so that this is told and refuses nothing.
   */
  Optional<String> outdated(Instant now) {
    for (Certificate certificate : certificates(settings.certificates())) {
      if (certificate instanceof X509Certificate x509) {
        Instant from = x509.getNotBefore().toInstant();
        Instant to = x509.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(to)) {
          return Optional.of(
              settings.certificates()
                  + " holds the certificate of "
                  + x509.getSubjectX500Principal()
                  + ", which is valid from "
                  + from
                  + " to "
                  + to
                  + " only");
        }
      }
    }
    return Optional.empty();
  }

  /** Makes what a listener would use, and throws it away. */
  void check() {
    try {
      factory.start();
      factory.stop();
    } catch (Exception e) {
      throw new HttpFault(settings.certificates() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Takes the files as they are now for connections from now on; those that are open stay.
   *
   * @throws HttpFault where they cannot be used; what was before stays in force
   */
  void reload() {
    // Read and tried apart first: the factory must not be left with half of a change.
    new TlsContext(settings).check();
    try {
      factory.reload(fresh -> load((SslContextFactory.Server) fresh));
    } catch (Exception e) {
      throw new HttpFault(settings.certificates() + " cannot be taken: " + e.getMessage(), e);
    }
  }

  private void load(SslContextFactory.Server target) {
    target.setKeyStore(keyStore());
    target.setKeyStorePassword(NO_PASSWORD);
    settings.clientAuthorities().ifPresent(file -> target.setTrustStore(trustStore(file)));
  }

  private KeyStore keyStore() {
    List<X509Certificate> chain = certificates(settings.certificates());
    PrivateKey key = privateKey(settings.key());
    KeyStore store = emptyStore();
    try {
      if (!belong(key, chain.getFirst().getPublicKey())) {
        throw new HttpFault(
            settings.key()
                + " is not the key of the first certificate in "
                + settings.certificates(),
            null);
      }
      store.setKeyEntry(
          "server", key, NO_PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
      return store;
    } catch (GeneralSecurityException e) {
      throw new HttpFault(
          settings.key() + " does not go with " + settings.certificates() + ": " + e.getMessage(),
          e);
    }
  }

  /** Whether what {@code key} signs, {@code certified} verifies. */
  private static boolean belong(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> certified.getAlgorithm();
        };
    byte[] probe = "strongroom".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(probe);
    return signature.verify(signed);
  }

  private static List<X509Certificate> certificates(Path file) {
    try {
      return Pem.file(file).certificates();
    } catch (PemFault e) {
      throw new HttpFault(String.valueOf(e.getMessage()), e);
    }
  }

  private static PrivateKey privateKey(Path file) {
    try {
      return Pem.file(file).privateKey();
    } catch (PemFault e) {
      throw new HttpFault(String.valueOf(e.getMessage()), e);
    }
  }

  private static KeyStore trustStore(Path authorities) {
    KeyStore store = emptyStore();
    try {
      int number = 0;
      for (Certificate certificate : certificates(authorities)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      return store;
    } catch (GeneralSecurityException e) {
      throw new HttpFault(authorities + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static KeyStore emptyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD.toCharArray());
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an empty key store is not to be had from this Java", e);
    }
  }
}
