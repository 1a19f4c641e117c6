package strongroom.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a server that is certified for a given name, whatever the address that it is reached by.
 * Names are compared as RFC 9525 says: subject alternative names only, a wildcard stands for the
 * whole left-most label.
 */
final class NamedServer extends X509ExtendedTrustManager {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final X509TrustManager chains;
  private final String name;

  NamedServer(X509TrustManager chains, String name) {
    this.chains = chains;
    this.name = name;
  }

  private void check(X509Certificate[] chain, String type) throws CertificateException {
    // Without a socket or engine the chain alone is judged; the name is judged here.
    chains.checkServerTrusted(chain, type);
    if (!certified(chain[0], name)) {
      throw new CertificateException("the certificate is not for the server name \"" + name + "\"");
    }
  }

  static boolean certified(X509Certificate certificate, String name)
      throws CertificateParsingException {
    Collection<List<?>> names =
        Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
    for (List<?> entry : names) {
      boolean dns = entry.get(0).equals(DNS_NAME) && matches((String) entry.get(1), name);
      boolean address = entry.get(0).equals(IP_ADDRESS) && entry.get(1).equals(name);
      if (dns || address) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String given = pattern.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return given.startsWith("*.")
        ? dot > 0 && wanted.substring(dot).equals(given.substring(1))
        : given.equals(wanted);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }
}
