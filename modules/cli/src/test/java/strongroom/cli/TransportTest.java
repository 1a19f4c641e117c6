package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How requests travel. */
final class TransportTest {
  private static final String ANSWER = "{\"data\":{\"a\":\"b\"}}";

  @TempDir Path home;

  private Terminal terminal(String address) {
    return new Terminal(home).set("VAULT_ADDR", address).set("VAULT_TOKEN", "hvs.mine");
  }

  @Nested
  final class Redirects {
    @Test
    void areFollowedWithMethodBodyAndToken() throws IOException {
      try (ScriptedServer standby = new ScriptedServer();
          ScriptedServer leader = new ScriptedServer()) {
        standby.on("PUT /v1/x", 307, "", Map.of("Location", leader.address() + "/v1/x"));
        leader.on("PUT /v1/x", 204, "");
        assertThat(terminal(standby.address()).run("write", "x", "a=b").code()).isZero();
        assertThat(leader.last().line()).isEqualTo("PUT /v1/x {\"a\":\"b\"}");
        assertThat(leader.last().header("X-Vault-Token")).contains("hvs.mine");
      }
    }

    @Test
    void thatGoInCirclesEnd() throws IOException {
      try (ScriptedServer server = new ScriptedServer()) {
        server.on("GET /v1/x", 307, "", Map.of("Location", "/v1/x"));
        assertThat(terminal(server.address()).run("read", "x").code()).isEqualTo(2);
        assertThat(server.seen()).hasSize(4);
        terminal(server.address()).run("read", "-disable-redirects", "x");
        assertThat(server.seen()).hasSize(5);
      }
    }
  }

  @Nested
  final class Retries {
    @Test
    void happenOnlyWhenTheyAreAskedFor() throws IOException {
      try (ScriptedServer server = new ScriptedServer()) {
        server.on("GET /v1/x", 500, "{\"errors\":[\"once\"]}").on("GET /v1/x", 200, ANSWER);
        assertThat(terminal(server.address()).run("read", "x").code()).isEqualTo(2);
      }
      try (ScriptedServer server = new ScriptedServer()) {
        server.on("GET /v1/x", 412, "{\"errors\":[\"once\"]}").on("GET /v1/x", 200, ANSWER);
        Terminal terminal = terminal(server.address()).set("VAULT_MAX_RETRIES", "2");
        assertThat(terminal.run("read", "-field=a", "x").out()).isEqualTo("b");
        server.on("GET /v1/y", 400, "{\"errors\":[\"no\"]}").on("GET /v1/y", 200, ANSWER);
        assertThat(terminal.run("read", "y").code()).isEqualTo(2);
      }
    }
  }

  @Nested
  final class Trouble {
    @Test
    void ofAnUnknownHostIsSaid() {
      assertThat(terminal("http://no-such-host.invalid:8200").run("read", "x").err())
          .contains("the host no-such-host.invalid is unknown");
    }

    @Test
    void ofTheDefaultAddressSaysThatItIsTheDefault() {
      Address nobody = Address.parse("https://127.0.0.1:1");
      ClientSettings settings =
          ClientSettings.of(
              Flags.parse(EveryFlag.ALL, java.util.List.of()),
              new Environment(Map.of("HOME", home.toString()), false),
              (client, request) -> {},
              "0");
      assertThat(settings.address()).isEqualTo(Address.parse(Address.DEFAULT));
      assertThat(
              ConnectTrouble.explain(
                      "GET x",
                      nobody,
                      new java.net.ConnectException("Connection refused"),
                      settings)
                  .getMessage())
          .contains("connection refused")
          .contains("set VAULT_ADDR or -address");
    }

    @Test
    void ofASilentServerEndsInTime() throws IOException {
      try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        Terminal terminal =
            terminal("http://127.0.0.1:" + silent.getLocalPort()).set("VAULT_CLIENT_TIMEOUT", "1s");
        assertThat(terminal.run("read", "x").err()).contains("no answer within 1 s");
      }
    }

    @Test
    void ofAProxyIsSaidAndOneThatWorksIsUsed() throws IOException {
      try (ScriptedServer proxy = new ScriptedServer()) {
        proxy.on("GET http://vault.invalid:8200/v1/x", 200, ANSWER);
        Terminal terminal =
            terminal("http://vault.invalid:8200").set("VAULT_HTTP_PROXY", proxy.address());
        assertThat(terminal.run("read", "-field=a", "x").out()).isEqualTo("b");
        assertThat(proxy.last().header("Host")).contains("vault.invalid:8200");
        assertThat(
                terminal("https://vault.invalid")
                    .set("HTTPS_PROXY", "socks5://u:pw@x")
                    .run("read", "x")
                    .err())
            .contains("the proxy's address must be http://host:port")
            .doesNotContain("pw");
      }
    }

    @Test
    void ofTimesThatAreNoneIsSaid() {
      assertThat(terminal("http://x").set("VAULT_CLIENT_TIMEOUT", "soon").run("read", "x").code())
          .isEqualTo(1);
      assertThat(terminal("http://x").set("VAULT_MAX_RETRIES", "some").run("read", "x").code())
          .isEqualTo(1);
    }
  }

  @Nested
  final class Wire {
    private ApiResponse receive(String text) throws IOException {
      return HttpWire.receive(
          new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
          new HttpWire.Sink(status -> false, new ByteArrayOutputStream()));
    }

    @Test
    void readsChunksAndSkipsProvisionalAnswers() throws IOException {
      ApiResponse response =
          receive(
              """
              HTTP/1.1 100 Continue

              HTTP/1.1 200 OK
              Transfer-Encoding: chunked

              5;ext=1
              hello
              1
              !
              0
              Trailer: x

              """
                  .replace("\n", "\r\n"));
      assertThat(response.status()).isEqualTo(200);
      assertThat(new String(response.body(), StandardCharsets.US_ASCII)).isEqualTo("hello!");
    }

    @Test
    void readsUntilTheEndWhereNoLengthIsGiven() throws IOException {
      assertThat(receive("HTTP/1.0 200 OK\n\nrest").body()).hasSize(4);
      assertThat(receive("HTTP/1.1 204 No Content\r\n\r\n").body()).isEmpty();
    }

    @Test
    void refusesWhatIsCutShortOrNotHttp() {
      for (String text :
          new String[] {
            "",
            "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 abc OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          }) {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> receive(text)))
            .as(text)
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Nested
  final class UnixSockets {
    @Test
    void carryRequests() throws Exception {
      Path socket = home.resolve("v.sock");
      try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.bind(UnixDomainSocketAddress.of(socket));
        Thread server = Thread.ofPlatform().daemon().start(() -> answerOnce(channel));
        assertThat(terminal("unix://" + socket).run("read", "-field=a", "x").out()).isEqualTo("b");
        server.join();
      }
    }

    private void answerOnce(ServerSocketChannel channel) {
      try (SocketChannel client = channel.accept()) {
        ByteBuffer request = ByteBuffer.allocate(4096);
        while (!new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII)
            .endsWith("\r\n\r\n")) {
          client.read(request);
        }
        client.write(
            ByteBuffer.wrap(
                ("HTTP/1.1 200 OK\r\nContent-Length: " + ANSWER.length() + "\r\n\r\n" + ANSWER)
                    .getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Test
    void thatAreNotThereAreSaid() {
      assertThat(terminal("unix://" + home.resolve("none")).run("status").err())
          .contains("there is no such socket");
    }
  }

  @Nested
  final class Tls {
    private Path keytool(String... arguments) throws Exception {
      java.util.List<String> command =
          new java.util.ArrayList<>(
              java.util.List.of(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
      command.addAll(java.util.List.of(arguments));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (InputStream out = process.getInputStream()) {
        out.readAllBytes();
      }
      assertThat(process.waitFor()).isZero();
      return home.resolve("server.p12");
    }

    /** A server with a certificate for localhost only, and that certificate as PEM. */
    private ScriptedServer start() throws Exception {
      Path store =
          keytool(
              "-genkeypair",
              "-keystore",
              home.resolve("server.p12").toString(),
              "-storepass",
              "changeit",
              "-alias",
              "s",
              "-keyalg",
              "EC",
              "-dname",
              "CN=localhost",
              "-ext",
              "san=dns:localhost",
              "-validity",
              "2");
      keytool(
          "-exportcert",
          "-rfc",
          "-keystore",
          store.toString(),
          "-storepass",
          "changeit",
          "-alias",
          "s",
          "-file",
          home.resolve("ca.pem").toString());
      KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, "changeit".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      HttpsServer https =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      https.setHttpsConfigurator(new HttpsConfigurator(context));
      Files.write(home.resolve("key.der"), keys.getKey("s", "changeit".toCharArray()).getEncoded());
      return new ScriptedServer(https).on("GET /v1/x", 200, ANSWER);
    }

    @Test
    void verifiesTheServerAgainstTheCaAndItsName() throws Exception {
      try (ScriptedServer server = start()) {
        String ca = home.resolve("ca.pem").toString();
        Terminal byName = terminal("https://localhost:" + server.port());
        assertThat(byName.run("read", "x").err()).contains("signed by an unknown authority");
        assertThat(byName.run("read", "-ca-cert=" + ca, "-field=a", "x").out()).isEqualTo("b");
        assertThat(byName.set("VAULT_CACERT", ca).run("read", "-field=a", "x").out())
            .isEqualTo("b");
        Terminal byNumber = terminal("https://127.0.0.1:" + server.port()).set("VAULT_CACERT", ca);
        assertThat(byNumber.run("read", "x").err()).contains("VAULT_TLS_SERVER_NAME");
        assertThat(byNumber.run("read", "-tls-server-name=localhost", "-field=a", "x").out())
            .isEqualTo("b");
        assertThat(
                terminal("https://127.0.0.1:" + server.port())
                    .run("read", "-tls-skip-verify", "-field=a", "x")
                    .out())
            .isEqualTo("b");
        Files.createDirectory(home.resolve("cas"));
        Files.copy(home.resolve("ca.pem"), home.resolve("cas").resolve("ca.pem"));
        assertThat(
                terminal("https://localhost:" + server.port())
                    .set("BAO_CAPATH", home.resolve("cas").toString())
                    .run("read", "-field=a", "x")
                    .out())
            .isEqualTo("b");
      }
    }

    @Test
    void andPlainHttpMistakenForEachOtherAreSaid() throws Exception {
      try (ServerSocket plain = saying("HTTP/1.1 400 Bad Request\r\n\r\n");
          ScriptedServer secure = start()) {
        assertThat(terminal("https://127.0.0.1:" + plain.getLocalPort()).run("read", "x").err())
            .contains("server gave HTTP response to HTTPS client: use http://")
            .hasLineCount(1);
        assertThat(terminal("http://localhost:" + secure.port()).run("read", "x").err())
            .contains("use https://")
            .hasLineCount(1);
      }
    }

    @Test
    void needsCertificateAndKeyTogetherAndReadsKeysOfEveryKind() throws Exception {
      try (ScriptedServer server = start()) {
        String ca = home.resolve("ca.pem").toString();
        Terminal terminal = terminal("https://localhost:" + server.port()).set("VAULT_CACERT", ca);
        assertThat(terminal.run("read", "-client-cert=" + ca, "x").err())
            .contains("needs both -client-cert and -client-key");
        byte[] pkcs8 = Files.readAllBytes(home.resolve("key.der"));
        Path key = home.resolve("key.pem");
        Files.writeString(
            key,
            "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pkcs8)
                + "\n-----END PRIVATE KEY-----\n");
        assertThat(
                terminal
                    .run("read", "-client-cert=" + ca, "-client-key=" + key, "-field=a", "x")
                    .out())
            .isEqualTo("b");
        assertThat(terminal.run("read", "-client-cert=" + ca, "-client-key=" + ca, "x").err())
            .contains("no private key in PEM in");
      }
    }
  }

  @Test
  void oldFormsOfPrivateKeysAreRead() throws Exception {
    var rsa = java.security.KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    byte[] pkcs8 = rsa.generateKeyPair().getPrivate().getEncoded();
    // PKCS#1 is what PKCS#8 wraps, behind 26 bytes of header for this size.
    byte[] pkcs1 = java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    String pem =
        "-----BEGIN RSA PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pkcs1)
            + "\n-----END RSA PRIVATE KEY-----\n";
    assertThat(PemKey.parse(home, pem.getBytes(StandardCharsets.US_ASCII)).getEncoded())
        .isEqualTo(pkcs8);
    // RFC 5915 with the curve inside, as openssl ecparam -genkey writes it.
    String ec =
        """
        -----BEGIN EC PRIVATE KEY-----
        %s
        -----END EC PRIVATE KEY-----
        """
            .formatted(Base64.getEncoder().encodeToString(ecPrivateKey()));
    assertThat(PemKey.parse(home, ec.getBytes(StandardCharsets.US_ASCII)).getAlgorithm())
        .isEqualTo("EC");
  }

  private static byte[] ecPrivateKey() {
    byte[] secret = new byte[32];
    secret[31] = 7;
    byte[] curve = {(byte) 0xa0, 10, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    out.write(3 + 34 + curve.length);
    out.writeBytes(new byte[] {2, 1, 1, 4, 32});
    out.writeBytes(secret);
    out.writeBytes(curve);
    return out.toByteArray();
  }

  @Test
  void aServerThatIsNoneIsSaid() throws IOException {
    try (ServerSocket other = saying("SSH-2.0-x\r\n")) {
      Terminal.Ended ended = terminal("http://127.0.0.1:" + other.getLocalPort()).run("read", "x");
      assertThat(ended.code()).isEqualTo(2);
      assertThat(ended.err()).hasLineCount(1);
    }
  }

  /** A server that says {@code text} to the first who comes, whatever is asked. */
  private static ServerSocket saying(String text) throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (Socket client = server.accept()) {
                client.getInputStream().read();
                client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
              } catch (IOException e) {
                // The client has hung up: what it made of the text is what is tested.
              }
            });
    return server;
  }

  @Test
  void anAnswerThatIsNoJsonIsShownAsItIs() throws IOException {
    try (ScriptedServer server = new ScriptedServer()) {
      server.on("GET /v1/x", 502, "<html>bad gateway</html>");
      assertThat(terminal(server.address()).run("read", "x").err())
          .contains("Code: 502. Raw Message:\n\n<html>bad gateway</html>");
      server.on("GET /v1/y", 200, "<html>hello</html>");
      assertThat(terminal(server.address()).run("read", "y").err())
          .contains("is not JSON: is this a Vault server?");
    }
  }
}
