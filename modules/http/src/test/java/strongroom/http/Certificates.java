package strongroom.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes authorities, certificates and keys with the openssl program, for one test folder. */
final class Certificates {
  private final Path folder;

  Certificates(Path folder) {
    this.folder = folder;
  }

  /** A certificate that signed itself, and its key in the form that {@code keyForm} says. */
  record Pair(Path certificate, Path key) {}

  enum KeyForm {
    RSA_PKCS8,
    RSA_PKCS1,
    EC_PKCS8,
    EC_SEC1,
    ED25519
  }

  Pair selfSigned(String name, KeyForm form) {
    Path key = folder.resolve(name + ".key");
    Path certificate = folder.resolve(name + ".crt");
    key(key, form);
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        key.toString(),
        "-out",
        certificate.toString(),
        "-days",
        "30",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=IP:127.0.0.1,DNS:localhost");
    return new Pair(certificate, key);
  }

  /** A certificate signed by {@code authority}. */
  Pair signed(String name, Pair authority) {
    Path key = folder.resolve(name + ".key");
    Path request = folder.resolve(name + ".csr");
    Path certificate = folder.resolve(name + ".crt");
    key(key, KeyForm.EC_PKCS8);
    openssl(
        "req", "-new", "-key", key.toString(), "-out", request.toString(), "-subj", "/CN=" + name);
    openssl(
        "x509",
        "-req",
        "-in",
        request.toString(),
        "-CA",
        authority.certificate().toString(),
        "-CAkey",
        authority.key().toString(),
        "-CAcreateserial",
        "-days",
        "30",
        "-out",
        certificate.toString());
    return new Pair(certificate, key);
  }

  private void key(Path file, KeyForm form) {
    String out = file.toString();
    switch (form) {
      case RSA_PKCS8 ->
          openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", out);
      case RSA_PKCS1 -> openssl("genrsa", "-traditional", "-out", out, "2048");
      case EC_PKCS8 ->
          openssl(
              "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", out);
      case EC_SEC1 -> openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", out);
      case ED25519 -> openssl("genpkey", "-algorithm", "ED25519", "-out", out);
    }
  }

  private static void openssl(String... arguments) {
    List<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(command + ": " + said);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the tests need the openssl program", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static X509Certificate read(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** A client's side that trusts {@code servers} and shows {@code own}, where given. */
  static SSLContext client(List<Path> servers, Pair... own) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (Path server : servers) {
      trusted.setCertificateEntry(server.toString(), read(server));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    for (Pair pair : own) {
      keys.setKeyEntry(
          "own",
          strongroom.tls.Pem.file(pair.key()).privateKey(),
          new char[0],
          new X509Certificate[] {read(pair.certificate())});
    }
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }
}
