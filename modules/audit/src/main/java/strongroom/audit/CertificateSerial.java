package strongroom.audit;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** The serial number of a client's certificate, in decimal digits. */
final class CertificateSerial {
  private CertificateSerial() {}

  static Optional<String> of(byte[] der) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return factory.generateCertificate(new ByteArrayInputStream(der))
              instanceof X509Certificate certificate
          ? Optional.of(certificate.getSerialNumber().toString())
          : Optional.empty();
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }
}
