package strongroom.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * TLS of a listener. The files are read, and read again on a reload, by whoever opens the listener.
 *
 * @param certificateFile certificate and chain, PEM
 * @param keyFile private key, PEM
 * @param versions the versions offered, in order
 * @param cipherSuites the suites of TLS 1.2 by their IANA names; empty for the JDK's own choice
 * @param clientCaFile authorities of client certificates, PEM
 * @param clientCertificates whether clients are asked for one
 */
public record TlsSettings(
    Path certificateFile,
    Path keyFile,
    List<Version> versions,
    List<String> cipherSuites,
    Optional<Path> clientCaFile,
    ClientCertificates clientCertificates) {
  /** Keeps copies of the lists. */
  public TlsSettings {
    versions = List.copyOf(versions);
    cipherSuites = List.copyOf(cipherSuites);
  }

  /** A version of TLS; older ones are not offered. */
  public enum Version {
    /** TLS 1.2. */
    TLS12("TLSv1.2"),
    /** TLS 1.3. */
    TLS13("TLSv1.3");

    private final String javaName;

    Version(String javaName) {
      this.javaName = javaName;
    }

    /** The JDK's name for it. */
    public String javaName() {
      return javaName;
    }
  }

  /** Whether clients are asked for a certificate. */
  public enum ClientCertificates {
    /** They are not. */
    NONE,
    /** They are, and may go without. */
    REQUESTED,
    /** They are, and need one of a known authority. */
    REQUIRED
  }
}
