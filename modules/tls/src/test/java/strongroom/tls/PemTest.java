package strongroom.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With keys and certificates as openssl writes them. */
class PemTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeKeys() throws Exception {
    Process shell =
        new ProcessBuilder(
                "sh",
                "-ec",
                """
                cd "$0"
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x \
                  -addext 'subjectAltName=DNS:a.test,DNS:*.b.test,IP:10.0.0.1' \
                  -keyout pkcs8.key -out cert.pem
                openssl ec -in pkcs8.key -out sec1.key
                openssl genrsa -traditional -out pkcs1.key 1024
                openssl genpkey -algorithm ed25519 -out ed25519.key
                openssl pkcs8 -topk8 -in pkcs8.key -passout pass:p -out encrypted.key
                """,
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
  }

  private static X509Certificate certificate() {
    return Pem.file(folder.resolve("cert.pem")).certificates().getFirst();
  }

  @Test
  void readsEveryFormOfPrivateKey() {
    assertThat(Pem.file(folder.resolve("pkcs8.key")).privateKey().getAlgorithm()).isEqualTo("EC");
    assertThat(Pem.file(folder.resolve("sec1.key")).privateKey().getEncoded())
        .as("the same key in its older form")
        .isNotEmpty();
    assertThat(Pem.file(folder.resolve("pkcs1.key")).privateKey().getAlgorithm()).isEqualTo("RSA");
    assertThat(Pem.file(folder.resolve("ed25519.key")).privateKey().getAlgorithm())
        .isEqualTo("EdDSA");
  }

  @Test
  void takesAPathOrTheTextItself() throws Exception {
    Path file = folder.resolve("cert.pem");
    for (byte[] given :
        new byte[][] {Files.readAllBytes(file), file.toString().getBytes(US_ASCII)}) {
      assertThat(Pem.of("ca_cert", given).certificates()).containsExactly(certificate());
    }
  }

  @Test
  void saysWhatIsWrongAndNothingOfTheContent() {
    assertThatThrownBy(() -> Pem.file(folder.resolve("encrypted.key")).privateKey())
        .isInstanceOf(PemFault.class)
        .hasMessageContaining("decrypt it first");
    assertThatThrownBy(() -> Pem.file(folder.resolve("none.key")))
        .isInstanceOf(PemFault.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> Pem.file(folder.resolve("cert.pem")).privateKey())
        .isInstanceOf(PemFault.class)
        .hasMessageContaining("no private key");
    byte[] cut = "-----BEGIN PRIVATE KEY-----\nSECRETSECRET".getBytes(US_ASCII);
    assertThatThrownBy(() -> Pem.of("client_key", cut))
        .isInstanceOf(PemFault.class)
        .hasMessageContaining("client_key")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void certifiesTheNamesOfTheCertificateAndNoOthers() throws Exception {
    X509Certificate certificate = certificate();
    for (String good : new String[] {"a.test", "A.TEST", "x.b.test", "10.0.0.1"}) {
      assertThat(NamedServer.certified(certificate, good)).as(good).isTrue();
    }
    for (String bad :
        new String[] {"b.test", "x.y.b.test", "x.a.test", "x", "10.0.0.2", "", "*.b.test.x"}) {
      assertThat(NamedServer.certified(certificate, bad)).as(bad).isFalse();
    }
  }

  @Test
  void trustsNoServerOfAnotherNameNorOfAnotherAuthority() throws Exception {
    X509Certificate[] chain = {certificate()};
    X509TrustManager anyChain =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] given, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] given, String type)
              throws CertificateException {
            if (type.equals("distrusted")) {
              throw new CertificateException("distrusted");
            }
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    new NamedServer(anyChain, "a.test").checkServerTrusted(chain, "ECDHE");
    assertThatThrownBy(() -> new NamedServer(anyChain, "c.test").checkServerTrusted(chain, "ECDHE"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("c.test");
    assertThatThrownBy(
            () -> new NamedServer(anyChain, "a.test").checkServerTrusted(chain, "distrusted"))
        .isInstanceOf(CertificateException.class);
  }
}
