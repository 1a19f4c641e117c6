package strongroom.http;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A listener's certificates: read at start, and again whenever they are to be renewed. */
final class TlsContext {
  /** Protects nothing: the store lives in memory only. */
  private static final String NO_PASSWORD = "";

  private final HttpSettings.Tls settings;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();

  TlsContext(HttpSettings.Tls settings) {
    this.settings = settings;
    load(factory);
    factory.setIncludeProtocols(settings.protocols().toArray(String[]::new));
    if (!settings.cipherSuites().isEmpty()) {
      factory.setIncludeCipherSuites(settings.cipherSuites().toArray(String[]::new));
    }
    factory.setRenegotiationAllowed(false);
    factory.setSniRequired(false);
    factory.setWantClientAuth(
        settings.clientCertificates() && !settings.requireClientCertificates());
    factory.setNeedClientAuth(settings.requireClientCertificates());
  }

  SslContextFactory.Server factory() {
    return factory;
  }

  /**
   * Takes the files as they are now for connections from now on; those that are open stay.
   *
   * @throws HttpFault where they cannot be used; what was before stays in force
   */
  void reload() {
    // Read apart first: the factory must not be left with half of a change.
    keyStore();
    trustStore();
    try {
      factory.reload(fresh -> load((SslContextFactory.Server) fresh));
    } catch (Exception e) {
      throw new HttpFault(settings.certificates() + " cannot be taken: " + e.getMessage(), e);
    }
  }

  private void load(SslContextFactory.Server target) {
    target.setKeyStore(keyStore());
    target.setKeyStorePassword(NO_PASSWORD);
    target.setTrustStore(trustStore());
  }

  private KeyStore keyStore() {
    List<Certificate> chain = Pem.certificates(settings.certificates());
    KeyStore store = emptyStore();
    try {
      store.setKeyEntry(
          "server",
          Pem.privateKey(settings.key()),
          NO_PASSWORD.toCharArray(),
          chain.toArray(Certificate[]::new));
      return store;
    } catch (GeneralSecurityException e) {
      throw new HttpFault(
          settings.key() + " does not go with " + settings.certificates() + ": " + e.getMessage(),
          e);
    }
  }

  private KeyStore trustStore() {
    KeyStore store = emptyStore();
    Path authorities = settings.clientAuthorities().orElse(settings.certificates());
    try {
      int number = 0;
      for (Certificate certificate : Pem.certificates(authorities)) {
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
