package strongroom.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import strongroom.config.ConfigurationFault;
import strongroom.config.ListenerSettings;

/** A certificate for localhost, signed by itself, made with the JDK's own keytool. */
final class DevCertificate {
  private static final String PASSWORD = "throw-away";
  private static final int LINE = 64;

  private DevCertificate() {}

  static ListenerSettings.Tls make(Path folder) {
    Path store = folder.resolve("dev.p12");
    try {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "dev",
                  "-keyalg",
                  "EC",
                  "-groupname",
                  "secp256r1",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1",
                  "-validity",
                  "30",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  PASSWORD)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (keytool.waitFor() != 0) {
        throw ConfigurationFault.of("-dev-tls: keytool could not make a certificate");
      }
      return export(folder, store);
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigurationFault.of("-dev-tls: a certificate cannot be made: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConfigurationFault.of("-dev-tls: interrupted");
    }
  }

  private static ListenerSettings.Tls export(Path folder, Path store)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Path certificate = folder.resolve("dev-cert.pem");
    Path key = folder.resolve("dev-key.pem");
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("dev").getEncoded()));
    Files.writeString(
        key, pem("PRIVATE KEY", keys.getKey("dev", PASSWORD.toCharArray()).getEncoded()));
    return new ListenerSettings.Tls(
        certificate,
        key,
        List.of("TLSv1.2", "TLSv1.3"),
        List.of(),
        Optional.empty(),
        true,
        false);
  }

  private static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'});
    return "-----BEGIN " + label + "-----\n"
        + lines.encodeToString(der)
        + "\n-----END " + label + "-----\n";
  }
}
