package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinksTest {
  private static final List<byte[]> LINE = List.of("{\"time\":1}\n".getBytes(UTF_8));
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void aTcpSocketWhoseOtherEndHasGoneIsConnectedAgain() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SocketSink sink =
            new SocketSink(SocketSink.Kind.TCP, "127.0.0.1:" + server.getLocalPort(), TIMEOUT)) {
      sink.write(LINE);
      try (Socket first = server.accept()) {
        assertThat(line(first)).isEqualTo("{\"time\":1}");
      }
      sink.write(LINE);
      try (Socket second = server.accept()) {
        assertThat(line(second)).isEqualTo("{\"time\":1}");
      }
    }
  }

  private static String line(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
  }

  @Test
  void aSocketWhereNobodyListensIsAFault() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0)) {
      port = server.getLocalPort();
    }
    try (SocketSink sink = new SocketSink(SocketSink.Kind.TCP, "127.0.0.1:" + port, TIMEOUT)) {
      assertThatThrownBy(() -> sink.write(LINE)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void syslogByUdpHasPriorityTimeAndTag() throws IOException {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(10_000);
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", server.getLocalPort());
      try (SyslogSink sink =
          new SyslogSink(
              SyslogSink.facility("local7"),
              "vault",
              address,
              Clock.fixed(Requests.TIME, ZoneOffset.UTC))) {
        sink.write(LINE);
      }
      DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
      server.receive(packet);
      assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8))
          .matches("<190>Jan  \\d \\d\\d:\\d\\d:\\d\\d vault\\[\\d+]: \\{\"time\":1}");
    }
  }

  @Test
  void syslogGoesToTheSystemsDatagramSocket() throws Exception {
    Path socket = folder.resolve("log");
    Process server =
        new ProcessBuilder(
                "python3",
                "-c",
                "import socket,sys\n"
                    + "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\n"
                    + "s.bind(sys.argv[1])\nprint('ready',flush=True)\n"
                    + "print(s.recv(9999).decode(),flush=True)",
                socket.toString())
            .start();
    try (BufferedReader said = server.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      try (SyslogSink sink =
          new SyslogSink(4, "vault", List.of(folder.resolve("none"), socket), Clock.systemUTC())) {
        sink.write(LINE);
      }
      assertThat(said.readLine()).startsWith("<38>").endsWith("]: {\"time\":1}");
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void aMachineWithoutASystemLogIsAFault() throws IOException {
    try (SyslogSink sink =
        new SyslogSink(4, "vault", List.of(folder.resolve("none")), Clock.systemUTC())) {
      assertThatThrownBy(sink::open).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFileGoesOnWhereItEndedAndNeverWithinALine() throws IOException {
    Path file = folder.resolve("a.log");
    Files.writeString(file, "{\"time\":0}\n{\"time\"");
    try (FileSink sink = new FileSink(new FilePlace(file, List.of(), ""), Optional.empty())) {
      sink.write(LINE);
      assertThat(sink.lastLine()).isEqualTo("{\"time\":1}");
      sink.write(LINE);
    }
    assertThat(file).hasContent("{\"time\":0}\n{\"time\"\n{\"time\":1}\n{\"time\":1}\n");
  }

  @Test
  void aFileThatWasMovedAwayIsMadeAnewAndOneWithoutItsFolderIsAFault() throws IOException {
    Path logs = Files.createDirectory(folder.resolve("logs"));
    Path file = logs.resolve("a.log");
    try (FileSink sink = new FileSink(new FilePlace(file, List.of(), ""), Optional.empty())) {
      sink.write(LINE);
      Files.move(file, logs.resolve("a.log.1"));
      sink.write(LINE);
      assertThat(file).hasContent("{\"time\":1}\n");
      assertThat(logs.resolve("a.log.1")).hasContent("{\"time\":1}\n");
      Files.move(logs, folder.resolve("away"));
      assertThatThrownBy(() -> sink.write(LINE)).isInstanceOf(IOException.class);
      Files.createDirectory(logs);
      sink.write(LINE);
      assertThat(file).hasContent("{\"time\":1}\n");
    }
  }
}
