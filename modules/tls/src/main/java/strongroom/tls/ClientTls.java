package strongroom.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a TLS client trusts and is.
 *
 * @param authorities who may have signed a server's certificate; empty for those that Java trusts
 * @param identity who the client is; empty for nobody
 * @param serverName the name that a server must be certified for, instead of its address's
 * @param anyServer whether no server is verified at all
 */
public record ClientTls(
    List<X509Certificate> authorities,
    Optional<Identity> identity,
    Optional<String> serverName,
    boolean anyServer) {
  private static final char[] NO_PASSWORD = new char[0];

  /** Keeps a copy. */
  public ClientTls {
    authorities = List.copyOf(authorities);
  }

  /**
   * A certificate with its key.
   *
   * @param key the private key of the chain's first certificate
   * @param chain the certificate and those that signed it
   */
  public record Identity(PrivateKey key, List<X509Certificate> chain) {
    /** Keeps a copy. */
    public Identity {
      chain = List.copyOf(chain);
    }

    /** The subject's name; nothing of the key. */
    @Override
    public String toString() {
      return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
  }

  /**
   * A context with these settings.
   *
   * @throws PemFault where they do not work together
   */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new PemFault("the TLS settings do not work: " + e.getMessage(), e);
    }
  }

  private KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
    if (identity.isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        identity.get().key(),
        NO_PASSWORD,
        identity.get().chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
    if (anyServer) {
      return new TrustManager[] {new TrustAnyone()};
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (authorities.isEmpty()) {
      factory.init((KeyStore) null);
    } else {
      KeyStore store = emptyStore();
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      factory.init(store);
    }
    TrustManager[] managers = factory.getTrustManagers();
    return serverName.isPresent() && managers[0] instanceof X509TrustManager chains
        ? new TrustManager[] {new NamedServer(chains, serverName.get())}
        : managers;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /** For {@code tls_skip_verify}: accepts whoever answers, and any name. */
  private static final class TrustAnyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
