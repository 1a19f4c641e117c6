package strongroom.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.Client;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;

class UnixSocketTest {
  @TempDir Path folder;
  private final AtomicReference<Client> client = new AtomicReference<>();
  private final RequestHandler handler =
      Front.answering(
          request -> {
            client.set(request.client());
            return Response.done();
          });

  private HttpSettings settings(Path path, String mode, String user) {
    return new HttpSettings.Unix(path, mode, user, "", HttpSettings.Limits.DEFAULT);
  }

  private static String ask(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(
          ByteBuffer.wrap(
              "GET /v1/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      while (channel.read(answer) >= 0) {
        // Until the server closes.
      }
      return UTF_8.decode(answer.flip()).toString();
    }
  }

  @Test
  void servesOnAUnixSocketWithItsModeAndOwner() throws Exception {
    Path path = folder.resolve("s.sock");
    String user = Files.getOwner(folder).getName();
    try (Front front = Front.of(settings(path, "640", user), handler)) {
      assertThat(front.http.addresses().getFirst()).hasToString("unix://" + path);
      assertThat(Files.getPosixFilePermissions(path))
          .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
      assertThat(ask(path)).startsWith("HTTP/1.1 204");
      assertThat(client.get().address()).isEmpty();
      assertThat(client.get().port()).isZero();
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void takesThePlaceOfASocketThatNobodyListensOn() throws Exception {
    Path path = folder.resolve("s.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    try (Front front = Front.of(settings(path, "", ""), handler)) {
      assertThat(ask(path)).startsWith("HTTP/1.1 204");
      assertThatThrownBy(() -> Front.of(settings(path, "", ""), handler))
          .isInstanceOf(HttpFault.class)
          .hasMessageContaining("in use");
      assertThat(ask(path)).startsWith("HTTP/1.1 204");
      assertThat(front.http.connections()).isNotNegative();
    }
  }

  @Test
  void leavesAloneWhatIsNoSocket() throws Exception {
    Path path = Files.writeString(folder.resolve("precious"), "data");
    assertThatThrownBy(() -> Front.of(settings(path, "", ""), handler))
        .isInstanceOf(HttpFault.class)
        .hasMessageContaining("no socket");
    assertThat(path).hasContent("data");
  }

  @Test
  void refusesModesAndUsersThatAreNone() {
    for (String mode : new String[] {"999", "rw", "1777", "-1"}) {
      assertThatThrownBy(() -> Front.of(settings(folder.resolve("a.sock"), mode, ""), handler))
          .as(mode)
          .isInstanceOf(HttpFault.class)
          .hasMessageContaining("socket_mode");
    }
    assertThatThrownBy(
            () -> Front.of(settings(folder.resolve("b.sock"), "", "no-such-user"), handler))
        .isInstanceOf(HttpFault.class);
  }
}
