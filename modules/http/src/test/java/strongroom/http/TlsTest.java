package strongroom.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.Client;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;

class TlsTest {
  private static final byte[] REQUEST =
      "GET /v1/a HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
  private static final List<String> BOTH = TlsNames.protocols("", "");

  @TempDir static Path folder;
  private static Certificates.Pair first;
  private static Certificates.Pair second;
  private static Certificates.Pair clients;
  private static Certificates.Pair alice;

  private final AtomicReference<Client> client = new AtomicReference<>();
  private final RequestHandler handler =
      Front.answering(
          request -> {
            client.set(request.client());
            return Response.done();
          });

  @BeforeAll
  static void make() {
    Certificates certificates = new Certificates(folder);
    first = certificates.selfSigned("first", Certificates.KeyForm.EC_PKCS8);
    second = certificates.selfSigned("second", Certificates.KeyForm.RSA_PKCS8);
    clients = certificates.selfSigned("clients", Certificates.KeyForm.EC_PKCS8);
    alice = certificates.signed("alice", clients);
  }

  private static HttpSettings.Tls tls(Certificates.Pair pair) {
    return new HttpSettings.Tls(
        pair.certificate(), pair.key(), BOTH, List.of(), Optional.empty(), false, false);
  }

  private Front front(HttpSettings.Tls tls) {
    return front(tls, HttpSettings.Limits.DEFAULT);
  }

  private Front front(HttpSettings.Tls tls, HttpSettings.Limits limits) {
    return Front.of(
        new HttpSettings.Tcp(
            "127.0.0.1", 0, Optional.of(tls), HttpSettings.Forwarded.NOBODY, limits),
        handler);
  }

  private static SSLSocket connect(Front front, SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", front.port());
    socket.setSoTimeout((int) Front.WAIT_MAX.toMillis());
    return socket;
  }

  private static String ask(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    return Front.readAnswer(socket);
  }

  private static BigInteger serial(SSLSocket socket) throws IOException {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
  }

  @Test
  void tellsOfACertificateThatIsNotValidAtATime() {
    TlsContext context = new TlsContext(tls(first));
    Instant now = Instant.now();
    assertThat(context.outdated(now)).isEmpty();
    for (Duration away : List.of(Duration.ofDays(400), Duration.ofDays(-2))) {
      assertThat(context.outdated(now.plus(away)))
          .hasValueSatisfying(
              reason ->
                  assertThat(reason).contains(first.certificate().toString(), "CN=first", "valid"));
    }
  }

  @Test
  void namesAFileThatIsMissing() {
    HttpSettings.Tls missing =
        new HttpSettings.Tls(
            folder.resolve("none.pem"),
            first.key(),
            BOTH,
            List.of(),
            Optional.empty(),
            false,
            false);
    assertThatThrownBy(() -> HttpFront.checkCertificates(missing))
        .isInstanceOf(HttpFault.class)
        .hasMessageContaining("none.pem")
        .hasMessageContaining("no such file");
  }

  @Test
  void readsKeysInEveryCommonForm() throws Exception {
    Certificates certificates = new Certificates(folder);
    for (Certificates.KeyForm form : Certificates.KeyForm.values()) {
      Certificates.Pair pair = certificates.selfSigned("form-" + form, form);
      HttpFront.checkCertificates(tls(pair));
      try (Front front = front(tls(pair));
          SSLSocket socket = connect(front, Certificates.client(List.of(pair.certificate())))) {
        assertThat(ask(socket)).as("%s", form).startsWith("HTTP/1.1 204");
      }
    }
  }

  @Test
  void saysWhatIsWrongWithCertificatesAndKeys() throws Exception {
    Path missing = folder.resolve("missing.pem");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
    Path cut =
        Files.writeString(
            folder.resolve("cut.pem"), Files.readString(first.key()).substring(0, 60));
    Path broken =
        Files.writeString(
            folder.resolve("broken.pem"),
            "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----\n");
    Path[][] bad = {
      {missing, first.key()},
      {first.certificate(), missing},
      {empty, first.key()},
      {first.certificate(), empty},
      {first.certificate(), cut},
      {first.certificate(), broken},
      {first.certificate(), second.key()},
      {second.certificate(), first.key()},
      {first.certificate(), clients.key()},
      {first.certificate(), first.certificate()}
    };
    for (Path[] files : bad) {
      HttpSettings.Tls tls =
          new HttpSettings.Tls(files[0], files[1], BOTH, List.of(), Optional.empty(), false, false);
      assertThatThrownBy(() -> HttpFront.checkCertificates(tls))
          .as("%s and %s", files[0], files[1])
          .isInstanceOf(HttpFault.class)
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void refusesVersionsThatAreNotSafe() throws Exception {
    assertThat(TlsNames.protocols("", "")).containsExactly("TLSv1.2", "TLSv1.3");
    assertThat(TlsNames.protocols("tls13", "")).containsExactly("TLSv1.3");
    assertThat(TlsNames.protocols("tls12", "tls12")).containsExactly("TLSv1.2");
    assertThatThrownBy(() -> TlsNames.protocols("tls10", "")).hasMessageContaining("tls12");
    assertThatThrownBy(() -> TlsNames.protocols("ssl3", "")).hasMessageContaining("ssl3");
    assertThatThrownBy(() -> TlsNames.protocols("tls13", "tls12")).isInstanceOf(HttpFault.class);
    HttpSettings.Tls only13 =
        new HttpSettings.Tls(
            first.certificate(),
            first.key(),
            TlsNames.protocols("tls13", ""),
            List.of(),
            Optional.empty(),
            false,
            false);
    SSLContext trusting = Certificates.client(List.of(first.certificate()));
    try (Front front = front(only13)) {
      try (SSLSocket socket = connect(front, trusting)) {
        ask(socket);
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      }
      try (SSLSocket socket = connect(front, trusting)) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThatThrownBy(() -> ask(socket)).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void takesCipherSuitesByTheNamesOfIanaAndGo() throws Exception {
    HttpSettings.Tls chosen =
        new HttpSettings.Tls(
            first.certificate(),
            first.key(),
            BOTH,
            List.of("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"),
            Optional.empty(),
            false,
            false);
    SSLContext trusting = Certificates.client(List.of(first.certificate()));
    try (Front front = front(chosen)) {
      try (SSLSocket socket = connect(front, trusting)) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        ask(socket);
        assertThat(socket.getSession().getCipherSuite())
            .isEqualTo("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
      }
      try (SSLSocket socket = connect(front, trusting)) {
        ask(socket);
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      }
      try (SSLSocket socket = connect(front, trusting)) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
        assertThatThrownBy(() -> ask(socket)).isInstanceOf(IOException.class);
      }
    }
    assertThatThrownBy(() -> TlsNames.cipherSuites(List.of("TLS_RSA_WITH_RC4_128_SHA")))
        .isInstanceOf(HttpFault.class)
        .hasMessageContaining("TLS_RSA_WITH_RC4_128_SHA")
        .hasMessageContaining("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  }

  @Test
  void handsOnTheCertificateOfAClientThatItVerified() throws Exception {
    HttpSettings.Tls requiring =
        new HttpSettings.Tls(
            first.certificate(),
            first.key(),
            BOTH,
            List.of(),
            Optional.of(clients.certificate()),
            true,
            true);
    List<Path> trusted = List.of(first.certificate());
    try (Front front = front(requiring)) {
      try (SSLSocket socket = connect(front, Certificates.client(trusted, alice))) {
        assertThat(ask(socket)).startsWith("HTTP/1.1 204");
        assertThat(ask(socket)).startsWith("HTTP/1.1 204");
        assertThat(client.get().certificate().orElseThrow())
            .isEqualTo(Certificates.read(alice.certificate()).getEncoded());
      }
      client.set(null);
      try (SSLSocket socket = connect(front, Certificates.client(trusted))) {
        assertThatThrownBy(() -> answered(socket)).isInstanceOf(IOException.class);
      }
      try (SSLSocket socket = connect(front, Certificates.client(trusted, second))) {
        assertThatThrownBy(() -> answered(socket)).isInstanceOf(IOException.class);
      }
      assertThat(client.get()).isNull();
    }
    HttpSettings.Tls asking =
        new HttpSettings.Tls(
            first.certificate(),
            first.key(),
            BOTH,
            List.of(),
            Optional.of(clients.certificate()),
            true,
            false);
    try (Front front = front(asking);
        SSLSocket socket = connect(front, Certificates.client(trusted))) {
      assertThat(ask(socket)).startsWith("HTTP/1.1 204");
      assertThat(client.get().certificate()).isEmpty();
    }
  }

  private static void answered(SSLSocket socket) throws IOException {
    if (ask(socket).isEmpty()) {
      throw new IOException("closed");
    }
  }

  @Test
  void needsAnAuthorityToVerifyClients() {
    HttpSettings.Tls bad =
        new HttpSettings.Tls(
            first.certificate(), first.key(), BOTH, List.of(), Optional.empty(), true, true);
    assertThatThrownBy(() -> HttpFront.checkCertificates(bad))
        .hasMessageContaining("tls_client_ca_file");
  }

  @Test
  void takesANewCertificateUnderLoadWithoutDroppingAConnection() throws Exception {
    Path certificate = folder.resolve("live.crt");
    Path key = folder.resolve("live.key");
    put(first, certificate, key);
    SSLContext trusting = Certificates.client(List.of(first.certificate(), second.certificate()));
    try (Front front = front(tls(new Certificates.Pair(certificate, key)));
        SSLSocket before = connect(front, trusting)) {
      ask(before);
      BigInteger firstSerial = serial(before);
      AtomicBoolean going = new AtomicBoolean(true);
      AtomicInteger answers = new AtomicInteger();
      List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Thread> load = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean kept = i % 2 == 0;
        load.add(
            Thread.startVirtualThread(
                () -> {
                  try {
                    while (going.get()) {
                      try (SSLSocket socket = connect(front, trusting)) {
                        do {
                          assertThat(ask(socket)).startsWith("HTTP/1.1 204");
                          answers.incrementAndGet();
                        } while (kept && going.get());
                      }
                    }
                  } catch (IOException | AssertionError e) {
                    failures.add(e);
                  }
                }));
      }
      for (int i = 0; i < 6; i++) {
        int seen = answers.get();
        Front.await("load", () -> answers.get() >= seen + 20 || !failures.isEmpty());
        put(i % 2 == 0 ? second : first, certificate, key);
        assertThat(front.http.reloadCertificates()).isEmpty();
      }
      put(second, certificate, key);
      assertThat(front.http.reloadCertificates()).isEmpty();
      try (SSLSocket after = connect(front, trusting)) {
        ask(after);
        assertThat(serial(after)).isNotEqualTo(firstSerial);
      }
      going.set(false);
      for (Thread thread : load) {
        thread.join(Front.WAIT_MAX);
      }
      assertThat(failures).isEmpty();
      assertThat(ask(before)).startsWith("HTTP/1.1 204");

      Files.writeString(key, "no key");
      assertThat(front.http.reloadCertificates())
          .singleElement()
          .satisfies(reason -> assertThat(reason).contains(key.toString()));
      Files.copy(first.key(), key, StandardCopyOption.REPLACE_EXISTING);
      assertThat(front.http.reloadCertificates()).hasSize(1);
      try (SSLSocket after = connect(front, trusting)) {
        ask(after);
        assertThat(serial(after)).isNotEqualTo(firstSerial);
      }
    }
  }

  private static void put(Certificates.Pair pair, Path certificate, Path key) throws IOException {
    Files.copy(pair.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(pair.key(), key, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void closesHandshakesThatTakeTooLong() throws Exception {
    HttpSettings.Times times =
        new HttpSettings.Times(
            Duration.ofMillis(200),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5));
    HttpSettings.Limits limits =
        new HttpSettings.Limits(1000, Duration.ofSeconds(90), times, 8192, 1000, false, Map.of());
    try (Front front = front(tls(first), limits);
        var silent = front.socket();
        SSLSocket idle = connect(front, Certificates.client(List.of(first.certificate())))) {
      ask(idle);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(ask(idle)).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void survivesPlainHttpOnATlsPort() throws Exception {
    try (Front front = front(tls(first))) {
      try (var plain = front.socket()) {
        plain.getOutputStream().write(REQUEST);
        plain.getInputStream().readAllBytes();
      } catch (IOException e) {
        // Reset is an answer too.
      }
      try (SSLSocket socket = connect(front, Certificates.client(List.of(first.certificate())))) {
        assertThat(ask(socket)).startsWith("HTTP/1.1 204");
      }
    }
  }
}
