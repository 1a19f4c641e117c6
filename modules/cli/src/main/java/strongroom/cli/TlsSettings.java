package strongroom.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom to trust and who to be, in TLS.
 *
 * @param caCert a file of certificates in PEM
 * @param caPem certificates in PEM, as text
 * @param caPath a folder of such files
 * @param clientCert the client's certificate chain in PEM
 * @param clientKey its key in PEM
 * @param serverName the name to ask for and to verify instead of the address's
 * @param skipVerify trust anyone
 */
record TlsSettings(
    Optional<String> caCert,
    Optional<String> caPem,
    Optional<String> caPath,
    Optional<String> clientCert,
    Optional<String> clientKey,
    Optional<String> serverName,
    boolean skipVerify) {

  /** Where Linux distributions keep the certificates that the system trusts, as Go looks. */
  private static final List<String> SYSTEM_BUNDLES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/ssl/cert.pem");

  /** What flags say, else the environment. */
  static TlsSettings of(Flags flags, Environment environment) {
    return new TlsSettings(
        flags.find("ca-cert").or(() -> environment.find("CACERT")),
        environment.find("CACERT_BYTES"),
        flags.find("ca-path").or(() -> environment.find("CAPATH")),
        flags.find("client-cert").or(() -> environment.find("CLIENT_CERT")),
        flags.find("client-key").or(() -> environment.find("CLIENT_KEY")),
        flags.find("tls-server-name").or(() -> environment.find("TLS_SERVER_NAME")),
        flags.isSet("tls-skip-verify")
            ? flags.on("tls-skip-verify")
            : environment.on("SKIP_VERIFY"));
  }

  /** A context with these settings. */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw Failure.usage("the TLS settings do not work: " + e.getMessage());
    }
  }

  private TrustManager[] trustManagers() throws GeneralSecurityException {
    if (skipVerify) {
      return new TrustManager[] {new TrustAnyone()};
    }
    KeyStore store = emptyStore();
    int count = 0;
    for (Certificate certificate : trusted()) {
      store.setCertificateEntry("ca" + count++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    // Without a bundle of the system's, null is the JDK's own.
    factory.init(count == 0 ? null : store);
    return factory.getTrustManagers();
  }

  private List<Certificate> trusted() {
    if (caCert.isPresent()) {
      return certificates(Path.of(caCert.get()));
    }
    if (caPem.isPresent()) {
      return certificates("VAULT_CACERT_BYTES", caPem.get().getBytes(StandardCharsets.UTF_8));
    }
    if (caPath.isPresent()) {
      List<Certificate> all = new ArrayList<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(caPath.get()))) {
        for (Path file : files) {
          if (Files.isRegularFile(file)) {
            all.addAll(certificates(file));
          }
        }
      } catch (IOException e) {
        throw Failure.usage("cannot read the folder of certificates " + caPath.get());
      }
      if (all.isEmpty()) {
        throw Failure.usage("no certificate in the folder " + caPath.get());
      }
      return all;
    }
    for (String bundle : SYSTEM_BUNDLES) {
      if (Files.isReadable(Path.of(bundle))) {
        return certificates(Path.of(bundle));
      }
    }
    return List.of();
  }

  private KeyManager[] keyManagers() throws GeneralSecurityException {
    if (clientCert.isEmpty() && clientKey.isEmpty()) {
      return new KeyManager[0];
    }
    if (clientCert.isEmpty() || clientKey.isEmpty()) {
      throw Failure.usage(
          "a client certificate needs both -client-cert and -client-key (VAULT_CLIENT_CERT,"
              + " VAULT_CLIENT_KEY)");
    }
    List<Certificate> chain = certificates(Path.of(clientCert.get()));
    Path keyFile = Path.of(clientKey.get());
    PrivateKey key = PemKey.parse(keyFile, read(keyFile));
    KeyStore store = emptyStore();
    store.setKeyEntry("client", key, new char[0], chain.toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.usage("cannot read " + file + (Files.exists(file) ? "" : ": no such file"));
    }
  }

  private static List<Certificate> certificates(Path file) {
    return certificates(file.toString(), read(file));
  }

  private static List<Certificate> certificates(String name, byte[] pem) {
    try (InputStream in = new ByteArrayInputStream(pem)) {
      List<Certificate> certificates =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException | IOException e) {
      // Said below.
    }
    throw Failure.usage("no certificate in PEM in " + name);
  }

  /** Verifies nothing, because the user asked for it. */
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
