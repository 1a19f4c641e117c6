package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several listeners in one file, each as it is set, on the real server. */
class ListenersTest {
  private static final String HEALTH = "GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n\r\n";

  /** As many idle clients as a large fleet of agents, where this system has files for them. */
  private static final int IDLE = 10_000;

  private static final int SLOW = 500;
  private static final int FILES_RESERVED = 2_000;

  @TempDir Path folder;
  private Server server;
  private int tlsPort;

  @BeforeEach
  void start() throws Exception {
    certificate("first");
    certificate("second");
    use("first");
    tlsPort = Server.freePort();
    server =
        Server.with(
                folder,
                """
                storage "raft" { path = "DATA" }
                listener "tcp" {
                  address                 = "ADDRESS"
                  tls_disable             = true
                  redact_addresses        = true
                  redact_cluster_name     = true
                  redact_version          = true
                  max_request_size        = "10KiB"
                  max_request_header_size = "4KiB"
                  max_json_depth          = 4
                  max_json_string_value_length = 100
                }
                listener "tcp" {
                  address       = "127.0.0.1:%d"
                  tls_cert_file = "%s/server.crt"
                  tls_key_file  = "%s/server.key"
                }
                listener "unix" {
                  address     = "%s/socket"
                  socket_mode = "600"
                }
                log_file = "%s/strongroom.log"
                pid_file = "%s/strongroom.pid"
                enable_response_header_hostname     = true
                enable_response_header_raft_node_id = true
                """
                    .formatted(tlsPort, folder, folder, folder, folder, folder),
                Map.of())
            .start()
            .awaitHealth(501);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void certificate(String name) {
    Command.run(
            Map.of(),
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            folder.resolve(name + ".key").toString(),
            "-out",
            folder.resolve(name + ".crt").toString(),
            "-days",
            "30",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1")
        .expectSuccess();
  }

  private void use(String name) throws IOException {
    for (String kind : List.of(".crt", ".key")) {
      Files.copy(
          folder.resolve(name + kind),
          folder.resolve("server" + kind),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void answersAtEachListenerAsItIsSet() throws Exception {
    server.api().put("sys/init", "{'secret_shares':1,'secret_threshold':1}").expect(200);
    Api.Answer redacted = server.api().get("sys/seal-status").expect(200);
    assertThat(redacted.string("version")).isEmpty();
    assertThat(redacted.string("build_date")).isEmpty();
    assertThat(server.api().get("sys/health").string("version")).isEmpty();
    Map<String, String> environment = new HashMap<>();
    environment.put("VAULT_CACERT", folder.resolve("first.crt").toString());
    for (String address :
        List.of("https://127.0.0.1:" + tlsPort, "unix://" + folder.resolve("socket"))) {
      environment.put("VAULT_ADDR", address);
      assertThat(Command.run(environment, Command.STRONGROOM, "status").expectExit(2).out())
          .as(address)
          .containsPattern("Version +\\d+\\.");
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("socket")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    Api api = server.api();
    api.put("sys/unseal", "{'key':[[[[]]]]}").expect(413);
    api.put("sys/unseal", "{'key':'" + "x".repeat(101) + "'}").expect(413);
    api.put("sys/unseal", "{'key':" + " ".repeat(10 * 1024) + "7}").expect(413);
    api.call("GET", "sys/health", "", "X-Long", "x".repeat(5_000)).expect(431);
    api.call("GET", "sys/" + "x".repeat(5_000), "").expect(414);

    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      assertThat(ask(socket)).contains("X-Vault-Hostname: ", "X-Vault-Raft-Node-ID: ");
    }
    assertThat(Files.readString(folder.resolve("strongroom.log"))).contains("INFO");
  }

  @Test
  void takesAnotherCertificateAndDropsNoConnection() throws Exception {
    SSLContext trusting = trusting();
    try (SSLSocket before = connect(trusting)) {
      assertThat(ask(before)).startsWith("HTTP/1.1 501");
      String serial = serial(before);
      use("second");
      server.signal("HUP");
      server.await(
          "the other certificate is shown",
          Duration.ofSeconds(30),
          () -> {
            try (SSLSocket after = connect(trusting)) {
              return ask(after).startsWith("HTTP/1.1 501") && !serial(after).equals(serial);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
      assertThat(ask(before)).startsWith("HTTP/1.1 501");
      assertThat(serial(before)).isEqualTo(serial);
    }
  }

  @Test
  void finishesWhatIsUnderWayWhenItIsToldToEnd() throws Exception {
    assertThat(folder.resolve("strongroom.pid")).hasContent(Long.toString(server.pid()));
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "PUT /v1/sys/unseal HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"key"
                  .getBytes(ISO_8859_1));
      // The server has begun with it as soon as it answers a later one.
      assertThat(server.health()).isEqualTo(501);
      server.signal("TERM");
      server.await(
          "it accepts no more",
          Duration.ofSeconds(30),
          () -> {
            try (Socket other = new Socket("127.0.0.1", server.address().getPort())) {
              return other.isClosed();
            } catch (IOException e) {
              return true;
            }
          });
      socket.getOutputStream().write("\":\"\"}".getBytes(ISO_8859_1));
      assertThat(answer(socket)).startsWith("HTTP/1.1 4").contains("errors");
    }
    assertThat(server.process().waitFor()).isZero();
    assertThat(folder.resolve("strongroom.pid")).doesNotExist();
    assertThat(folder.resolve("socket")).doesNotExist();
  }

  @Test
  void answersOthersWhileThousandsAreIdleAndHundredsAreSlow() throws Exception {
    int clients = Math.min(IDLE, filesMax() - SLOW - FILES_RESERVED);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < clients + SLOW; i++) {
        sockets.add(new Socket("127.0.0.1", server.address().getPort()));
      }
      List<Socket> slow = sockets.subList(clients, clients + SLOW);
      for (int i = 0; i < SLOW; i++) {
        String begin = i % 2 == 0 ? "GET /v1/sys" : "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Le";
        slow.get(i).getOutputStream().write(begin.getBytes(ISO_8859_1));
      }
      try (Socket client = new Socket("127.0.0.1", server.address().getPort())) {
        for (int round = 0; round < 20; round++) {
          for (Socket socket : slow) {
            socket.getOutputStream().write('n');
          }
          assertThat(ask(client)).startsWith("HTTP/1.1 501");
        }
      }
      // None of those that waited was sent away.
      for (int i = 0; i < clients; i += 997) {
        assertThat(ask(sockets.get(i))).startsWith("HTTP/1.1 501");
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static int filesMax() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.split(" +", -1)[3])
        .mapToInt(limit -> limit.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(limit))
        .findFirst()
        .orElse(Integer.MAX_VALUE);
  }

  private SSLContext trusting() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (String name : List.of("first", "second")) {
      try (InputStream in = Files.newInputStream(folder.resolve(name + ".crt"))) {
        trusted.setCertificateEntry(
            name, CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private SSLSocket connect(SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", tlsPort);
  }

  private static String serial(SSLSocket socket) throws IOException {
    X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSerialNumber().toString(16);
  }

  private static String ask(Socket socket) throws IOException {
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(HEALTH.getBytes(ISO_8859_1));
    return answer(socket);
  }

  /** One answer with a Content-Length. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed after: " + head);
      }
      head.append((char) b);
    }
    int length =
        head.toString()
            .lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring("content-length:".length()).strip()))
            .findFirst()
            .orElse(0);
    return head + new String(in.readNBytes(length), UTF_8);
  }
}
